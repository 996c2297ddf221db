"""String choices that list themselves when one is mistyped."""

from __future__ import annotations

import pytest

from citenet._support.choices import check_choice, did_you_mean
from citenet.errors import InputError


def test_a_choice_is_returned():
    assert check_choice("method", "leiden", ["leiden", "louvain"]) == "leiden"


def test_another_value_lists_the_choices_and_the_nearest():
    with pytest.raises(
        InputError, match=r"method='Liden' is not a choice, did you mean 'leiden'\? \(choices: 'leiden', 'louvain'\)"
    ):
        check_choice("method", "Liden", ["leiden", "louvain"])
    with pytest.raises(InputError, match=r"method=3 is not a choice \(choices: 'leiden'\)"):
        check_choice("method", 3, ["leiden"])


def test_case_does_not_hide_the_nearest():
    assert did_you_mean("pam", ["HSR/QI", "PAM"]) == ", did you mean 'PAM'?"
    assert did_you_mean("zzz", ["HSR/QI", "PAM"]) == did_you_mean(None, []) == ""
