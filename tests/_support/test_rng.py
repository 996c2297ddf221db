"""Random generators at the border, as SPEC 7 has them."""

from __future__ import annotations

import numpy as np

from citenet._support.rng import as_generator, integer_seed


def test_an_int_is_its_own_seed_and_gives_the_same_draws():
    one, seed = as_generator(7)
    other, _ = as_generator(7)
    assert seed == 7
    assert one.random(3).tolist() == other.random(3).tolist()


def test_no_seed_takes_fresh_entropy_that_recreates_the_draws():
    one, seed = as_generator(None)
    assert seed != as_generator(None)[1]
    assert one.random() == as_generator(seed)[0].random()


def test_a_live_generator_is_used_as_it_is_and_has_no_seed():
    generator = np.random.default_rng(1)
    used, seed = as_generator(generator)
    assert used is generator
    assert seed is None


def test_a_seed_sequence_keeps_its_entropy():
    sequence = np.random.SeedSequence(5)
    generator, seed = as_generator(sequence)
    assert seed == 5
    assert generator.random() == np.random.default_rng(np.random.SeedSequence(5)).random()


def test_integer_seeds_fit_a_signed_32_bit_int_and_move_on():
    generator = np.random.default_rng(2)
    seeds = [integer_seed(generator) for _ in range(50)]
    assert len(set(seeds)) == 50
    assert all(0 <= seed < 2**31 for seed in seeds)
