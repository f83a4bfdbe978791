"""The cells of a designed experiment: all combinations of levels, a Latin hypercube, or a Sobol sequence."""

from __future__ import annotations

import itertools
import math
import shlex
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.errors import BadInput, Both
from sim.schema.execution import Experiment, Factor
from sim.settings import Settings

MOST_CELLS = 2000
"""Each is validated and held before the first is run, about a megabyte each."""
FOLDER = "configs/experiment/"
Load = Callable[[Sequence[str]], Settings]


def cells_of(overrides: Sequence[str], experiment: Experiment, load: Load) -> list[tuple[str, Settings]]:
    """What to type for each cell, and its settings; raises BadInput, naming the cell, for one that cannot be used.

    ``overrides``: what was typed for the experiment as a whole.
    """
    cells = []
    for number, point in enumerate(points(experiment)):
        words = [*point, *overrides, f"experiment.cell={number}"]
        try:
            cells.append((shlex.join(words), load(words)))
        except BadInput as refusal:
            raise BadInput(
                file=Both(
                    f"{FOLDER} 第 {number} 个组合（{shlex.join(point)}）：{refusal.file.zh}",
                    f"{FOLDER}, cell {number} ({shlex.join(point)}): {refusal.file.en}",
                ),
                key=refusal.key,
                value=refusal.value,
                allowed=refusal.allowed,
                remedy=refusal.remedy,
            ) from None
    return cells


def points(experiment: Experiment) -> list[list[str]]:
    """An override for each factor, cell by cell; the same for the same seed."""
    factors = experiment.factors
    count = experiment.size or math.prod(len(factor.levels) for factor in factors)
    if count > MOST_CELLS:
        raise BadInput(
            file=FOLDER,
            key="experiment",
            value=Both(f"{count} 个组合", f"{count} cells"),
            allowed=Both(f"最多 {MOST_CELLS} 个", f"at most {MOST_CELLS}"),
            remedy=Both(
                "减少水平数或 size，或将实验拆分为几个",
                "take fewer levels or a smaller size, or split the experiment into several",
            ),
        )
    if experiment.design == "grid":
        return [
            [_typed(factor.key, level) for factor, level in zip(factors, levels, strict=True)]
            for levels in itertools.product(*(factor.levels for factor in factors))
        ]
    rows = _uniforms(experiment)
    return [[_typed(f.key, _value(f, u)) for f, u in zip(factors, row, strict=True)] for row in rows.tolist()]


def _uniforms(experiment: Experiment) -> NDArray[np.float64]:
    """Points in the unit cube, a row each."""
    dimensions, size = len(experiment.factors), experiment.size or 0
    if experiment.design == "sobol":
        return np.asarray(qmc.Sobol(dimensions, rng=experiment.seed).random(size))
    return np.asarray(qmc.LatinHypercube(dimensions, rng=experiment.seed).random(size))


def _value(factor: Factor, uniform: float) -> bool | int | float | str:
    """The level at a place from 0 to 1."""
    if factor.levels:
        return factor.levels[min(int(uniform * len(factor.levels)), len(factor.levels) - 1)]
    assert factor.low is not None
    assert factor.high is not None
    if factor.whole:
        return min(int(factor.low + uniform * (factor.high - factor.low + 1.0)), int(factor.high))
    return float(f"{factor.low + uniform * (factor.high - factor.low):.6g}")


def _typed(key: str, value: bool | int | float | str) -> str:
    """An override as it would be typed."""
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    if isinstance(value, str) and not value.isidentifier():
        return f"{key}='{value}'"
    return f"{key}={value}"
