"""An invented literature for trials: works of a real list of DOIs, and invented works that they cite."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from citenet._support.rng import RngLike, as_generator
from citenet.corpus import Corpus
from citenet.names import split_authors

__all__ = ["TrialWork", "invent"]

# Journal, and the topic, subfield, field and domain of its works.
_HEALTH, _PROFESSIONS = "Health Sciences", ("General Health Professions", "Health Professions")
_SOCIAL, _BUSINESS = "Social Sciences", "Business, Management and Accounting"
_JOURNALS = {
    "BMJ Quality & Safety": ("Quality Improvement", *_PROFESSIONS, _HEALTH),
    "Implementation Science": ("Implementation", *_PROFESSIONS, _HEALTH),
    "Health Expectations": ("Patient Involvement", *_PROFESSIONS, _HEALTH),
    "Public Administration Review": ("Co-production", "Public Administration", _SOCIAL, _SOCIAL),
    "Public Management Review": ("Public Services", "Public Administration", _SOCIAL, _SOCIAL),
    "Journal of Service Research": ("Service Logic", "Marketing", _BUSINESS, _SOCIAL),
    "American Sociological Review": ("Participation", "Sociology and Political Science", _SOCIAL, _SOCIAL),
}
_FAMILIES = ("Ahlgren", "Barros", "Castellanos", "Dahl", "Eriksen", "Fontaine", "Grünwald", "Hoekstra", "Iversen")
_WORDS = ("shared", "decisions", "public", "services", "patients", "citizens", "value", "design", "quality", "trust",
          "knowledge", "boundary", "learning", "voluntary", "models", "practice", "evidence", "change")  # fmt: skip


@dataclass
class TrialWork:
    """One work of the invented literature."""

    number: int
    doi: str | None
    title: str
    authors: list[tuple[str, str]]
    year: int
    journal: str
    volume: int
    page: int
    topic: tuple[str, str, str, str]
    references: list[int] = field(default_factory=list)

    @property
    def openalex(self) -> str:
        """Its OpenAlex id."""
        return f"W{4_000_000_000 + self.number}"

    @property
    def pmid(self) -> str | None:
        """Its PMID: only works of the health sciences have one."""
        return str(30_000_000 + self.number) if self.topic[3] == "Health Sciences" else None

    @property
    def pmcid(self) -> str | None:
        """Its PMCID, of every second of these."""
        return f"PMC{7_000_000 + self.number}" if self.pmid and self.number % 2 == 0 else None


def invent(corpus: Corpus, *, n_invented: int = 120, n_references: int = 20, rng: RngLike = 1) -> list[TrialWork]:
    """Invent what works cite.

    Parameters
    ----------
    corpus : Corpus
        Works with a DOI and a year take part, as they are.
    n_invented : int
        Works that are cited, spread over 1975 to 2015 and the journals of four disciplines.
    n_references : int
        References of each work of the corpus: to older works, three times as likely to its own side of health sciences
        and social sciences.
    rng : seed

    Returns
    -------
    list of TrialWork

    Examples
    --------
    >>> from citenet.datasets import coproduction_2024
    >>> world = invent(coproduction_2024(), n_invented=10)
    >>> len(world), world[-1].doi, sum(len(work.references) > 0 for work in world) > 20
    (49, '10.5555/trial.48', True)
    """
    draw, _ = as_generator(rng)
    known = corpus.works[corpus.works["doi"].notna() & corpus.works["year"].notna()]
    journals = list(_JOURNALS)
    world: list[TrialWork] = []
    columns = ("title", "authors", "year", "doi", "container")
    for title, authors, year, doi, container in zip(*(known[c] for c in columns), strict=True):
        number = len(world)
        journal = str(container) if isinstance(container, str) else journals[number % len(journals)]
        topic = _JOURNALS[journals[_side(journal) + number % 3]]
        world.append(TrialWork(number, doi, str(title), _people(authors), int(year), journal, 10, number + 1, topic))
    for _ in range(n_invented):
        number = len(world)
        journal = journals[int(draw.integers(len(journals)))]
        words = [_WORDS[int(n)] for n in draw.choice(len(_WORDS), 5, replace=False)]
        authors = [(_FAMILIES[int(n)], "A B") for n in draw.choice(len(_FAMILIES), 2, replace=False)]
        year = int(draw.integers(1975, 2016))
        title = f"{' '.join(words).capitalize()} {number}"
        world.append(TrialWork(number, f"10.5555/trial.{number}", title, authors, year, journal, year - 1960,
                               number * 7 + 1, _JOURNALS[journal]))  # fmt: skip
    for work in world[: len(known)]:
        older = [other for other in world if other.year < work.year]
        odds = [3.0 if (other.pmid is None) == (work.pmid is None) else 1.0 for other in older]
        total = sum(odds)
        n = min(n_references, len(older))
        if n:
            chosen = draw.choice(len(older), n, replace=False, p=[o / total for o in odds])
            work.references = sorted(older[int(at)].number for at in chosen)
    return world


def _people(authors: Any) -> list[tuple[str, str]]:
    """Return (family, given) of each author."""
    return split_authors(authors if isinstance(authors, str) else None) or [("Anonymous", "A")]


def _side(journal: str) -> int:
    """Return the first journal of the side that a journal's name speaks for: health sciences, or social sciences."""
    name = journal.lower()
    return 0 if any(word in name for word in ("health", "bmj", "med", "implement", "qual", "care", "nurs")) else 3


