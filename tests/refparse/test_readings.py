"""Forms that are easily misread, each with what must come out."""

# ruff: noqa: E501 - printed references

from __future__ import annotations

import pandas as pd
import pytest

from citenet import parse_references
from citenet.refparse.clean import join_lines
from citenet.refparse.exact import identifiers, page_range
from citenet.refparse.law import cited_law
from citenet.refparse.parse import parse_strings

READINGS = [
    ("Pohl, Dietmar (o. J.): Naturerfahrungen von Kindern. Ludwigsburg.", {"authors": "Pohl, Dietmar"}),
    ("NHS Digital. Mental health bulletin 2017–18. Leeds: NHS Digital; 2018.", {"authors": "NHS Digital"}),
    ("HM Government. Putting people first. London: HM Government; 2007.", {"authors": "HM Government"}),
    (
        "SOUZA, Maria Helena de Oliveira; LIMA, Ana Paula de Castro. Coprodução em saúde. Saúde em Debate, v. 40, n. 110, "
        "p. 35-48, 2016.",
        {"authors": "SOUZA, Maria Helena de Oliveira; LIMA, Ana Paula de Castro"},
    ),
    (
        "CAMPOS, Gastão Wagner de Sousa. Um método para análise. São Paulo: Hucitec, 2000.",
        {"authors": "CAMPOS, Gastão Wagner de Sousa"},
    ),
    (
        "Nedelmann, B. (1997). Gewaltsoziologie am Scheideweg. In T. v. Trotha (Hrsg.), Soziologie der Gewalt (S. 59-85). "
        "Opladen: Westdeutscher Verlag.",
        {"editors": "v. Trotha, T.", "authors": "Nedelmann, B."},
    ),
    (
        "Canzler, Weert & AndreasKnie 1998: Möglichkeitsräume. Grundrisse einer modernen Mobilitätspolitik, Wien.",
        {"authors": "Canzler, Weert; Knie, Andreas"},
    ),
    (
        "Berg JP van der, Vries H de. Samenwerken in de zorg. Ned Tijdschr Geneeskd 2011;155:A1234.",
        {"authors": "Berg, JP van der; Vries, H de"},
    ),
    (
        "Ashish Vaswani, Noam Shazeer, and Mary Smith. 2014. Trust in public services. Public Administration Review 64, 2 "
        "(2014), 143–157.",
        {"authors": "Vaswani, Ashish; Shazeer, Noam; Smith, Mary"},
    ),
    (
        "Statistisches Bundesamt (Destatis) (2020): Gesundheitsausgabenrechnung. Wiesbaden.",
        {"authors": "Statistisches Bundesamt (Destatis)"},
    ),
    (
        "Weber K., J. Am. Chem. Soc., 112 (1990) 2345.",
        {"authors": "Weber, K", "container": "J. Am. Chem. Soc", "volume": "112"},
    ),
    (
        "[7] Kim H, Lee S. 2020 guideline for the management of heart failure[J]. Circulation, 2021, 143(3): 12-20.",
        {"title": "2020 guideline for the management of heart failure", "year": 2021},
    ),
    (
        "Brown, A. (2010). 1989: The year that changed Europe. London: Penguin.",
        {"title": "1989: The year that changed Europe", "year": 2010},
    ),
    (
        "Office for National Statistics. 2011 Census: Key Statistics for England and Wales. London: ONS; 2012.",
        {"title": "2011 Census: Key Statistics for England and Wales", "year": 2012},
    ),
    ("Goffman E. Stigma. London: Penguin; 1963.", {"authors": "Goffman, E", "title": "Stigma"}),
    ("Berwick D. Kindness. JAMA 2014;312:1-2.", {"authors": "Berwick, D", "title": "Kindness"}),
    (
        "Crozier M., Friedberg E. L'acteur et le système. Paris: Seuil; 1977. 500 p.",
        {"first_page": None, "publisher": "Seuil"},
    ),
    (
        "Sjaastad, L. 1962: The costs and returns of human migration. Journal of Political Economy, 70. Jg., Heft 5, 80–93.",
        {"volume": "70", "issue": "5", "first_page": "80"},
    ),
    ("17 Shambaugh, China’s Think Tanks, (Anm. 1), S. 587.", {"volume": None, "issue": None, "first_page": "587"}),
    (
        "European Commission. A renewed EU strategy for Corporate Social Responsibility. COM(2011) 681. Brussels: European "
        "Commission; 2011.",
        {"container": "COM", "volume": "681", "first_page": None},
    ),
    (
        "GBD 2019 Diseases and Injuries Collaborators. Global burden of disease. Lancet. 2020;396(10258):1204-1222.",
        {"authors": "GBD 2019 Diseases and Injuries Collaborators"},
    ),
    ("Chang, M.-W., & Serre, J.-P. (2001). A title of things. BMJ, 3, 4-5.", {"authors": "Chang, M.-W.; Serre, J.-P."}),
    ("Planck Collaboration VI, A&A, 641, A6 (2020).", {"container": "A&A", "volume": "641"}),
    (
        "Greenhalgh T, Jackson C. Achieving research impact. Milbank Q. 2016;94(2):392\u2011429.",
        {"first_page": "392", "last_page": "429"},
    ),
    (
        "Smith J. Care in the city. [Reprinted in BMJ 2005;330:5-9]. Lancet 2001;357:12-4.",
        {"container": "Lancet", "year": 2001, "volume": "357", "last_page": "14"},
    ),
    (
        "Smith J. Care in the city (retracted in Lancet 2010;375:445). Lancet 1998;351:637-41.",
        {"year": 1998, "volume": "351", "first_page": "637"},
    ),
    ("Vaswani A. Attention is all you need. CoRR, abs/1706.03762, 2017.", {"ids": "arxiv:1706.03762", "year": 2017}),
    ("Vaswani A. Attention is all you need. https://arxiv.org/abs/1706.03762", {"ids": "arxiv:1706.03762"}),
    ("Roe A. A book. London: Sage; 2001. ISBN 1234567890123.", {"ids": None}),
    ("Meier, Anna: Arbeit im Alter. IAQ-Report, Nr. 2009-02. Duisburg 2009.", {"first_page": None}),
    ("张三. 医患共同决策研究[D]. 北京: 北京大学, 2016.", {"type": "thesis"}),
    ("Prof. Dr. Hans Meier: Pflege im Wandel. Köln 2001.", {"authors": "Meier, Hans", "title": "Pflege im Wandel"}),
    ("Ministry of Justice. Annual report 2018/19. London: HMSO; 2019.", {"volume": None, "year": 2019}),
    (
        "Albrecht, Steffen; Maren Lübcke und Thomas Klein (2005): Soziale Dynamik der Schrift. In: K. Fischer (Hg.): Der Text. "
        "Berlin: Springer.",
        {"authors": "Albrecht, Steffen; Lübcke, Maren; Klein, Thomas"},
    ),
    (
        "Holm, Barbara, 2010: Krisen und Utopien. In: Zentrum für Gender Studies (Hg.): Kritik, Emanzipation, Utopie. "
        "Marburg, 23-40.",
        {"container": "Kritik, Emanzipation, Utopie", "first_page": "23"},
    ),
    (
        "European Foundation for the Improvement of Living Conditions (2005): Working Time over the Life Course. Luxemburg",
        {
            "authors": "European Foundation for the Improvement of Living Conditions",
            "title": "Working Time over the Life Course",
        },
    ),
    ("2011 Nonlinearity 24 1975", {"container": "Nonlinearity", "volume": "24", "first_page": "1975", "year": 2011}),
    (
        "Holm, N., 1999: Emanzipation am Arbeitsmarkt: dänische Konzepte in: WIP Occasional Paper 4: 5-16.",
        {"title": "Emanzipation am Arbeitsmarkt: dänische Konzepte", "container": "WIP Occasional Paper"},
    ),
    (
        "Kitt, Herbert, in Zusammenarbeit mit Anthony J. Mann (1997): The Radical Right in Western Europe. Ann Arbor: "
        "University of Michigan Press.",
        {"authors": "Kitt, Herbert; Mann, Anthony J."},
    ),
    (
        "Crowley Jr WF, Genel M. Central challenges facing clinical research. JAMA. 2003;289(10):1278-87.",
        {"authors": "Crowley, WF Jr; Genel, M"},
    ),
    (
        "PHU HUONG LAN, N., TRI TUE, N. and BAKER, S., 2014. A model of fever in rats. Acta Tropica, vol. 2, pp. 3-4.",
        {"authors": "PHU HUONG LAN, N.; TRI TUE, N.; BAKER, S."},
    ),
    (
        "Koch, Heidi: Formen der Familie. Zum Wandel der Gesellschaft des 19. Jahrhunderts. Frankfurt/Main, 1982",
        {"title": "Formen der Familie. Zum Wandel der Gesellschaft des 19. Jahrhunderts"},
    ),
    (
        "Roth, Thomas: Das Syndrom. In: Wilfried Steiner: Zensur oder freiwillige Selbstkontrolle, Hamburg 1997, S. 103-118",
        {"container": "Zensur oder freiwillige Selbstkontrolle"},
    ),
    (
        "Smith J, Health care reform in the city, 110 Harv. L. Rev. 1303, 1310 (1997).",
        {"title": "Health care reform in the city", "container": "Harv. L. Rev", "volume": "110", "first_page": "1303"},
    ),
    (
        "国家卫生健康委员会. 2020中国卫生健康统计年鉴[M]. 北京: 中国协和医科大学出版社, 2020.",
        {"authors": "国家卫生健康委员会", "title": "2020中国卫生健康统计年鉴", "year": 2020},
    ),
    (
        "Orwell G. 1984. London: Secker and Warburg; 1949.",
        {"title": "1984", "year": 1949, "publisher": "Secker and Warburg"},
    ),
    (
        "Foucault, M. (1977). Discipline and punish (A. Sheridan, Trans.). New York: Pantheon.",
        {"title": "Discipline and punish", "editors": None},
    ),
    (
        "Freire P. Pedagogy of the oppressed. Translated by A. N. Dellis. New York: Continuum; 1970.",
        {"authors": "Freire, P", "editors": None},
    ),
    (
        "H. Penttilä, V.-V. Elomaa, T. Eronen et al., Eur. Phys. J. A48, 1 (2012).",
        {"container": "Eur. Phys. J. A", "volume": "48", "first_page": "1", "issue": None},
    ),
    (
        "Jeong Jae Yeop, 'A Study on Capital Structure,' Business Management Review 16, 1983, pp.187-200.",
        {"title": "A Study on Capital Structure", "container": "Business Management Review", "volume": "16"},
    ),
    (
        "A. Connes, Compt. Rend. Hebd. Seances Acad. Sci. A 290, 599 (1980).",
        {"title": None, "container": "Compt. Rend. Hebd. Seances Acad. Sci. A", "volume": "290", "first_page": "599"},
    ),
    (
        "The 1000 Genomes Project Consortium. A global reference for human genetic variation. Nature 526, 68–74 (2015).",
        {"authors": "The 1000 Genomes Project Consortium", "title": "A global reference for human genetic variation"},
    ),
    (
        "Z. Guo, N. Ohta, and S. Tsujikawa Realizing scale-invariant density perturbations, Phys. Rev. D 75, 023520 (2007).",
        {
            "authors": "Guo, Z.; Ohta, N.; Tsujikawa, S.",
            "title": "Realizing scale-invariant density perturbations",
        },
    ),
    (
        "Cox LA Jr, Ricci PF. Dose-response. Risk Anal. 2005;25(1):3–10.",
        {"authors": "Cox, LA Jr; Ricci, PF"},
    ),
]


