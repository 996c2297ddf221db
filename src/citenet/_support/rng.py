"""Random generators by SPEC 7: ``rng=None`` at the border, a `Generator` inside."""

from __future__ import annotations

import numpy as np

from citenet.errors import InputError

RngLike = None | int | np.random.SeedSequence | np.random.Generator


def as_generator(rng: RngLike) -> tuple[np.random.Generator, int | None]:
    """Return a generator and the seed that recreates it.

    Parameters
    ----------
    rng : None, int, SeedSequence or Generator
        ``None`` takes entropy from the operating system.

    Returns
    -------
    generator : numpy.random.Generator
    seed : int or None
        ``None`` when a live generator was passed, whose position is unknown, or a spawned sequence.

    Examples
    --------
    >>> as_generator(7)[1]
    7
    """
    if isinstance(rng, np.random.Generator):
        return rng, None
    if rng is not None and not isinstance(rng, int | np.integer | np.random.SeedSequence):
        raise InputError(f"rng={rng!r} must be None, a whole number, a SeedSequence or a Generator")
    if isinstance(rng, int | np.integer) and rng < 0:
        raise InputError(f"rng={rng} must not be negative")
    if isinstance(rng, np.random.SeedSequence):
        # A copy: spawning from the caller's own would make the next call with it another one.
        sequence = np.random.SeedSequence(entropy=rng.entropy, spawn_key=rng.spawn_key, pool_size=rng.pool_size)
    else:
        sequence = np.random.SeedSequence(rng)
    seed = sequence.entropy if isinstance(sequence.entropy, int) and not sequence.spawn_key else None
    return np.random.default_rng(sequence), seed


def integer_seed(generator: np.random.Generator) -> int:
    """Draw a seed for a library that wants an int."""
    return int(generator.integers(2**31 - 1))
