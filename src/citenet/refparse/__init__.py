"""Printed references to fields: splitting lists, labelling strings, people, identifiers, types, confidence."""

from citenet.refparse.parse import parse_references

__all__ = ["parse_references"]
