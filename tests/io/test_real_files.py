"""Every file of the data folder is read, and its numbers are those of `real_files.csv` and of a count made here.

The counts are made by regular expressions, `csv`, `json` and `xml.etree`, without the readers. The table holds plain
numbers: records in the file, works and references read, problems other than references that could not be taken
apart or bear a year that cannot be, how many of the former there are at most, and how many of the latter. What the
parser of printed references finds odd changes with its weights and is not counted.
"""

from __future__ import annotations

import csv
import html
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from citenet.corpus import Corpus
from citenet.errors import CitenetError
from citenet.io import read

DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).parents[3] / "shared" / "data"))
TABLE = Path(__file__).with_name("real_files.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
YEAR = r"\((?:1[4-9]|20)\d\d[a-z]?\)"


def text_of(file: Path) -> str:
    return re.sub(r"\r\n?", "\n", file.read_bytes().decode("utf-8-sig"))


def open_text(file: Path) -> list[str]:
    return file.read_bytes().decode("utf-8-sig").splitlines(keepends=True)


def wos(file: Path) -> tuple[int, int]:
    tag, records, references = "", 0, 0
    for line in text_of(file).split("\n"):
        tag = tag if line.startswith(" ") else line[:2]
        records += line[:2] == "ER"
        references += tag == "CR" and bool(line[3:].strip())
    return records, references


PARTICLES = ("Mc", "Mac", "Da", "De", "Di", "Du", "La", "Le", "Van", "Von", "Fitz", "El", "Al", "Del", "Des", "Della")


def begun_within(piece: str) -> int:
    """Count the references that begin within a word of a piece of a Scopus list, told word by word.

    A family name in the middle of a word whose initials follow, or a year in brackets stuck to a word, begins one if
    a year in brackets stands between it and the beginning (for a name, four words that are none will do) and another
    behind it. Such references are beyond the pieces between semicolons: 91 in scopus_testing.csv.scopus, 12 in
    tethne/scopus.csv, 557 in DISESscopus.bib, 234 in vignettes_data_scopus.bib.
    """
    words = piece.split(" ")
    n, begin, seen = 0, 0, False
    for at, word in enumerate(words):
        behind = any(re.search(YEAR, later) for later in words[at:])
        stuck = re.search(rf"(.)({YEAR}),?$", word)
        last = at == len(words) - 1
        if stuck and seen and not last and (not stuck[1].isdigit() or re.search(r"(?<!\d)(19|20)\d\d\(", word)):
            n += 1
        elif (
            behind
            and re.match(r"[^\W\d_]{1,2}\.", word)
            and (word.endswith(",") or (not last and words[at + 1].startswith("(")))
            and begins_in_name(words[:at])
            and (seen or words_beyond_names(words[begin:at]) >= 4)
        ):
            n, begin, seen = n + 1, at, False
        seen = seen or re.search(YEAR, word) is not None
    return n


def words_beyond_names(words: list[str]) -> int:
    """Count the words before the name that ends them, without the names with initials at their beginning."""
    at = 0
    while True:
        ends = [end for end in range(at, min(at + 6, len(words) - 1)) if words[end].endswith(",")]
        if not ends or not re.fullmatch(r"[^\W\d_]{1,2}\..*,|[A-Z]{1,4},", words[ends[0] + 1]):
            break
        at = ends[0] + 2
    inner = next(n for n in range(1, 6) if begins_in_name([words[-n].rstrip(",") + ","]))
    return len(words) - inner + 1 - at


def begins_in_name(words: list[str]) -> bool:
    """Whether the name at the end of these words, up to five of them, begins in the middle of one."""
    if not words or not words[-1].endswith(","):
        return False
    name = words[-1].rstrip(",")
    for before in [*reversed(words[-5:-1]), None]:
        for at in range(len(name) - 1, 0, -1):
            inner = name[at].isupper() and (name[at + 1 : at + 2].islower() or name[at + 1 : at + 2] in ("'", "’"))
            if inner and name[at - 1] not in "-–'’(/[&,“" and not name[:at].endswith(PARTICLES):
                return True
        if before is None or before.endswith((",", ";", ":", ".")) or re.search(r"\d", name):
            return False
        name = before
    return False


def bibtex(file: Path) -> tuple[int, int]:
    text = text_of(file)
    printed = re.findall(r"^Cited-References = \{\{?(.*?)\}?\},\n", text, re.MULTILINE | re.DOTALL)
    of_wos = sum(len(re.findall(r"\.[ \t]*(?:\n|$)", field)) for field in printed)
    scopus = [
        sum(
            1 + begun_within(piece) for piece in re.split(r";\s+(?!PMID: \d)", field.rstrip(";")) if piece.strip(" ,;.")
        )
        for field in re.findall(r"^\s*references ?= ?\{(.*)\},?$", text, re.MULTILINE)
        if re.search(rf"(?:^|\s){YEAR}(?:\s|,|$)", field)
    ]
    return len(re.findall(r"^[ \t]*@\w+\{", text, re.MULTILINE)), of_wos + sum(scopus)


def of_pattern(records: str, references: str | None = None) -> Callable[[Path], tuple[int, int]]:
    def count(file: Path) -> tuple[int, int]:
        text = text_of(file)
        found = 0 if references is None else len(re.findall(references, text, re.MULTILINE))
        return len(re.findall(records, text, re.MULTILINE)), found

    return count


def jats(file: Path) -> tuple[int, int]:
    text = re.sub(r"&(?!amp;|lt;|gt;|quot;|apos;|#)(\w+);", lambda found: html.unescape(found.group()), text_of(file))
    root = ElementTree.fromstring(text)
    return 1, sum(any(child.tag.endswith("citation") for child in ref) for ref in root.iter("ref"))


def json_of(file: Path) -> list:
    text = text_of(file).strip()
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.split("\n") if line.strip()]


