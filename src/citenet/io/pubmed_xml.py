"""PubMed XML, as efetch delivers it: articles with their reference lists, where PubMed has them."""

from __future__ import annotations

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._strings import parse_printed
from citenet.io._values import find_id, join_people, person, plain, terms, year_of
from citenet.io._xml import Element, all_text, child_text, line_of, parse, root_name

__all__ = ["NAME", "read", "sniff"]

NAME = "pubmed_xml"

_PRINTED = "printed"


def sniff(head: str) -> bool:
    """Whether a text begins like XML of PubMed.

    >>> sniff("<?xml version='1.0'?><PubmedArticleSet>"), sniff("<article>")
    (True, False)
    """
    return root_name(head) in ("PubmedArticleSet", "PubmedArticle", "PubmedBookArticle")


def read(text: str, records: Records) -> None:
    """Read articles of PubMed into ``records``.

    Examples
    --------
    >>> records = Records("pubmed.xml")
    >>> read("<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>A title"
    ...      "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>", records)
    >>> records.works[0]["work_id"], records.works[0]["title"]
    ('pmid:7', 'A title')
    """
    root = parse(text.lstrip(), records)
    found = [root] if root.tag == "PubmedArticle" else list(root.iter("PubmedArticle"))
    books = list(root.iter("PubmedBookArticle"))
    for book in books:
        detail = "a book of PubMed is not read; left out"
        records.problem("unreadable record", line_of(book), detail, child_text(book, ".//ArticleTitle"))
    drafts = [_draft(article, records) for article in found]
    if not drafts and not records.problems:
        raise ParseError("no article of PubMed found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    parse_printed(drafts, records, mark=_PRINTED)
    settle(drafts, records, accessioned=True)
    if drafts and not any(draft.references for draft in drafts):
        records.note("no references", "PubMed has no reference list of these articles: they cite nothing here")


def _draft(article: Element, records: Records) -> Draft:
    def text(path: str) -> str | None:
        return plain(child_text(article, path))

    base = "MedlineCitation/Article"
    known = _ids(article.find("PubmedData/ArticleIdList"))
    pmid = normalise_id("pmid", text("MedlineCitation/PMID")) or known.get("pmid")
    if pmid is None:
        records.problem("missing id", line_of(article), "the article has no PMID", text(f"{base}/ArticleTitle"))
    doi = known.get("doi") or normalise_doi(text(f"{base}/ELocationID[@EIdType='doi']"))
    first_page, last_page = split_pages(text(f"{base}/Pagination/MedlinePgn"))
    year = text(f"{base}/Journal/JournalIssue/PubDate") or text(f"{base}/ArticleDate/Year")
    fields = {
        "title": text(f"{base}/ArticleTitle"),
        "authors": join_people(_author(author) for author in article.findall(f"{base}/AuthorList/Author")),
        "year": year_of(year),
        "type": text(f"{base}/PublicationTypeList/PublicationType"),
        "container": text(f"{base}/Journal/Title"),
        "container_abbrev": text(f"{base}/Journal/ISOAbbreviation"),
        "volume": text(f"{base}/Journal/JournalIssue/Volume"),
        "issue": text(f"{base}/Journal/JournalIssue/Issue"),
        "first_page": first_page,
        "last_page": last_page,
        "doi": doi,
        "ids": join_ids([pmid, known.get("pmcid")]),
        "keywords": terms(all_text(keyword) for keyword in article.iter("Keyword")),
        "mesh": terms(all_text(name) for name in article.iter("DescriptorName")),
    }
    draft = Draft(pmid or (f"doi:{doi}" if doi else None), line_of(article), fields)
    for reference in article.iterfind("PubmedData/ReferenceList//Reference"):
        ids = _ids(reference.find("ArticleIdList"))
        raw = child_text(reference, "Citation") or all_text(reference)
        others = join_ids(term for scheme, term in ids.items() if scheme != "doi")
        draft.cite(raw, line=line_of(reference), doi=ids.get("doi"), ids=others, **{_PRINTED: True})
    return draft


def _ids(listed: Element | None) -> dict[str, str]:
    """Return identifiers by scheme; the DOI bare, others as terms."""
    ids: dict[str, str] = {}
    for element in () if listed is None else listed.iter("ArticleId"):
        kind, value = (element.get("IdType") or "").lower(), all_text(element) or ""
        scheme = {"pubmed": "pmid", "pmc": "pmcid"}.get(kind, kind)
        found = normalise_id(scheme, value) if scheme in ("pmid", "pmcid", "doi") else None
        found = found or find_id(value)
        if found:
            ids.setdefault(found.partition(":")[0], found.removeprefix("doi:"))
    return ids


def _author(author: Element) -> str | None:
    family = child_text(author, "LastName")
    given = child_text(author, "ForeName") or child_text(author, "Initials")
    return person(family, given) if family else person(child_text(author, "CollectiveName"))
