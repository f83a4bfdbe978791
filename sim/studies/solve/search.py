"""Search for the levers that meet a goal with few evaluations: Gaussian processes learn outlay and margin as they go.

Constrained expected improvement (Schonlau, Welch & Jones 1998; Gardner et al. 2014) over a keyed set of candidate points.
The search knows nothing of the model: it is given a function from levers to outcomes.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, qmc
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

Floats = NDArray[np.float64]
CANDIDATES = 2048
NEAR = 512
"""Candidates spread evenly, and such close to the best point so far."""
SAME = 1e-9
"""Distance within which places are the same, of a range from 0 to 1."""
FRONT_EVERY = 4
"""Every so many points, one is spent on the front of outlay against margin, away from the goal."""


@dataclass(frozen=True)
class Outcome:
    """What one setting of the levers came to."""

    outlay: float
    """Mean over the runs, yuan."""
    worst: tuple[float, ...]
    """Of each run: the smallest relative margin of all targets; 0 or more: all are met."""

    @property
    def probability(self) -> float:
        """Share of the runs in which all targets are met."""
        return float(np.mean(np.array(self.worst) >= 0.0))

    def margin(self, p: float) -> float:
        """The margin that a share ``p`` of the runs reaches: 0 or more if and only if P(all targets) >= p."""
        return reached(self.worst, p)


@dataclass(frozen=True)
class Goal:
    """Least outlay with P(all targets) >= p; with a budget: the largest margin reached with p for at most that outlay."""

    p: float
    budget: float | None = None

    def feasible(self, outcome: Outcome) -> bool:
        """Whether the constraint holds."""
        return outcome.margin(self.p) >= 0.0 if self.budget is None else outcome.outlay <= self.budget

    def better(self, one: Outcome, other: Outcome) -> bool:
        """Whether ``one`` comes closer to the goal; what violates the constraint least, where both do."""
        if self.feasible(one) != self.feasible(other):
            return self.feasible(one)
        by_outlay = (self.budget is None) == self.feasible(one)
        if by_outlay:
            return one.outlay < other.outlay
        return (one.margin(self.p), -one.outlay) > (other.margin(self.p), -other.outlay)


@dataclass
class Tried:
    """Points in the unit cube and their outcomes, in the order in which they were evaluated."""

    points: list[Floats] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def best(self, goal: Goal) -> int:
        """Number of the point that comes closest to the goal."""
        place = 0
        for n in range(1, len(self.outcomes)):
            if goal.better(self.outcomes[n], self.outcomes[place]):
                place = n
        return place

    def front(self) -> list[int]:
        """Points that no other one beats in both outlay and P(all targets), the cheapest first."""
        order = sorted(range(len(self.outcomes)), key=lambda n: (self.outcomes[n].outlay, -self.outcomes[n].probability))
        chosen: list[int] = []
        for n in order:
            if not chosen or self.outcomes[n].probability > self.outcomes[chosen[-1]].probability:
                chosen.append(n)
        return chosen


Evaluate = Callable[[Sequence[Floats]], Sequence[Outcome]]
Observe = Callable[[Tried], None]


def unobserved(_: Tried) -> None:
    """Say nothing while the search goes on."""


def reached(values: Sequence[float], p: float) -> float:
    """The value that a share ``p`` of all reach or exceed."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    needed = max(math.ceil(p * ordered.size - 1e-9), 1)
    return float(ordered[ordered.size - needed])


@dataclass(frozen=True)
class Effort:
    """How a search is done."""

    evaluations: int
    batch: int
    """Points evaluated side by side."""
    seed: int


def search(
    evaluate: Evaluate, goal: Goal, effort: Effort, start: Floats, steps: Floats, observe: Observe = unobserved
) -> Tried:
    """Evaluate points of the unit cube and return all of them; ``observe`` is told after each batch.

    The first are both ends of all levers, ``start`` (as enacted) and a Sobol sequence; each later one is where the
    surrogates expect most. All but ``start`` lie on a grid, ``steps`` apart [D]; the search ends early where it has none left.
    """
    tried, dimensions, evaluations = Tried(), len(start), effort.evaluations

    def attempt(points: Sequence[Floats]) -> None:
        for at in range(0, len(points), effort.batch):
            some = points[at : at + effort.batch]
            tried.outcomes += evaluate(some)
            tried.points += some
            observe(tried)

    first = min(max(2 * dimensions + 2, 6), evaluations)
    spread = qmc.Sobol(dimensions, rng=effort.seed).random_base2(max(math.ceil(math.log2(first)), 1))
    attempt(_distinct([start, np.ones(dimensions), np.zeros(dimensions), *on_grid(spread, steps)])[:first])
    while len(tried.points) < evaluations:
        size = min(effort.batch, evaluations - len(tried.points))
        points = _next_points(tried, goal, size, steps, effort.seed)
        if not points:
            break
        attempt(points)
    return tried