# What each service knows of a work and its list; each has its own gaps, so that they differ as the real ones do.


def openalex_list(work: TrialWork) -> list[int]:
    """Numbers of the works that OpenAlex lists for a work: every thirteenth is missing."""
    return [n for n in work.references if (work.number + n) % 13]


def openalex_record(work: TrialWork, world: list[TrialWork]) -> dict[str, Any]:
    """Work as OpenAlex has it: cited works by id."""
    topic, subfield, field_, domain = work.topic
    listed = [world[n].openalex for n in openalex_list(work)]
    ids = {"openalex": f"https://openalex.org/{work.openalex}"}
    if work.doi:
        ids["doi"] = f"https://doi.org/{work.doi}"
    if work.pmid:
        ids["pmid"] = f"https://pubmed.ncbi.nlm.nih.gov/{work.pmid}"
    return {
        "id": ids["openalex"], "doi": ids.get("doi"), "ids": ids, "title": work.title,
        "publication_year": work.year, "type": "article",
        "authorships": [{"author": {"display_name": f"{given} {family}"}} for family, given in work.authors],
        "primary_location": {"source": {"display_name": work.journal}},
        "biblio": {"volume": str(work.volume), "issue": None, "first_page": str(work.page), "last_page": None},
        "primary_topic": {"display_name": topic, "subfield": {"display_name": subfield},
                          "field": {"display_name": field_}, "domain": {"display_name": domain}},
        "keywords": [], "is_retracted": False,
        "referenced_works": [f"https://openalex.org/{number}" for number in listed],
        "referenced_works_count": len(listed),
    }  # fmt: skip


def crossref_record(work: TrialWork, world: list[TrialWork]) -> dict[str, Any]:
    """Work as Crossref has it: every fifth reference without DOI, every eleventh missing."""
    references = []
    for place, n in enumerate(work.references, start=1):
        cited = world[n]
        if (work.number + n) % 11 == 0:
            continue
        row = {"key": f"ref{place}", "author": cited.authors[0][0], "year": str(cited.year),
               "journal-title": cited.journal, "volume": str(cited.volume), "first-page": str(cited.page),
               "article-title": cited.title}  # fmt: skip
        if (work.number + n) % 5 and cited.doi:
            row |= {"DOI": cited.doi, "doi-asserted-by": "publisher"}
        references.append(row)
    return {
        "DOI": work.doi, "title": [work.title], "container-title": [work.journal], "type": "journal-article",
        "author": [{"family": family, "given": given} for family, given in work.authors],
        "issued": {"date-parts": [[work.year]]}, "volume": str(work.volume), "page": str(work.page),
        "references-count": len(references), "reference": references,
    }  # fmt: skip


def opencitations_rows(arcs: list[tuple[TrialWork, TrialWork]]) -> list[dict[str, str]]:
    """Citations as OpenCitations has them: every ninth missing, strings throughout."""
    return [
        {"oci": f"06{one.number}-06{other.number}", "citing": _pids(one), "cited": _pids(other),
         "creation": str(one.year), "timespan": f"P{one.year - other.year}Y", "journal_sc": "no", "author_sc": "no"}
        for one, other in arcs
        if (one.number + other.number) % 9
    ]  # fmt: skip


def _pids(work: TrialWork) -> str:
    known = [
        f"omid:br/06{work.number}",
        f"doi:{work.doi}" if work.doi else "",
        f"pmid:{work.pmid}" if work.pmid else "",
    ]
    return " ".join(filter(None, known))


