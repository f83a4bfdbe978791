"""What it is worth to know a number before deciding: expected value of partial perfect information from runs that exist.

After Strong, Oakley and Brennan (2014): the expectation of what a decision costs, given one number, is a regression over the
draws. Here the normal score of the outcome is regressed (so that any loss can be averaged over its distribution, and skewness,
bounds and outliers do not count) on polynomials of the number's rank, with as much shrinkage as is likeliest. What is found
between shuffled draws is the noise: its mean is taken off, and what does not exceed it is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

Floats = NDArray[np.float64]
DEGREES = (1.0, 0.25, 0.1)
"""Prior variance of the coefficients of degree 1, 2, 3, relative to the first: effects are mostly one way, then bent."""
SHARES = np.concatenate([[0.0], np.geomspace(1e-3, 1.0, 25)])
"""Prior shares of the variance that one number explains, among which the likeliest is taken."""
LEAST_REST = 1e-6
"""Least share of the variance that is left unexplained."""
ATOMS = 60
"""Values that stand for the distribution of an amount, and among which a budget is chosen."""
SHUFFLES, SHUFFLES_VALUED, RESAMPLES = 20_000, 400, 200
CHUNK = 2_000
FALSE_FINDS = 0.1
"""Share of the numbers found that may be chance (Benjamini and Hochberg 1995)."""
FLOOR = 0.95
"""Of shuffled draws, as many bring less than the noise floor."""
INTERVAL = (0.05, 0.95)


class Decision(NamedTuple):
    """What may be chosen, and what each choice costs."""

    edges: Floats
    """Inner edges of the classes of the outcome [C - 1], as normal scores."""
    losses: Floats
    """Of each option in each class [options, C]."""


class Noise(NamedTuple):
    """What numbers without any effect would seem to bring, with so many draws."""

    association: Floats
    """Of the statistic ``association``, sorted."""
    mean: float
    floor: float
    """Value that ``FLOOR`` of them do not reach."""


class Worth(NamedTuple):
    """Of one number, for one decision."""

    value: float
    """Expected loss that goes when the number is known, less what noise would bring; in the unit of the losses."""
    low: float
    high: float
    """90% of the resamples of the draws."""
    chance: float
    """Share of shuffled draws that go as much with the number."""
    explained: float
    """Share of the variance of the outcome."""


def scores(values: Floats) -> Floats:
    """Normal scores of the runs [draws, seeds] with variance 1; not a number where a run has no value."""
    known = np.isfinite(values)
    ranks = rankdata(values[known])
    told = ndtri((ranks - 0.5) / ranks.size)
    found = np.full(values.shape, np.nan)
    spread = float(told.std())
    found[known] = told / spread if spread > 0.0 else 0.0
    return found


def luck_share(scored: Floats) -> float:
    """Share of the variance that lies between seeds of one draw; not a number with one seed."""
    several = np.isfinite(scored).sum(axis=1) > 1
    return float(min(np.nanvar(scored[several], axis=1, ddof=1).mean(), 1.0)) if several.any() else float("nan")


def call_decision(met: float) -> Decision:
    """Say whether a promise will be met, where a share of the runs meets it: a wrong call costs 1; classes missed, met."""
    return Decision(np.array([ndtri(1.0 - met)]), np.array([[0.0, 1.0], [1.0, 0.0]]))


def budget_decision(amounts: Floats, short: float) -> Decision:
    """Set a budget: a yuan too much costs 1, one too few ``short``."""
    known = amounts[np.isfinite(amounts)]
    atoms = np.quantile(known, (np.arange(ATOMS) + 0.5) / ATOMS)
    gap = atoms[None, :] - atoms[:, None]
    return Decision(ndtri(np.arange(1, ATOMS) / ATOMS), np.where(gap > 0.0, short * gap, -gap))


def expected_loss(decision: Decision) -> float:
    """Of the best choice when no number is known."""
    cut = np.concatenate([[0.0], ndtr(decision.edges), [1.0]])
    return float((decision.losses @ np.diff(cut)).min())


def decided(fitted: Floats, decision: Decision) -> Floats:
    """Expected loss that goes when each draw's expectation is known before the choice [M]; ``fitted``: [M, draws]."""
    rest = np.sqrt(np.maximum(1.0 - fitted.var(axis=1), LEAST_REST))
    below = ndtr((decision.edges - fitted[..., None]) / rest[:, None, None])
    cut = np.concatenate([np.zeros((*fitted.shape, 1)), below, np.ones((*fitted.shape, 1))], axis=-1)
    loss = np.diff(cut, axis=-1) @ decision.losses.T
    gone: Floats = loss.mean(axis=1).min(axis=-1) - loss.min(axis=-1).mean(axis=1)
    return gone


def all_known(luck: float, draws: int, decision: Decision) -> float:
    """Expected loss that goes when every number is known and luck alone is left."""
    spread = ndtri((np.arange(draws) + 0.5) / draws)
    return float(decided(np.sqrt(max(1.0 - luck, 0.0)) * spread[None, :] / spread.std(), decision)[0])


