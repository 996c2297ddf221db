"""What changed between two versions of a corpus, or from period to period, and why."""
