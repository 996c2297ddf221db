"""Fuzz every reader with atheris for a bounded time: only a `CitenetError` or rows of problems may come of any bytes.

    python tools/fuzz.py 60 [FOLDER]

Runs for that many seconds over all formats, starting from the samples of the tests, and ends with an error where a
reader raised anything else or took more than a minute over one input. The input is then kept in FOLDER (default:
the current one) as ``crash-…``: its first byte chooses the reader. pip install atheris (Linux, Python up to 3.13).
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["citenet.io"]):
    from citenet.corpus import Corpus
    from citenet.errors import CitenetError
    from citenet.io._archives import is_packed, open_archive
    from citenet.io._decode import decode
    from citenet.io._gather import Gathered
    from citenet.io._records import Records
    from citenet.io._sniff import FORMATS, find_format

SAMPLES = Path(__file__).parents[1] / "tests" / "io" / "samples"
LONGEST = 4_000  # bytes of an input: faults of readers show in short texts
SLOWEST = 60  # seconds that one input may take


def read_bytes(data: bytes) -> None:
    """Read the bytes with the reader that the first one names, or with the one that is found out."""
    try:
        archive = open_archive(data[1:], "fuzz") if is_packed(data[1:]) else None
        for content in [data[1:]] if archive is None else map(archive.read, range(len(archive.names()))):
            text, _ = decode(content)
            module = FORMATS[data[0]] if data and data[0] < len(FORMATS) else find_format(text or "")
            if text is not None and module is not None:
                records = Records("fuzz")
                module.read(text, records)
                gathered = Gathered()
                gathered.add(records, module.NAME, "0")
                Corpus(**gathered.tables())
    except CitenetError:
        return


def main(seconds: int, folder: str = ".") -> None:
    """Write the samples as seeds beside their readers, and start."""
    seeds = Path(folder, "seeds")
    seeds.mkdir(parents=True, exist_ok=True)
    for file in sorted(SAMPLES.iterdir()):
        data = file.read_bytes()
        module = find_format(data.decode())
        at = 255 if module is None else FORMATS.index(module)
        (seeds / file.name).write_bytes(bytes([at]) + data)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-seed=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", str(seeds)], read_bytes)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