def polynomials(places: Floats) -> Floats:
    """Orthonormal polynomials of a number over the draws [..., draws, degrees], by the ranks of its values [..., draws].

    Ranks are put where draws of a symmetric triangular distribution would lie, as the numbers are drawn.
    """
    count = places.shape[-1]
    share = (rankdata(places, axis=-1) - 0.5) / count
    scored = np.where(share < 0.5, np.sqrt(2.0 * share) - 1.0, 1.0 - np.sqrt(2.0 * (1.0 - share)))
    basis, _ = np.linalg.qr(scored[..., None] ** np.arange(len(DEGREES) + 1))
    return np.asarray(basis[..., 1:] * np.sqrt(count))


def association(basis: Floats, outcomes: Floats) -> Floats:
    """How much of the variance over draws goes with a number, simple forms first [M]; ``outcomes``: [M, draws], of mean 0."""
    found: Floats = (_coefficients(basis, outcomes) ** 2 @ np.array(DEGREES)) / (outcomes**2).mean(axis=1)
    return found


def smoothed(basis: Floats, outcomes: Floats) -> Floats:
    """What is expected of the outcome in each draw given the number [M, draws]; ``outcomes``: [M, draws], of mean 0.

    Ridge regression whose penalty maximises the likelihood of the coefficients (empirical Bayes); one basis for all, or each
    its own.
    """
    count, degrees = basis.shape[-2:]
    found = _coefficients(basis, outcomes)
    variance = (outcomes**2).mean(axis=1)[:, None]
    rest = np.maximum(variance - (found**2).sum(axis=1, keepdims=True), LEAST_REST) / (count - degrees - 1)
    prior = SHARES[:, None, None] * variance[None] * np.array(DEGREES)
    spread = prior + rest[None]
    likelihood = -0.5 * (np.log(spread) + found[None] ** 2 / spread).sum(axis=2)
    best = np.take_along_axis(prior, likelihood.argmax(axis=0)[None, :, None], axis=0)[0]
    shrunk = (found * best / (best + rest))[:, None, :]
    return np.asarray((basis * shrunk).sum(axis=-1))


def _coefficients(basis: Floats, outcomes: Floats) -> Floats:
    return np.asarray((outcomes[:, None, :] @ basis)[:, 0, :] / basis.shape[-2])


def noise(outcomes: Floats, decision: Decision, seed: int) -> Noise:
    """What shuffled draws give; ``outcomes``: mean scores of the draws [draws], of mean 0."""
    luck = np.random.default_rng(seed)
    basis = polynomials(np.arange(outcomes.size, dtype=np.float64))
    parts = []
    for _ in range(SHUFFLES // CHUNK):
        shuffled = luck.permuted(np.tile(outcomes, (CHUNK, 1)), axis=1)
        parts.append(association(basis, shuffled))
    valued = np.concatenate([decided(smoothed(basis, part), decision) for part in np.split(shuffled[:SHUFFLES_VALUED], 20)])
    return Noise(np.sort(np.concatenate(parts)), float(valued.mean()), float(np.quantile(valued, FLOOR)))


def worth(places: Floats, outcomes: Floats, decision: Decision, of_noise: Noise, seed: int | None = None) -> Worth:
    """What knowing one number is worth; with a seed, with an interval from resamples of the draws.

    ``places``: where each draw puts the number [draws]; ``outcomes``: mean scores of the draws, of mean 0.
    """
    basis = polynomials(places)
    told = float(association(basis, outcomes[None])[0])
    above = of_noise.association.size - np.searchsorted(of_noise.association, told)
    fitted = smoothed(basis, outcomes[None])
    value = max(float(decided(fitted, decision)[0]) - of_noise.mean, 0.0)
    low, high = (value, value) if seed is None else _interval(places, outcomes, decision, of_noise, seed)
    return Worth(value, low, high, float(above + 1) / (of_noise.association.size + 1), float((fitted**2).mean()))


def _interval(places: Floats, outcomes: Floats, decision: Decision, of_noise: Noise, seed: int) -> tuple[float, float]:
    """Percentiles of resamples of the draws, whose own means stay in them: how often a promise is met is no better known."""
    chosen = np.random.default_rng(seed).integers(0, places.size, (RESAMPLES, places.size))
    mine = outcomes[chosen]
    means = mine.mean(axis=1, keepdims=True)
    fitted = means + smoothed(polynomials(places[chosen]), mine - means)
    found = np.maximum(decided(fitted, decision) - of_noise.mean, 0.0)
    low, high = np.quantile(found, INTERVAL)
    return float(low), float(high)


def found_true(chances: Sequence[float]) -> NDArray[np.bool_]:
    """Which of the numbers tried stand out, if ``FALSE_FINDS`` of those may be chance."""
    given = np.asarray(chances, dtype=np.float64)
    order = np.sort(given)
    passing = np.nonzero(order <= FALSE_FINDS * np.arange(1, given.size + 1) / given.size)[0]
    return given <= (order[passing[-1]] if passing.size else -1.0)


def least_seen(of_noise: Noise, numbers: int) -> float:
    """Share of the variance from which one number alone would stand out among so many."""
    return float(np.quantile(of_noise.association, 1.0 - FALSE_FINDS / max(numbers, 1)))