def openalex(file: Path) -> tuple[int, int]:
    works = [work for value in json_of(file) for work in value.get("results", [value])]
    return len(works), sum(len(work.get("referenced_works", [])) for work in works)


def crossref(file: Path) -> tuple[int, int]:
    (value,) = json_of(file)
    message = value.get("message", value)
    works = message.get("items", [message])
    return len(works), sum(len(work.get("reference", [])) for work in works)


def opencitations(file: Path) -> tuple[int, int]:
    (value,) = json_of(file)
    if "citing" in value[0]:
        return len({row["citing"] for row in value}), len(value)
    links = [(row["doi"], doi) for row in value for doi in row["reference"].split("; ") if doi]
    links += [(doi, row["doi"]) for row in value for doi in row["citation"].split("; ") if doi]
    return len({citing for citing, _ in links} | {row["doi"] for row in value}), len(links)


def europepmc(file: Path) -> tuple[int, int]:
    if file.suffix == ".xml":
        return text_of(file).count("<result><id>"), 0
    (value,) = json_of(file)
    references = value.get("referenceList", {}).get("reference", [])
    citations = value.get("citationList", {}).get("citation", [])
    found = value.get("resultList", {}).get("result", [])
    return len(found) + len(citations) + bool(references), len(references) + len(citations)


def semanticscholar(file: Path) -> tuple[int, int]:
    (value,) = json_of(file)
    items = value.get("data", [value]) if isinstance(value, dict) else value
    cited = sum("citedPaper" in item for item in items if item)
    return (1, cited) if cited else (len(items), 0)


def lens(file: Path) -> tuple[int, int]:
    rows = list(csv.DictReader(open_text(file)))
    return len(rows), sum(row["References"].count(";") + bool(row["References"]) for row in rows)


def scopus(file: Path) -> tuple[int, int]:
    header, *rows = [row for row in csv.reader(open_text(file)) if row]
    at = header.index("References") - len(header)  # rows with surplus funding texts agree with the header from the end
    n = 0
    for row in rows:
        pieces = [piece for piece in re.split(r";\s+", row[at].rstrip(";")) if piece.strip(" ,;.")]
        at_end = [piece for piece in pieces if re.search(rf"{YEAR}[.,\s]*$", piece)]
        within = [piece for piece in pieces if re.search(rf"(?:^|\s){YEAR}(?:\s|,\s)", piece)]
        n += len(at_end) if len(at_end) > len(within) else sum(1 + begun_within(piece) for piece in pieces)
    return len(rows), n


def table(file: Path) -> tuple[int, int]:
    header, *rows = [row for row in csv.reader(open_text(file)) if any(cell.strip() for cell in row)]
    if "Citing_ItemID_Ref" in header:
        return 0, len(rows)
    if header[-1] == "Order":
        return 0, 0
    pmids = header.index("references") if "references" in header else None
    return len(rows), 0 if pmids is None else sum(len(row[pmids].split()) for row in rows)


