"""Keyed luck: even, independent across events, months and agents, and the same whenever it is asked for."""

from __future__ import annotations

import numpy as np
import pytest
from engine import Floats, uniforms

from sim.numerics import luck
from sim.numerics.compile import kernel
from sim.numerics.luck import Event

N = 40_000
SEED = 20230101


@kernel
def shocks(base: np.uint32, count: int) -> Floats:
    """Extreme-value and logistic shocks of the first ``count`` agents [2, count]."""
    out = np.empty((2, count))
    for who in range(count):
        out[0, who] = luck.gumbel(base, who)
        out[1, who] = luck.logistic(base, who)
    return out


def within(sample: Floats, mean: float, variance: float, kurtosis: float) -> None:
    """Assert that mean and variance are within four standard errors of what they should be."""
    assert abs(sample.mean() - mean) < 4.0 * np.sqrt(variance / sample.size)
    assert abs(sample.var() - variance) < 4.0 * variance * np.sqrt((kurtosis - 1.0) / sample.size)


@pytest.mark.parametrize("event", Event)
def test_uniforms_are_even(event: Event) -> None:
    u = uniforms(luck.key(SEED, event, 7), N)
    assert u.min() > 0.0
    assert u.max() < 1.0
    within(u, 1.0 / 2.0, 1.0 / 12.0, 1.8)
    counts = np.histogram(u, bins=50, range=(0.0, 1.0))[0]
    chi_square = ((counts - N / 50) ** 2 / (N / 50)).sum()
    assert abs(chi_square - 49.0) < 4.0 * np.sqrt(2.0 * 49.0)


def test_normal_numbers_are_standard_normal() -> None:
    z = luck.normals(luck.key(SEED, Event.NATION, 7), np.arange(N))
    within(z, 0.0, 1.0, 3.0)
    for level, share in ((1.0, 0.158655), (2.0, 0.022750), (3.0, 0.001350)):
        error = np.sqrt(share * (1.0 - share) / N)
        assert abs((z > level).mean() - share) < 4.0 * error
        assert abs((z < -level).mean() - share) < 4.0 * error
    assert abs(np.corrcoef(z[1:], z[:-1])[0, 1]) < 4.0 / np.sqrt(N)


def test_distinct_events_months_and_seeds_are_uncorrelated() -> None:
    keys = [luck.key(SEED, event, 7) for event in Event]
    keys += [luck.key(SEED, Event.ATTENTION, month) for month in (6, 8, 9, 20)]
    keys += [luck.key(seed, Event.ATTENTION, 7) for seed in (SEED + 1, 0, 1)]
    keys += [luck.derived(luck.key(SEED, Event.ATTENTION, 7), which) for which in range(4)]
    off_diagonal = np.corrcoef([uniforms(base, N) for base in keys])[np.triu_indices(len(keys), 1)]
    assert np.abs(off_diagonal).max() < 4.5 / np.sqrt(N)
    assert abs(off_diagonal.std() * np.sqrt(N) - 1.0) < 4.0 / np.sqrt(2.0 * off_diagonal.size)


@pytest.mark.parametrize("apart", [1, 2, 3, 16, 256, 4096])
def test_agents_are_uncorrelated(apart: int) -> None:
    u = uniforms(luck.key(SEED, Event.LIFE), N)
    assert abs(np.corrcoef(u[apart:], u[:-apart])[0, 1]) < 4.0 / np.sqrt(N - apart)


def test_the_same_key_gives_the_same_number_to_anyone_at_any_time() -> None:
    base = luck.key(SEED, Event.ATTENTION, 3)
    assert base == luck.key(SEED, Event.ATTENTION, 3)
    many = uniforms(base, 1000)
    np.testing.assert_array_equal(many[:10], uniforms(base, 10))
    assert [luck.uniform(base, who) for who in (999, 5, 321)] == [many[who] for who in (999, 5, 321)]


def test_every_part_of_the_key_matters() -> None:
    base = luck.key(SEED, Event.ATTENTION, 3)
    others = [luck.key(SEED + 1, Event.ATTENTION, 3), luck.key(SEED, Event.DAY, 3), luck.key(SEED, Event.ATTENTION, 4)]
    others += [luck.derived(base, 0), luck.derived(base, 1)]
    assert len({int(key) for key in (base, *others)}) == 6
    assert len({luck.uniform(key, 5) for key in (base, *others)}) == 6


def test_shocks_have_the_moments_of_their_laws() -> None:
    gumbel, logistic = shocks(luck.key(SEED, Event.TASTE_NEST, 1), 25 * N)
    within(gumbel, 0.5772156649015329, np.pi**2 / 6.0, 5.4)
    within(logistic, 0.0, np.pi**2 / 3.0, 4.2)


def test_the_best_of_shocked_utilities_is_chosen_with_logit_shares() -> None:
    utility = np.array([0.0, 0.5, 1.2])
    base = luck.key(SEED, Event.TASTE_VARIANT, 1)
    drawn = np.stack([u + shocks(luck.derived(base, j), N)[0] for j, u in enumerate(utility)])
    shares = np.bincount(drawn.argmax(axis=0), minlength=3) / N
    expected = np.exp(utility) / np.exp(utility).sum()
    assert (np.abs(shares - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / N)).all()
