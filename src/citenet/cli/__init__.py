"""The command line: one module a subcommand, each a few calls of the public functions.

A subcommand is a module with `add`, which adds its parser to the commands and sets what it runs, and `EXAMPLES`,
lines for ``citenet --help``.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

import citenet as cn
from citenet.cli import bridges, communities, compare, convert, deduplicate, fetch, read, report, resolve
from citenet.errors import CitenetError, CitenetWarning

__all__ = ["main", "run"]

COMMANDS = (
    read,
    fetch,
    deduplicate,
    resolve,
    communities,
    bridges,
    compare,
    report,
    convert,
)  # as a newcomer needs them

_INTERRUPTED = 130
_EXIT = """
no files at hand?
  python -c "import citenet as cn; cn.practice_exports('exports')"
      makes up a small Web of Science and a Scopus export to try the lines above on

exit codes: 0 done; 2 the call or its input cannot be used (the message says why and what to do); 130 interrupted.
Results go to standard output (--json: for other programs), warnings and progress to standard error.
"""


def run() -> None:
    """Run the command line and end the program."""
    code = main()
    if code == _INTERRUPTED:  # answers under way are not waited for: what is kept is written whole or not at all
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those the program was called with.

    Returns
    -------
    int
        0 done; 2 the call or its input cannot be used (the message says why); 130 interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", CitenetWarning)
            warnings.showwarning = _show_warning
            options.run(options)
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read our output has seen enough (`citenet read … | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CitenetError, OSError) as error:
        print(f"citenet: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interruption:
        print(": ".join(["citenet: interrupted", *filter(None, map(str, interruption.args))]), file=sys.stderr)
        return _INTERRUPTED
    return 0


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    print(f"citenet: warning: {message}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="citenet",
        description="Measure how much ideas cross between literatures.",
        epilog="examples:\n" + "".join(command.EXAMPLES for command in COMMANDS) + _EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"citenet {cn.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
