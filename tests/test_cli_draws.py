"""The command line says how many resamples and draws are taken."""

from __future__ import annotations

import pandas as pd

import citenet as cn
from citenet.cli import main


def test_resamples_and_list_draws_are_options(tmp_path, capsys):
    net = cn.datasets.simulate(60, n_references=3, rng=1)
    works, citations = net.to_frames()
    works.rename_axis("id").to_csv(tmp_path / "works.csv")
    pd.DataFrame(citations).to_csv(tmp_path / "citations.csv", index=False)
    command = ["bridges", str(tmp_path / "works.csv"), "--citations", str(tmp_path / "citations.csv"), "--by", "field"]
    main([*command, "--between", "A", "B", "--resamples", "0", "--list-draws", "0"])
    said = capsys.readouterr().out
    assert "CI" not in said.split("Odds of citing")[1]
    assert "whole reference lists" not in said
    main([*command, "--between", "A", "B", "--resamples", "99", "--list-draws", "19"])
    assert "with whole reference lists swapped" in capsys.readouterr().out
