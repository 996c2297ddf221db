"""The report: one HTML file with everything in it, which needs no network and no other file."""