@pytest.mark.parametrize(("raw", "wanted"), READINGS, ids=[raw[:25] for raw, _ in READINGS])
def test_what_is_easily_misread(raw: str, wanted: dict[str, object]) -> None:
    fields = parse_strings([raw])[0].fields
    assert {name: fields.get(name) for name in wanted} == wanted


# What a rule must leave alone, beside what it is for.
LEFT_ALONE = [
    # the last bracket before a journal "Trans. …" is no translator's
    (
        "C. Prandtl and O. Tietjens, Effects of boundary (layer) suction on thin wings, Trans. ASME 78 (1956) 1273.",
        {"title": "Effects of boundary (layer) suction on thin wings", "container": "Trans. ASME", "volume": "78"},
    ),
    (
        "P. D. Lax, On a class of (nonlinear) hyperbolic operators, Trans. Amer. Math. Soc. 100 (1961) 1-25.",
        {"title": "On a class of (nonlinear) hyperbolic operators", "container": "Trans. Amer. Math. Soc"},
    ),
    (
        "Smith, J. Cities (old and new) in Europe, Trad. A. Lopez. Madrid: Siglo XXI, 1990.",
        {"title": "Cities (old and new) in Europe"},
    ),
    (
        "Foucault, M. (1977). Discipline and Punish: The Birth of the Prison (A. Sheridan, Trans.). New York: Pantheon.",
        {"title": "Discipline and Punish: The Birth of the Prison", "authors": "Foucault, M."},
    ),
    # a title that names a body is a title
    (
        "The Belt and Road Initiative: China's Global Strategy and its Limits. London: Routledge, 2018.",
        {"title": "The Belt and Road Initiative: China's Global Strategy and its Limits", "authors": None},
    ),
    (
        "Final report of the Independent Evaluation Committee: Findings and recommendations. Geneva: WHO; 2009.",
        {
            "title": "Final report of the Independent Evaluation Committee: Findings and recommendations",
            "authors": None,
        },
    ),
    (
        "The Global Polio Eradication Initiative: Progress and challenges. Wkly Epidemiol Rec 2005;80:12-18.",
        {"title": "The Global Polio Eradication Initiative: Progress and challenges", "authors": None},
    ),
    # a year before a town that begins a title is the work's
    (
        "Porter R. 1994. London: A Social History. Harmondsworth: Penguin, 1996.",
        {"title": "London: A Social History", "year": 1994, "publisher": "Penguin", "place": "Harmondsworth"},
    ),
    # whoever a mark makes an editor is no author
    (
        "Minayo MCS, Deslandes SF, orgs. Caminhos do pensamento: epistemologia e método. Rio de Janeiro: Fiocruz; 2002.",
        {"authors": None, "editors": "Minayo, MCS; Deslandes, SF"},
    ),
    (
        "Minayo MCS, Deslandes SF (Orgs). Caminhos do pensamento: epistemologia e método. Rio de Janeiro: Fiocruz; 2002.",
        {"authors": None, "editors": "Minayo, MCS; Deslandes, SF"},
    ),
    (
        "Bruno Rossi, Mario Bianchi (a c. di), La città nuova, Milano, Feltrinelli, 1999.",
        {"authors": None, "editors": "Rossi, Bruno; Bianchi, Mario"},
    ),
    (
        "Pierre Dupont (dir), La ville nouvelle, Paris, Seuil, 1999.",
        {"authors": None, "editors": "Dupont, Pierre"},
    ),
    (
        "Silva A, Costa B, compiladores. Historia de la ciudad. Madrid: Alianza; 1999.",
        {"authors": None, "editors": "Silva, A; Costa, B"},
    ),
    (
        "Silva A, Costa B, org. Cidades e saúde: ensaios. São Paulo: Hucitec; 1999.",
        {"authors": None, "editors": "Silva, A; Costa, B"},
    ),
    # … but journals begin with such words too
    ("A. Smith, Org. Lett. 5 (2003) 1011.", {"authors": "Smith, A.", "container": "Org. Lett", "editors": None}),
    # a publisher or a town is no title
    ("D. D. Perrin, Pergamon Press, 1988.", {"title": None, "publisher": "Pergamon Press"}),
    ("T. Hastie, Springer-Verlag (1990).", {"title": None, "publisher": "Springer-Verlag"}),
    (
        "H. Haag, Berlin, Heidelberg: Springer 1992.",
        {"title": None, "publisher": "Springer", "place": "Berlin, Heidelberg"},
    ),
    ("B. Alberts et al., Garland, New York (1994).", {"title": None, "place": "Garland, New York"}),
    # a serial number is no page, and the year behind it is none of it
    (
        "Silva A. Saúde e sociedade. Revista de Saúde ISSN 1413-8123, 2005.",
        {"container": "Revista de Saúde", "year": 2005, "first_page": None},
    ),
    (
        "Roe B. Work today. Discussion Paper No. 12, ISSN 0034-8910; 2011.",
        {"year": 2011, "first_page": None},
    ),
    ("Meier A. Arbeit heute. Working Paper, ISSN: 1234-5678, Köln 2004.", {"year": 2004, "first_page": None}),
    # a word alone is nobody's name
    ("note", {"authors": None, "editors": None, "title": None}),
    ("Anonymous.", {"authors": None}),
]


