"""Helpers that know nothing of bibliography."""
