"""Printed references to fields: splitting lists, labelling strings, people, identifiers, types, confidence."""

from citenet.refparse.table import parse_references

__all__ = ["parse_references"]
