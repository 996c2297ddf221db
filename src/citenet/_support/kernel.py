"""Hot loops, written once: plain Python over one-dimensional arrays, compiled where that pays.

The rules that make both routes give the same bytes:

- a kernel takes scalars, one-dimensional arrays and named tuples of arrays, allocates nothing and returns a scalar;
- randomness comes from `random_bits`, a hash of a key and a counter, or is drawn outside;
- no transcendental function (their last bit differs between libraries), no division by a value that may be zero;
- a kernel calls nothing but kernels and built-in functions on numbers.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
from collections.abc import Callable
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar, cast

import numpy as np

__all__ = ["Kernel", "kernel", "random_bits"]

P = ParamSpec("P")
R = TypeVar("R")

# Elementary steps (about 0.1 µs each in Python) below which loading the compiled code costs more than it saves.
WORTH_COMPILING = 1_000_000


class Kernel(Generic[P, R]):
    """A function with two routes; calling it takes the Python one.

    Parameters
    ----------
    function : callable
        Follows the rules of this module.

    Notes
    -----
    On the Python route arrays are seen through memoryviews: reading one gives a Python number, which is faster than
    a NumPy scalar and never overflows.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self.function = cast(FunctionType, function)
        self._interpreted: Callable[..., R] | None = None
        self._compiled: Callable[..., R] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run as Python."""
        if kwargs:
            raise TypeError("kernels take positional arguments only")
        return self.interpreted(*map(_viewed, args))

    def sized(self, work: float) -> Callable[P, R]:
        """Return the route that suits an amount of work.

        Parameters
        ----------
        work : float
            Elementary steps that all calls to come will take together.

        Returns
        -------
        callable
            The compiled function where numba is installed and the work pays for loading it, else this kernel.
        """
        return self.compiled if self.pays(work) else self

    def pays(self, work: float) -> bool:
        """Say whether numba is installed and that many elementary steps pay for loading the compiled function."""
        return work >= WORTH_COMPILING and numba() is not None

    @property
    def interpreted(self) -> Callable[..., R]:
        """The function with the kernels it calls bound as plain functions."""
        if self._interpreted is None:
            self._interpreted = self._bind(lambda inner: inner.interpreted)
        return self._interpreted

    @property
    def compiled(self) -> Callable[..., R]:
        """The function compiled by numba, which must be installed."""
        if self._compiled is None:
            compiler = importlib.import_module("numba")
            bound = self._bind(lambda inner: inner._inlined(compiler))
            try:
                self._compiled = compiler.njit(bound, cache=True, nogil=True)
            except RuntimeError:  # neither the package nor the user's cache folder can be written to
                self._compiled = compiler.njit(bound, nogil=True)
        return cast(Callable[..., R], self._compiled)

    def _inlined(self, compiler: Any) -> Callable[..., Any]:
        """Return the function in the form that is pasted into its callers: a call would count references to arrays."""
        bound = self._bind(lambda inner: inner._inlined(compiler))
        return cast(Callable[..., Any], compiler.njit(bound, inline="always"))

    def _digest(self) -> str:
        """Digest of the code of this kernel and of those it calls.

        Being part of the name under which compiled code is kept, it makes code that calls a changed kernel compile
        anew; numba by itself looks only at the file of the outermost function.
        """
        code = self.function.__code__
        digest = hashlib.sha256(code.co_code + repr((code.co_consts, code.co_names)).encode())
        for name in code.co_names:
            inner = self.function.__globals__.get(name)
            if isinstance(inner, Kernel):
                digest.update(inner._digest().encode())
        return digest.hexdigest()[:12]

    def _bind(self, route: Callable[[Kernel[Any, Any]], Callable[..., Any]]) -> Callable[..., R]:
        """Copy of the function whose global names of kernels stand for one of their routes."""
        source = self.function
        names = [name for name in source.__code__.co_names if isinstance(source.__globals__.get(name), Kernel)]
        bound = {name: route(source.__globals__[name]) for name in names}
        copy = FunctionType(source.__code__, {**source.__globals__, **bound}, source.__name__)
        copy.__qualname__, copy.__module__ = f"{source.__qualname__}_{self._digest()}", source.__module__
        return cast(Callable[..., R], copy)


def _viewed(argument: Any) -> Any:
    if isinstance(argument, np.ndarray):
        return memoryview(cast(Any, argument))
    if isinstance(argument, tuple):
        return type(argument)(*map(_viewed, argument))
    return argument


def kernel(function: Callable[P, R]) -> Kernel[P, R]:
    """Mark a function as a kernel.

    Examples
    --------
    >>> @kernel
    ... def total(values):
    ...     s = 0
    ...     for i in range(len(values)):
    ...         s += values[i]
    ...     return s
    >>> total(np.arange(4))
    6
    >>> total.sized(work=100)(np.arange(4))
    6
    """
    return Kernel(function)


@functools.cache
def numba() -> Any:
    """Return the numba module, or None where it is not installed or does not fit this NumPy."""
    try:
        return importlib.import_module("numba")
    except ImportError:
        return None


@kernel
def random_bits(key: int, counter: int) -> int:
    """Hash a key and a counter to 32 bits; every counter gives an independent-looking number.

    Parameters
    ----------
    key, counter : int
        In [0, 2**32).

    Returns
    -------
    int
        In [0, 2**32).

    Notes
    -----
    Products may wrap around 64 bits when compiled; the low 32 bits, which are kept, are the same either way.

    Examples
    --------
    >>> random_bits(1, 0) == random_bits(1, 0) != random_bits(1, 1)
    True
    """
    x = (key ^ (counter * 0x9E3779B1)) & 0xFFFFFFFF
    x = ((x ^ (x >> 17)) * 0xED5AD4BB) & 0xFFFFFFFF
    x = ((x ^ (x >> 11)) * 0xAC4C1B51) & 0xFFFFFFFF
    x = (x + key) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x31848BAB) & 0xFFFFFFFF
    return x ^ (x >> 14)
