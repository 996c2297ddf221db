"""Made-up exports read like real ones, and hold the truth that they were made with."""

from __future__ import annotations

import citenet as cn


def test_both_files_are_recognised_and_every_reference_is_read(tmp_path):
    cn.practice_exports(tmp_path, n_works=200)
    corpus = cn.read(tmp_path)
    assert set(corpus.sources["format"]) == {"scopus", "wos"}
    assert len(corpus.problems) == 0
    assert corpus.works["year"].min() >= 2005
    links = cn.resolve(corpus).links
    inside = corpus.references["year"] >= 2005
    assert (links["status"] == "matched").tolist() == inside.tolist()


def test_the_preference_they_were_made_with_is_found(tmp_path):
    cn.practice_exports(tmp_path)
    corpus = cn.read(tmp_path / "savedrecs.txt")
    net = cn.build_network(corpus, cn.resolve(corpus), external=True)
    disciplines = {
        "HSR/QI": ["Health Care Sciences & Services", "Health Policy & Services"],
        "PAM": ["Public Administration", "Management"],
    }
    groups = cn.label(net, by="categories", groups=disciplines, spread="container")  # all four occur: no warning
    assert groups.labels.min() == 0
    result = cn.bridges(net, groups, *groups.group_names, rng=1)
    row = result.row("odds ratio (Mantel-Haenszel)", *groups.group_names)
    assert row["low"] < 9 < 1.4 * row["high"]


def test_the_same_seed_writes_the_same_files(tmp_path):
    one, two = (cn.practice_exports(tmp_path / name, rng=3) for name in ("one", "two"))
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]
    other = cn.practice_exports(tmp_path / "other", rng=4)
    assert one[0].read_bytes() != other[0].read_bytes()
