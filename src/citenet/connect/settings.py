"""Keys, mail address and addresses of services: from the environment or a configuration file, and shown nowhere."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

from citenet._support.optional import require
from citenet.errors import InputError

__all__ = ["Settings", "address_variable", "key_variable"]

_KEYS = {
    "openalex": "OPENALEX_API_KEY",
    "pubmed": "NCBI_API_KEY",
    "semanticscholar": "SEMANTIC_SCHOLAR_API_KEY",
    "opencitations": "OPENCITATIONS_TOKEN",
}
_SOURCES = ("openalex", "crossref", "opencitations", "europepmc", "pubmed", "semanticscholar")
_HIDDEN = "***"
_SHORTEST = 6  # a shorter text would be found, and hidden, in words that have nothing to do with it


@dataclass(frozen=True, repr=False)
class Settings:
    """What is known of the person who asks; nothing of it is printed, logged or stored.

    Parameters
    ----------
    keys : mapping of source to key
        Keys of "openalex", "pubmed", "semanticscholar" and "opencitations"; all are optional.
    mailto : str, optional
        Mail address, by which Crossref and NCBI can reach whoever sends the requests.
    addresses : mapping of source to address
        Another address than the service's own: a mirror, or a server for trials.

    Examples
    --------
    >>> Settings(keys={"openalex": " a-long-key "}, mailto="someone@example.org")
    <Settings: key of openalex, a mail address>
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    mailto: str | None = None
    addresses: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kept = {source: key.strip() for source, key in self.keys.items() if key and key.strip()}
        if unusable := [source for source, key in kept.items() if not re.fullmatch(rf"[!-~]{{{_SHORTEST},}}", key)]:
            raise InputError(
                f"the key of {unusable[0]} is no key: it is shorter than {_SHORTEST} or has more in it than plain "
                "letters, digits and marks"
            )
        mailto = (self.mailto or "").strip() or None
        if mailto and not re.fullmatch(r"(?!.*@.*@)[!-~]+@[!-~]+\.[!-~]+", mailto):
            raise InputError("the mail address is none: it must look like name@example.org")
        for source, address in self.addresses.items():
            if not _is_address(address):
                raise InputError(
                    f"the address of {source} is none: it must be like https://host/path or http://host:port; see "
                    f"{address_variable(source)}, or [addresses] of the configuration file"
                )
        object.__setattr__(self, "keys", kept)
        object.__setattr__(self, "mailto", mailto)

    def __repr__(self) -> str:
        told = [f"key of {source}" for source in sorted(self.keys)] + (["a mail address"] if self.mailto else [])
        return f"<Settings: {', '.join(told) or 'no key, no mail address'}>"

    def __reduce__(self) -> str:
        raise TypeError("settings hold keys and are not copied into files")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment, and for what it does not say the configuration file.

        Parameters
        ----------
        environ : mapping, optional
            By default that of the process. ``OPENALEX_API_KEY``, ``NCBI_API_KEY``, ``SEMANTIC_SCHOLAR_API_KEY``,
            ``OPENCITATIONS_TOKEN``, ``CITENET_MAILTO``; ``CITENET_OPENALEX_ADDRESS`` and so on; ``CITENET_CONFIG``
            names the file (TOML: ``mailto``, ``[keys]``, ``[addresses]``).

        Raises
        ------
        InputError
            If the file is named but not there, or is no TOML.
        """
        told = os.environ if environ is None else environ
        stated = _configuration(told)
        keys = _texts(stated, "keys", tuple(_KEYS))
        keys.update({source: told[name] for source, name in _KEYS.items() if told.get(name)})
        names = {source: address_variable(source) for source in _SOURCES}
        addresses = _texts(stated, "addresses", _SOURCES)
        addresses.update({source: told[name] for source, name in names.items() if told.get(name)})
        mailto = told.get("CITENET_MAILTO") or stated.get("mailto")
        if not isinstance(mailto, str | None):
            raise InputError('mailto of the configuration file must be a line like mailto = "name@example.org"')
        return cls(keys=keys, mailto=mailto, addresses=addresses)

    def redact(self, text: str) -> str:
        """Return the text with every key and the mail address hidden, also as they stand in addresses of requests.

        >>> Settings(mailto="me@example.org").redact("GET /works?mailto=me%40example.org")
        'GET /works?mailto=***'
        """
        secrets = [*self.keys.values(), *filter(None, [self.mailto])]
        encoded = {form for text in secrets for form in (text, quote(text, safe=""), quote(text), quote_plus(text))}
        in_json = {form.replace("/", "\\/") for form in encoded}
        forms = sorted(encoded | in_json, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, forms)), _HIDDEN, text, flags=re.IGNORECASE) if forms else text


def key_variable(source: str) -> str | None:
    """Name of the variable of the environment that holds the key of a source; None where it takes none."""
    return _KEYS.get(source)


def address_variable(source: str) -> str:
    """Name of the variable that holds another address of a source than its own.

    >>> address_variable("openalex")
    'CITENET_OPENALEX_ADDRESS'
    """
    return f"CITENET_{source.upper()}_ADDRESS"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and re.search(r"\s", text) is None


def _configuration(told: Mapping[str, str]) -> dict[str, Any]:
    named = told.get("CITENET_CONFIG")
    path = Path(named) if named else require("platformdirs", "fetch").user_config_path("citenet") / "config.toml"
    if not path.is_file():
        if named:
            raise InputError(f"CITENET_CONFIG names {path.name!r}, which is no file")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        problem = f"{path.name!r} is not TOML in UTF-8; it holds mailto, [keys] and [addresses]"
    raise InputError(problem)  # outside the except: the error of the parser quotes the file


def _texts(stated: Mapping[str, Any], table: str, sources: tuple[str, ...]) -> dict[str, str]:
    values = stated.get(table, {})
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise InputError(f'[{table}] of the configuration file must be lines like openalex = "…"')
    if unknown := sorted(set(values).difference(sources)):
        raise InputError(f"[{table}] names {unknown[0]!r}; the sources are {', '.join(sources)}")
    return dict(values)