@pytest.mark.parametrize(("raw", "wanted"), LEFT_ALONE, ids=[raw[:25] for raw, _ in LEFT_ALONE])
def test_rules_leave_alone_what_is_not_theirs(raw: str, wanted: dict[str, object]) -> None:
    fields = parse_strings([raw])[0].fields
    assert {name: fields.get(name) for name in wanted} == wanted


def test_digits_are_nobody() -> None:
    raw = "Gaussian 09, Revision A.02, M. J. Frisch, G. W. Trucks, Gaussian, Inc., Wallingford CT, 2009."
    fields = parse_strings([raw])[0].fields
    assert fields.get("title") is None
    names = str(fields["authors"]).split("; ")
    assert names[-2:] == ["Frisch, M. J.", "Trucks, G. W."]
    assert all(any(map(str.isalpha, name)) for name in names)


LAWS = [
    ("Brown v. Board of Education, 347 U.S. 483 (1954).", ("Brown v. Board of Education", "U.S.", "347", 1954, "483")),
    ("Smith v. Jones, 23 F.3d 1019 (9th Cir. 1994).", ("Smith v. Jones", "F.3d", "23", 1994, "1019")),
    ("Donoghue v Stevenson [1932] AC 562.", ("Donoghue v Stevenson", "AC", None, 1932, "562")),
    (
        "BGH, Urteil vom 20.3.2012, 4 StR 561/11, NJW 2012, 1234.",
        ("BGH, Urteil vom 20.3.2012, 4 StR 561/11", "NJW", None, 2012, "1234"),
    ),
    ("BVerfGE 79, 127 (143).", (None, "BVerfGE", "79", None, "127")),
    ("Health and Social Care Act 2012, c. 7.", ("Health and Social Care Act 2012", None, None, 2012, None)),
    (
        "Regulation (EU) 2016/679 of the Council of 27 April 2016, OJ L 119, 4.5.2016, p. 1–88.",
        ("Regulation (EU) 2016/679 of the Council of 27 April 2016", "OJ", "L 119", 2016, "1"),
    ),
    ("Bell v Tavistock: a comment. BMJ 2021;373:n1.", None),
    ("Roe A. The Care Act 2014 in practice. BMJ 2015;1:2.", None),
]


