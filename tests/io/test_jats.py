"""JATS: citations of every kind, several in one ref, passages with ranges, a translation."""

from __future__ import annotations

from citenet.io import read


def test_article_xml(sample, row_of, problems_of):
    corpus = sample("article.xml")
    assert corpus.sources["format"].tolist() == ["jats"]
    assert row_of(corpus, "doi:10.1000/cuidado.7") == {
        "title": "Cuidado compartilhado",
        "authors": "Souza, Ana; Grupo de Estudo",
        "year": 2015,
        "type": "research-article",
        "container": "Revista de Cuidado",
        "container_abbrev": "Rev. Cuid.",
        "volume": "7",
        "first_page": "11",
        "last_page": "19",
        "doi": "10.1000/cuidado.7",
        "ids": "pmcid:PMC123456",
        "language": "pt",
    }
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 1)
    assert reference.pop("raw").startswith("1. Robert G, Locock L. Learning with patients. A Journal. 20")
    assert reference == {
        "title": "Learning with patients",
        "authors": "Robert, G; Locock, L",
        "year": 2018,
        "type": "journal",
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
        "doi": "10.1000/j.learn.2018",
        "ids": "pmid:29629291",
    }
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 2)
    assert reference.pop("raw") == "Boyd H Handbook of Design A Press 2013"
    assert reference == {
        "title": "Handbook of Design",
        "authors": "Boyd, H",
        "year": 2013,
        "type": "book",
        "publisher": "A Press",
    }
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 3)
    assert reference.pop("raw") == "Geest S Soc Sci Med 1998"
    assert reference == {"authors": "Geest, S", "year": 1998, "type": "journal", "container": "Soc Sci Med"}
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 4)
    assert reference.pop("raw") == "Voluntas 2006"
    assert reference == {"year": 2006, "type": "journal", "container": "Voluntas"}
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 5)
    assert reference.pop("raw") == "Public Money 2007"
    assert reference == {"year": 2007, "type": "journal", "container": "Public Money"}
    reference = row_of(corpus, "doi:10.1000/cuidado.7", 6)
    assert reference.pop("raw").startswith("Porter ME, Lee TH. From volume to value in health care. JAMA")
    assert reference == {
        "title": "From volume to value in health care",
        "authors": "Porter, ME; Lee, TH",
        "year": 2016,
        "type": "article",
        "container": "JAMA",
        "volume": "316",
        "first_page": "1047",
        "last_page": "1048",
        "doi": "10.1000/value",
    }
    mentions = corpus.contexts[["passage", "section", "position"]].to_numpy().tolist()
    assert mentions == [
        ["p0002", "Introdução", 1],
        ["p0002", "Introdução", 2],
        ["p0002", "Introdução", 3],
        ["p0004", "Introdução / Contexto", 1],
        ["p0004", "Introdução / Contexto", 4],
        ["p0004", "Introdução / Contexto", 5],
    ]
    assert problems_of(corpus) == [(17, "unknown reference"), (22, "impossible year"), (28, "unreadable reference")]


def test_numbers_of_pubmed_with_a_full_stop_are_read_and_what_is_none_is_reported(tmp_path):
    marked = ['pmid">27748203.', 'pmc">PMC123', 'pmc">123', 'pmid">see online']
    refs = "".join(
        f'<ref><mixed-citation>A title. <pub-id pub-id-type="{each}</pub-id></mixed-citation></ref>' for each in marked
    )
    front = "<front><article-meta><title-group><article-title>A</article-title></title-group></article-meta></front>"
    text = f"<article>{front}<back><ref-list>{refs}</ref-list></back></article>"
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    corpus = read(tmp_path / "a.xml")
    assert corpus.references["ids"].fillna("").tolist() == ["pmid:27748203", "pmcid:PMC123", "pmcid:PMC123", ""]
    odd = corpus.problems[corpus.problems["kind"] == "malformed identifier"]
    assert odd["detail"].tolist() == ["'see online' is marked as pmid and is none; left out"]