COUNTS: dict[str, Callable[[Path], tuple[int, int]]] = {
    "wos": wos,
    "bibtex": bibtex,
    "nbib": of_pattern(r"^PMID- \d"),
    "ris": of_pattern(r"^ER  -"),
    "endnote_xml": of_pattern(r"<rec-number>\d"),
    "zotero_rdf": of_pattern(r"<z:itemType>(?!attachment)"),
    "pubmed_xml": of_pattern(r"<PubmedArticle>", r"<Reference>"),
    "jats": jats,
    "openalex": openalex,
    "openalex_csv": table,
    "crossref": crossref,
    "datacite": of_pattern(r'"type": ?"dois"', r'"relationType": ?"References"'),
    "opencitations": opencitations,
    "europepmc": europepmc,
    "semanticscholar": semanticscholar,
    "lens": lens,
    "scopus": scopus,
    "spreadsheet": table,
    "id_list": of_pattern(r"^\s*\d+\s*$"),
}


def data(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"no {name} in CITENET_DATA (default ../shared/data)")
    return path


def impossible_years(corpus: Corpus) -> int:
    """Count cited years before 1500 or more than two years after the citing work."""
    own = {work: int(year) for work, year in corpus.works["year"].dropna().items()}
    cited = corpus.references[["citing", "year"]].dropna().to_numpy().tolist()
    return sum(year < 1500 or year > own.get(citing, 9999) + 2 for citing, year in cited)


BY_THE_PARSER = ("low confidence", "printed slip")


@pytest.mark.parametrize("row", ROWS, ids=[row["file"] for row in ROWS])
def test_a_file_has_the_numbers_of_the_table_and_of_an_independent_count(row):
    file = data(row["file"])
    if not row["format"]:
        with pytest.raises(CitenetError, match=r"no known format|no record|lists no work|no work of Crossref"):
            read(file)
        return
    corpus = read(file)
    source = corpus.sources.iloc[0]
    kinds = [kind for kind in corpus.problems["kind"] if source["format"] == "references" or kind not in BY_THE_PARSER]
    unparsed = kinds.count("unparsed reference")
    impossible = kinds.count("impossible year")
    found = [source["format"], int(source["n_works"]), len(corpus.references), len(kinds) - unparsed - impossible]
    assert found == [row["format"], *(int(row[name]) for name in ("works", "references", "problems"))]
    assert unparsed <= int(row["unparsed_at_most"])
    assert impossible == int(row["impossible_years"]) == impossible_years(corpus)
    n_records, n_references = COUNTS[row["format"]](file)
    left_out = kinds.count("repeated record") + kinds.count("unreadable record")
    assert n_records == int(row["records"]) == int(row["works"]) + left_out
    assert n_references == int(row["references"])
    assert corpus.references["raw"].notna().all()
    assert corpus.works["file"].notna().all()


def test_the_table_names_every_file_of_its_folders():
    folders = {row["file"].split("/")[0] for row in ROWS}
    listed = {row["file"] for row in ROWS}
    for folder in sorted(folders):
        files = {file.relative_to(DATA).as_posix() for file in data(folder).rglob("*") if file.is_file()}
        assert files <= listed


def bodies(file: Path) -> list[str]:
    """Answers recorded in a cassette of R's vcr: the single-quoted strings of its YAML, unfolded."""
    found = re.findall(r"^ +string: '((?:[^']|'')*)'$", file.read_text(encoding="utf-8"), re.MULTILINE)
    texts = [re.sub(r"\n[ ]*\n[ ]*", "\v", body) for body in found]
    return [re.sub(r"\n[ ]*", " ", text).replace("\v", "\n").replace("''", "'") for text in texts]


@pytest.mark.parametrize(
    ("name", "n_answers", "n_works", "n_references"),
    [
        ("cr_cn_citeproc_json.yml", 1, 1, 76),
        ("cr_journals_issn_workstrue_behavior.yml", 1, 20, 480),
        ("cr_works.yml", 9, 68, 1_788),
        ("cr_works_.yml", 3, 43, 1_576),
        ("cr_works_email_works.yml", 1, 20, 1_252),
    ],
)
def test_answers_of_crossref_recorded_by_another_package(tmp_path, name, n_answers, n_works, n_references):
    answers = [body for body in bodies(data("rcrossref") / name) if '"DOI"' in body and '"agency"' not in body]
    works = references = expected_works = expected_references = 0
    for turn, body in enumerate(answers):
        file = tmp_path / f"{turn}.json"
        file.write_text(body, encoding="utf-8")
        corpus = read(file)
        left_out = corpus.problems["kind"].isin(["repeated record", "unreadable record"]).sum()
        works, references = works + len(corpus.works) + int(left_out), references + len(corpus.references)
        message = json.loads(body).get("message", json.loads(body))
        items = message.get("items", [message])
        expected_works += len(items)
        expected_references += sum(len(item.get("reference", [])) for item in items)
    assert (len(answers), works, references) == (n_answers, n_works, n_references)
    assert (works, references) == (expected_works, expected_references)