@pytest.mark.parametrize(("raw", "wanted"), LAWS)
def test_cases_and_statutes(raw: str, wanted: tuple[object, ...] | None) -> None:
    found = cited_law(raw)
    names = ("title", "container", "volume", "year", "first_page")
    assert (found and tuple(found.get(name) for name in names)) == wanted


def test_a_law_has_no_author_and_is_of_its_kind() -> None:
    row = parse_references([LAWS[0][0]]).iloc[0]
    assert row["type"] == "law"
    assert pd.isna(row["authors"])


@pytest.mark.parametrize(
    ("text", "doi", "ids"),
    [
        ("doi:10.2752/175630615X142Google Scholar", "10.2752/175630615x142", None),
        ("https://doi.org/10.1136/medhum-2017-011339Article PubMed", "10.1136/medhum-2017-011339", None),
        ("10.1111/j.tb01568.x[Crossref], [Google Scholar]", "10.1111/j.tb01568.x", None),
        ("10.1111/00608.x.pmid:18480118", "10.1111/00608.x", "pmid:18480118"),
        ("[PubMed: 18480118]", None, "pmid:18480118"),
        ("ISBN (print) 978-3-16-148410-0", None, "isbn:9783161484100"),
    ],
)
def test_identifiers_end_where_links_begin(text: str, doi: str | None, ids: str | None) -> None:
    assert identifiers(text)[:2] == (doi, ids)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["https://doi.org/10.1371/journal.", "pone.0150205"], "https://doi.org/10.1371/journal.pone.0150205"),
        (["doi:10.1111/j.1467-8500.", "2008.00608.x"], "doi:10.1111/j.1467-8500.2008.00608.x"),
        (["doi:10.1111/abc.", "2018 Accessed"], "doi:10.1111/abc. 2018 Accessed"),
        (
            ["https://www.england.nhs.uk/five-year-", "forward-view/"],
            "https://www.england.nhs.uk/five-year-forward-view/",
        ),
        (["evidence-", "based know-", "ledge"], "evidence-based knowledge"),
        (["地域包括ケアに", "おける協働"], "地域包括ケアにおける協働"),
    ],
)
def test_lines_go_on(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


def test_pages_are_completed_but_not_cut_out_of_words() -> None:
    assert page_range("123S–30S") == ("123S", "130S")
    assert page_range("Dokument 12") == ("12", None)
