"""Which works belong together: assigned labels, detected communities, and how far they agree."""
