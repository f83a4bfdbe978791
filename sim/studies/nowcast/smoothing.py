"""Move every run to where it would lie had it seen what happened: an ensemble smoother whose gains are cross-validated.

A run is moved by the gain times what it missed of the observed statistics (Evensen and van Leeuwen 2000, with perturbed
observations; the same shift is the regression adjustment of Beaumont et al. 2002). The gain of a draw is learned from the
other draws, so that a run's distance from what the others foretell is that of an unseen one: its spread is the jackknife+ of
Barber et al. (2021), which holds its coverage whatever the regression misses. All runs count alike.

Covariances are those of the runs, with a ridge, and two that are known beforehand: the error of measurement of each
statistic, and the levels of the district, which may be off by a factor common to all months of an indicator. The latter is
what lets actuals re-level a district that no run hits. The ridge is chosen for each unknown by leaving out draws.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 1e6)
"""Of the ridge, as shares of the variance of a statistic; at the last nothing is learned."""
SMALL = 1e-12
SEED = 2024


@dataclass(frozen=True)
class Seen:
    """What was observed."""

    runs: Floats
    """The statistics as each run has them [N, S]."""
    actual: Floats
    """[S]"""
    levels: Floats
    """What an error of the levels of each indicator does to them [S, K], in standard deviations of that error."""
    noise: Floats
    """Standard deviation of the error of measurement [S]."""


@dataclass(frozen=True)
class Asked:
    """What is asked for."""

    runs: Floats
    """As each run has it [N, R]; no infinities."""
    levels: Floats
    """[R, K], as those of the statistics."""


@dataclass(frozen=True)
class Smoothed:
    """Where every run lies given what was observed."""

    shifts: Floats
    """What to add to each unknown of each run [N, R]."""
    parts: Floats
    """Mean of what each statistic adds [S, R]; they sum to the mean shift, but for the chance of the perturbations."""
    gains: Floats
    """By how much each unknown moves with each statistic [S, R]; mean over the draws that are left out."""
    spent: Floats
    """Degrees of freedom that went into the gains of each unknown [R]."""
    explained: Floats
    """Share of the variance of unseen draws that the statistics explain [R]; below zero: none."""


def smooth(window: Seen, unknowns: Asked, draws: Ints) -> Smoothed:
    """``draws`` [N]: the draw of each run; runs of one draw are left out together."""
    errors = _scores(window, unknowns, draws)
    chosen = errors.argmin(axis=0)
    shape = window.runs.shape[1], unknowns.runs.shape[1]
    shifts, parts, mean, spent = np.zeros_like(unknowns.runs), np.zeros(shape), np.zeros(shape), np.zeros(shape[1])
    off, noise = _perturbations(len(draws), window.levels.shape[1], shape[0])
    missed = window.actual - window.runs
    seen = missed - off @ window.levels.T - noise * window.noise
    for place in np.unique(chosen):
        columns = np.flatnonzero(chosen == place)
        asked = Asked(unknowns.runs[:, columns], unknowns.levels[columns])
        for mine, gains, _, _ in _left_out(window, asked, draws, PENALTIES[place]):
            shifts[np.ix_(mine, columns)] = off[mine] @ asked.levels.T + seen[mine] @ gains
            parts[:, columns] += missed[mine].sum(axis=0)[:, None] * gains / len(draws)
            mean[:, columns] += gains * len(mine) / len(draws)
        spent[columns] = _spent(window, PENALTIES[place])
    best, none = errors.min(axis=0), errors[-1]
    explained = np.where(none > SMALL, 1.0 - best / np.maximum(none, SMALL), 0.0)
    return Smoothed(shifts, parts, mean, spent, explained)


def _scores(window: Seen, unknowns: Asked, draws: Ints) -> Floats:
    """Mean squared error for unseen draws by penalty [P, R], the errors of levels and measurement among it."""
    scores = np.zeros((len(PENALTIES), unknowns.runs.shape[1]))
    for place, penalty in enumerate(PENALTIES):
        for mine, gains, seen, asked in _left_out(window, unknowns, draws, penalty):
            residual = (asked - seen @ gains) ** 2
            known = ((unknowns.levels - gains.T @ window.levels) ** 2).sum(axis=1) + window.noise**2 @ gains**2
            scores[place] += residual.sum(axis=0) + len(mine) * known
    return scores / len(draws)


def _left_out(window: Seen, unknowns: Asked, draws: Ints, penalty: float) -> Iterator[tuple[Ints, Floats, Floats, Floats]]:
    """Of each draw: its runs, the gains [S, R] of all others, and how far statistics and unknowns lie off their means."""
    for draw in np.unique(draws):
        mine, others = np.flatnonzero(draws == draw), draws != draw
        middle_seen, middle_asked = window.runs[others].mean(axis=0), unknowns.runs[others].mean(axis=0)
        seen, asked = window.runs[others] - middle_seen, unknowns.runs[others] - middle_asked
        count = max(len(seen) - 1, 1)
        joint = _covariance(window, seen, penalty)
        gains = np.linalg.solve(joint, seen.T @ asked / count + window.levels @ unknowns.levels.T)
        yield mine, gains, window.runs[mine] - middle_seen, unknowns.runs[mine] - middle_asked


def _covariance(window: Seen, seen: Floats, penalty: float) -> Floats:
    """Of the observed statistics [S, S]: runs, ridge, levels, measurement."""
    own = seen.T @ seen / max(len(seen) - 1, 1)
    ridge = np.diag(penalty * np.diag(own) + window.noise**2 + SMALL)
    return np.asarray(own + ridge + window.levels @ window.levels.T)


def _spent(window: Seen, penalty: float) -> float:
    seen = window.runs - window.runs.mean(axis=0)
    own = seen.T @ seen / max(len(seen) - 1, 1)
    return float(np.trace(np.linalg.solve(_covariance(window, seen, penalty), own)))


def _perturbations(runs: int, levels: int, statistics: int) -> tuple[Floats, Floats]:
    """Standard normal errors of levels [N, K] and measurement [N, S]: each column holds even steps in an order of its own."""
    steps = np.array([NormalDist().inv_cdf((n + 0.5) / runs) for n in range(runs)])
    columns = [np.random.default_rng([SEED, n]).permutation(steps) for n in range(levels + statistics)]
    both = np.stack(columns, axis=1) if columns else np.zeros((runs, 0))
    return both[:, :levels], both[:, levels:]
