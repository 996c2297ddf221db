"""Scholarly APIs to a `Corpus`: asked politely, kept as they answered, merged with their provenance."""
