"""Kernels: both routes give the same bytes, and the route follows the amount of work."""

from __future__ import annotations

import numpy as np
import pytest

from citenet._support import kernel as module
from citenet._support.kernel import WORTH_COMPILING, kernel, random_bits


@kernel
def halve(x: int) -> float:
    return x / 2


@kernel
def accumulate(values, out) -> int:
    for i in range(len(values)):
        out[i] = halve(values[i])
    return len(values)


def test_arrays_are_written_in_place():
    out = np.zeros(3)
    assert accumulate(np.array([1, 2, 3], np.int32), out) == 3
    assert out.tolist() == [0.5, 1.0, 1.5]


def test_both_routes_agree():
    if module.numba() is None:
        pytest.skip("the compiled route needs citenet[fast]")
    out = np.zeros(3)
    assert accumulate.sized(WORTH_COMPILING)(np.array([1, 2, 3], np.int32), out) == 3
    assert out.tolist() == [0.5, 1.0, 1.5]
    rng = np.random.default_rng(0)
    for key, counter in rng.integers(0, 2**32, (500, 2)).tolist():
        assert random_bits(key, counter) == random_bits.compiled(key, counter)


def test_little_work_and_missing_numba_take_the_python_route(monkeypatch):
    assert accumulate.sized(10) is accumulate
    monkeypatch.setattr(module, "numba", lambda: None)
    assert accumulate.sized(10**12) is accumulate


def test_random_bits_look_uniform():
    bits = np.array([random_bits(12345, i) for i in range(20_000)], dtype=np.float64) / 2**32
    assert bits.min() >= 0
    assert bits.max() < 1
    counts = np.histogram(bits, 20)[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 43.8  # χ² with 19 degrees of freedom, p = 0.001
    assert abs(np.corrcoef(bits[:-1], bits[1:])[0, 1]) < 0.03
    other = np.array([random_bits(12346, i) for i in range(20_000)]) / 2**32
    assert abs(np.corrcoef(bits, other)[0, 1]) < 0.03


def test_keyword_arguments_are_refused():
    with pytest.raises(TypeError, match="positional"):
        halve(x=1)


def test_a_change_in_a_called_kernel_changes_the_name_of_the_caller():
    @kernel
    def inner(x: int) -> int:
        return x + 1

    accumulate.function.__globals__["halve"], kept = inner, halve
    changed = accumulate._digest()
    accumulate.function.__globals__["halve"] = kept
    assert changed != accumulate._digest()
