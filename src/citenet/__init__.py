"""citenet."""