def on_grid(points: Floats, steps: Floats) -> Floats:
    """The nearest points of a grid that begins at 0 and ends at 1 [n, D]."""
    return np.asarray(np.minimum(np.round(points / steps) * steps, 1.0))


def _distinct(points: Sequence[Floats]) -> list[Floats]:
    """The same without repetitions."""
    return [point for n, point in enumerate(points) if not n or not _tried(point[None], np.array(points[:n]))[0]]


def _tried(there: Floats, points: Floats) -> NDArray[np.bool_]:
    """Which of some points [n, D] are among ``points`` [N, D]; places reached by other sums may differ in the last bit."""
    return np.asarray(np.abs(there[:, None, :] - points[None]).max(axis=2).min(axis=1) < SAME)


def _next_points(tried: Tried, goal: Goal, size: int, steps: Floats, seed: int) -> list[Floats]:
    """Points worth evaluating together: after each, the surrogate's own forecast stands for its outcome."""
    points = np.array(tried.points)
    outlay = np.array([outcome.outlay for outcome in tried.outcomes])
    margin = np.array([outcome.margin(goal.p) for outcome in tried.outcomes])
    chosen: list[Floats] = []
    for _ in range(size):
        number = len(points)
        draws = np.random.default_rng((seed, number))
        cost, gain = _surrogate(points, outlay, seed), _surrogate(points, margin, seed)
        aim = goal
        if number % FRONT_EVERY == 0:
            aim = Goal(goal.p, float(draws.uniform(outlay.min(), outlay.max())))
        there = on_grid(_candidates(points, outlay, margin, aim, draws), steps)
        there = there[~_tried(there, points)]
        if not there.size:
            break
        worth = _worth(cost.predict(there, return_std=True), gain.predict(there, return_std=True), outlay, margin, aim)
        point = there[int(np.argmax(worth))]
        chosen.append(point)
        points = np.vstack([points, point])
        outlay = np.append(outlay, cost.predict(point[None])[0])
        margin = np.append(margin, gain.predict(point[None])[0])
    return chosen


def _surrogate(points: Floats, values: Floats, seed: int) -> GaussianProcessRegressor:
    kernel = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(np.full(points.shape[1], 0.5), (0.05, 20.0), nu=2.5)
    kernel += WhiteKernel(1e-3, (1e-6, 1e-1))
    process = GaussianProcessRegressor(kernel, normalize_y=True, n_restarts_optimizer=1, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: a lever that moves nothing
        process.fit(points, values)
    return process


def _candidates(points: Floats, outlay: Floats, margin: Floats, goal: Goal, draws: np.random.Generator) -> Floats:
    """Spread evenly, and round the best point so far at several distances, some levers at their ends."""
    dimensions = points.shape[1]
    even = qmc.Sobol(dimensions, rng=draws).random(CANDIDATES)
    best = points[_best(outlay, margin, goal)]
    widths = 10.0 ** draws.uniform(-2.5, -0.5, (NEAR, 1))
    near = best + widths * draws.standard_normal((NEAR, dimensions)) * (draws.random((NEAR, dimensions)) < 0.5)
    ends = np.where(draws.random((NEAR, dimensions)) < 0.3, draws.integers(0, 2, (NEAR, dimensions)), even[:NEAR])
    return np.asarray(np.clip(np.vstack([even, near, ends]), 0.0, 1.0), dtype=np.float64)


def _best(outlay: Floats, margin: Floats, goal: Goal) -> int:
    fits = margin >= 0.0 if goal.budget is None else outlay <= goal.budget
    if not fits.any():
        return int(np.argmax(margin) if goal.budget is None else np.argmin(outlay))
    value = outlay if goal.budget is None else -margin
    return int(np.argmin(np.where(fits, value, np.inf)))


def _worth(cost: tuple[Floats, Floats], gain: tuple[Floats, Floats], outlay: Floats, margin: Floats, goal: Goal) -> Floats:
    """Expected improvement times the chance that the constraint holds; that chance alone while nothing fulfils it."""
    if goal.budget is None:
        mean, error, fits, chance = -cost[0], cost[1], margin >= 0.0, norm.cdf(gain[0] / np.maximum(gain[1], 1e-12))
        values = -outlay
    else:
        mean, error, fits = gain[0], gain[1], outlay <= goal.budget
        chance, values = norm.cdf((goal.budget - cost[0]) / np.maximum(cost[1], 1e-12)), margin
    if not fits.any():
        # nothing is feasible yet: go where the constraint is least violated, or might be
        slack = gain[0] + gain[1] if goal.budget is None else -cost[0] + cost[1]
        return np.asarray(slack)
    lead = mean - values[fits].max()
    ratio = lead / np.maximum(error, 1e-12)
    return np.asarray((lead * norm.cdf(ratio) + error * norm.pdf(ratio)) * chance)
