"""XML to elements that know their line; what could harm is refused, what is undefined is kept as text."""

from __future__ import annotations

import html
import re
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._values import text_of

__all__ = ["Element", "all_text", "child_text", "line_of", "parse", "root_name"]

Element = ElementTree.Element

_LINE = "\0line"  # no attribute can have this name
_DEEPEST = 200
_ROOT = re.compile(r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?\s*>\s*)*<([\w:.-]+)", re.DOTALL)


def root_name(head: str) -> str | None:
    r"""Name of the first element, without its prefix; None where the text is no XML.

    >>> root_name("<?xml version='1.0'?><!DOCTYPE a PUBLIC 'b'>\n<rdf:RDF xmlns='c'>"), root_name("{}")
    ('RDF', None)
    """
    found = _ROOT.match(head)
    return found.group(1).rpartition(":")[2] if found else None


def parse(text: str, records: Records) -> Element:
    """Root element; names are without namespaces.

    Entities that HTML knows (``&nbsp;``) are put in, others dropped with a problem.

    Raises
    ------
    ParseError
        If the text is no well-formed XML, declares entities of its own (they can blow up to any size or reach for
        files), or is nested deeper than any record.
    """
    builder = _Builder(records)
    try:
        builder.parser.Parse(text.encode("utf-8", "replace"), True)
        return builder.tree.close()
    except expat.ExpatError as error:
        lines = text.split("\n")
        excerpt = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else None
        reason = expat.ErrorString(error.code)
        message = f"broken XML ({reason}); the file may be cut, export it again."
        raise ParseError(message, file=records.file, line=error.lineno, excerpt=excerpt) from error


class _Builder:
    def __init__(self, records: Records) -> None:
        self.records = records
        self.depth = 0
        self.tree = ElementTree.TreeBuilder()
        parser = self.parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.UseForeignDTD(True)  # an entity that is not defined is then passed on instead of ending the file
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.tree.data
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._pass_over
        parser.SkippedEntityHandler = self._name

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            message = f"XML nested deeper than {_DEEPEST} elements; no bibliography is"
            raise ParseError(message, file=self.records.file, line=self.parser.CurrentLineNumber)
        kept: dict[str, str] = {key.rpartition(":")[2] or key: value for key, value in attributes.items()}
        kept[_LINE] = str(self.parser.CurrentLineNumber)
        self.tree.start(name.rpartition(":")[2], kept)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(name.rpartition(":")[2])

    def _refuse(self, name: str, *_: Any) -> None:
        message = f"the XML declares an entity of its own ({name!r}); such files are refused. Put its text in place"
        raise ParseError(message, file=self.records.file, line=self.parser.CurrentLineNumber)

    def _pass_over(self, *_: Any) -> int:
        return 1

    def _name(self, name: str, is_parameter: bool) -> None:
        if is_parameter:
            return
        known = html.unescape(f"&{name};")
        if known == f"&{name};":
            detail = f"the entity &{name}; is not defined; left out"
            self.records.problem("undefined entity", self.parser.CurrentLineNumber, detail)
        else:
            self.tree.data(known)


def line_of(element: Element) -> int | None:
    """Line in which an element begins."""
    line = element.get(_LINE)
    return None if line is None else int(line)


def all_text(element: Element | None) -> str | None:
    """All text within an element, tidy; None where there is none."""
    return None if element is None else text_of("".join(element.itertext()))


def child_text(element: Element | None, path: str) -> str | None:
    """All text of the first element at a path that has any."""
    if element is None:
        return None
    return next((text for found in element.findall(path) if (text := all_text(found))), None)