def europepmc_record(work: TrialWork) -> dict[str, Any]:
    """Work as Europe PMC finds it."""
    return {
        "id": work.pmid, "source": "MED", "pmid": work.pmid, "pmcid": work.pmcid, "doi": work.doi, "title": work.title,
        "authorString": ", ".join(f"{family} {given[0]}" for family, given in work.authors) + ".",
        "journalTitle": work.journal, "journalVolume": str(work.volume), "pubYear": str(work.year),
        "pageInfo": str(work.page), "isOpenAccess": "Y" if work.pmcid else "N",
        "hasReferences": "Y" if work.references else "N",
    }  # fmt: skip


def europepmc_reference(work: TrialWork, place: int) -> dict[str, Any]:
    """Return the reference as Europe PMC lists it: a PMID where it knows one, no DOI."""
    known = {"id": work.pmid, "source": "MED", "match": "Y"} if work.pmid else {"match": "N"}
    return {**known, "citationType": "JOURNAL ARTICLE", "title": work.title, "pubYear": work.year,
            "authorString": f"{work.authors[0][0]} {work.authors[0][1][0]}.", "journalAbbreviation": work.journal,
            "volume": str(work.volume), "pageInfo": str(work.page), "citedOrder": place}  # fmt: skip


def pubmed_article(work: TrialWork, world: list[TrialWork]) -> str:
    """Record of PubMed, whose list names only what has a PMID."""
    cited = [world[n] for n in work.references if world[n].pmid]
    listed = "".join(
        f"<Reference><Citation>{escape(other.title)}. {other.year}.</Citation><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{other.pmid}</ArticleId></ArticleIdList></Reference>'
        for other in cited
    )
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{work.pmid}</PMID><Article><Journal><JournalIssue><PubDate>"
        f"<Year>{work.year}</Year></PubDate></JournalIssue><Title>{escape(work.journal)}</Title></Journal>"
        f"<ArticleTitle>{escape(work.title)}</ArticleTitle></Article></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="pubmed">{work.pmid}</ArticleId>'
        f'<ArticleId IdType="doi">{escape(work.doi or "")}</ArticleId>'
        f"</ArticleIdList><ReferenceList>{listed}</ReferenceList></PubmedData></PubmedArticle>"
    )


def full_text(work: TrialWork, world: list[TrialWork]) -> str:
    """Full text in JATS, which mentions every reference once."""
    refs = "".join(
        f'<ref id="B{place}"><element-citation><person-group><name><surname>{world[n].authors[0][0]}</surname>'
        f"<given-names>A</given-names></name></person-group><article-title>{escape(world[n].title)}</article-title>"
        f"<source>{escape(world[n].journal)}</source><year>{world[n].year}</year><volume>{world[n].volume}</volume>"
        f'<fpage>{world[n].page}</fpage><pub-id pub-id-type="doi">{escape(world[n].doi or "")}</pub-id>'
        f"</element-citation></ref>"
        for place, n in enumerate(work.references, start=1)
    )
    places = range(1, len(work.references) + 1)
    mentions = "".join(f'<p>Shown <xref ref-type="bibr" rid="B{place}">{place}</xref>.</p>' for place in places)
    return (
        f'<article article-type="research-article"><front><article-meta><article-id pub-id-type="pmid">{work.pmid}'
        f'</article-id><article-id pub-id-type="pmc">{work.pmcid}</article-id><article-id pub-id-type="doi">'
        f"{escape(work.doi or '')}</article-id><title-group><article-title>{escape(work.title)}</article-title>"
        f"</title-group><pub-date><year>{work.year}</year></pub-date></article-meta></front><body>{mentions}</body>"
        f"<back><ref-list>{refs}</ref-list></back></article>"
    )


def s2_record(work: TrialWork, world: list[TrialWork], *, listing: bool = True) -> dict[str, Any]:
    """Paper of Semantic Scholar; every sixth reference is a title alone."""
    external = {"DOI": work.doi, "PubMed": work.pmid}
    record: dict[str, Any] = {
        "paperId": f"{work.number:040x}", "externalIds": {k: v for k, v in external.items() if v}, "title": work.title,
        "year": work.year, "authors": [{"name": f"{given} {family}"} for family, given in work.authors],
        "venue": work.journal, "journal": {"name": work.journal, "volume": str(work.volume), "pages": str(work.page)},
    }  # fmt: skip
    if listing:
        record["references"] = [
            s2_record(world[n], world, listing=False) if (work.number + n) % 6
            else {"paperId": None, "externalIds": None, "title": world[n].title, "year": world[n].year}
            for n in work.references
        ]  # fmt: skip
        record["referenceCount"] = len(record["references"])
    return record


def as_json(value: Any) -> str:
    """Text of an answer."""
    return json.dumps(value, ensure_ascii=False)
