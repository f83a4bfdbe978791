"""Morris screening, Sobol indices on an emulator that tells its error, and the box in which a target fails.

Morris 1991 with the mean of absolute effects (Campolongo et al. 2007); Saltelli et al. 2010 with bootstrap intervals; both
as SALib has them. PRIM after Friedman and Fisher 1999: peel off slices of the inputs while failures get denser.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import latin as latin_sample
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.model_selection import KFold, cross_val_predict

Floats = NDArray[np.float64]
LEVELS = 4
FOLDS = 5
SOBOL_BASE = 512
CONFIDENCE = 0.9
EXPLAINED = 0.5
"""Least part of the variance that an emulator must explain (cross-validated) for indices to be given from it."""
FALLS = (0.25, 1.0)
"""Slowest and fastest fall of what is unexplained, as a power of the number of runs."""
PEEL = 0.1
"""Share of the points that one slice takes off."""
SMALLEST_BOX = 0.15


def problem(names: Sequence[str]) -> dict[str, Any]:
    """The unit cube, as SALib wants it."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def morris_points(names: Sequence[str], trajectories: int, seed: int) -> Floats:
    """Trajectories through the cube [trajectories x (D + 1), D]."""
    return np.asarray(morris_sample.sample(problem(names), trajectories, num_levels=LEVELS, seed=seed), dtype=np.float64)


def morris(names: Sequence[str], points: Floats, found: pd.DataFrame) -> pd.DataFrame:
    """output, input, mu_star, conf, sigma: mean absolute effect, its interval, and the spread of the effects.

    Outputs without a value in some run are left out.
    """
    parts = [pd.DataFrame(columns=["output", "input", "mu_star", "conf", "sigma"])]
    for output in found.dropna(axis="columns"):
        effects = morris_analysis.analyze(problem(names), points, found[output].to_numpy(), num_levels=LEVELS, seed=1)
        columns = {"mu_star": effects["mu_star"], "conf": effects["mu_star_conf"], "sigma": effects["sigma"]}
        parts.append(pd.DataFrame({"output": output, "input": list(names), **columns}))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def foremost(table: pd.DataFrame, count: int) -> list[str]:
    """Inputs with the largest effect, relative to the largest of each output, over all outputs."""
    largest = table.groupby("output")["mu_star"].transform("max")
    told = table.assign(share=table["mu_star"] / largest.where(largest > 0.0))
    return [str(name) for name in told.groupby("input")["share"].max().nlargest(count).index]


def spread_points(names: Sequence[str], count: int, seed: int) -> Floats:
    """A Latin hypercube [count, D]."""
    return np.asarray(latin_sample.sample(problem(names), count, seed=seed), dtype=np.float64)


def emulator(points: Floats, values: Floats, seed: int) -> tuple[GaussianProcessRegressor, float]:
    """A Gaussian process, and the part of the variance that it explains for points it has not seen."""
    kernel = ConstantKernel(1.0, (1e-2, 1e3)) * Matern(np.ones(points.shape[1]), (0.05, 50.0), nu=2.5)
    kernel += WhiteKernel(1e-2, (1e-6, 1.0))
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound: an input that moves nothing
        unseen = cross_val_predict(process, points, values, cv=KFold(FOLDS, shuffle=True, random_state=seed))
        process.fit(points, values)
    variance = float(values.var())
    return process, 1.0 - float(((unseen - values) ** 2).mean()) / variance if variance > 0.0 else 1.0


def defined(found: pd.DataFrame) -> pd.DataFrame:
    """Outputs that have a value in every run and are not the same in all: those that a variance can be shared out of."""
    whole = found.dropna(axis="columns")
    return whole.loc[:, whole.std(ddof=0) > 0.0]


def runs_needed(points: Floats, values: Floats, explained_variance: float, seed: int) -> int:
    """Runs with which an emulator should explain ``EXPLAINED``: extrapolated from what half of the runs explain.

    The unexplained part is taken to fall as N^-b, with b from both sizes, kept within ``FALLS``; ten runs an input at least
    (Loeppky, Sacks and Welch 2009). A guess, and said to be one.
    """
    count = len(points)
    _, half = emulator(points[: count // 2], values[: count // 2], seed)
    missing, missing_half = 1.0 - explained_variance, max(1.0 - half, 1e-9)
    falls = float(np.clip(np.log(missing_half / missing) / np.log(2.0), *FALLS))
    needed = max(count * (missing / (1.0 - EXPLAINED)) ** (1.0 / falls), 10.0 * points.shape[1], count + 1.0)
    return int(np.ceil(needed / 10.0) * 10)


def emulators(points: Floats, found: pd.DataFrame, seed: int) -> tuple[dict[str, GaussianProcessRegressor], pd.DataFrame]:
    """Of every defined output, an emulator if it explains enough; and output, runs, explained_variance, needed (0: none)."""
    kept, rows = {}, []
    for output in defined(found):
        values = found[output].to_numpy()
        process, explained_variance = emulator(points, values, seed)
        if explained_variance >= EXPLAINED:
            kept[str(output)] = process
        needed = 0 if explained_variance >= EXPLAINED else runs_needed(points, values, explained_variance, seed)
        rows.append((output, len(points), explained_variance, needed))
    return kept, pd.DataFrame(rows, columns=["output", "runs", "explained_variance", "needed"])


def sobol(names: Sequence[str], emulated: Mapping[str, GaussianProcessRegressor], seed: int) -> pd.DataFrame:
    """output, input, first, first_conf, total, total_conf of every output that has an emulator."""
    design = np.asarray(sobol_sample.sample(problem(names), SOBOL_BASE, calc_second_order=False, seed=seed))
    parts = [pd.DataFrame(columns=["output", "input", "first", "first_conf", "total", "total_conf"])]
    for output, process in emulated.items():
        indices = sobol_analysis.analyze(
            problem(names), process.predict(design), calc_second_order=False, conf_level=CONFIDENCE, seed=seed
        )
        columns = {"first": indices["S1"], "first_conf": indices["S1_conf"], "total": indices["ST"]}
        parts.append(pd.DataFrame({"output": output, "input": list(names), **columns, "total_conf": indices["ST_conf"]}))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def failing_box(names: Sequence[str], points: Floats, fails: NDArray[np.bool_]) -> pd.DataFrame:
    """input, low, high, share, fails: the box where failures are densest; nothing if all or none fail."""
    low, high = np.zeros(points.shape[1]), np.ones(points.shape[1])
    inside = np.ones(len(points), dtype=bool)
    if not fails.any() or fails.all():
        return pd.DataFrame(columns=["input", "low", "high", "share", "fails"])
    while inside.mean() > SMALLEST_BOX:
        best: tuple[float, int, bool, float] | None = None
        for d in range(points.shape[1]):
            for upper in (False, True):
                edge = float(np.quantile(points[inside, d], 1.0 - PEEL if upper else PEEL))
                kept = inside & (points[:, d] <= edge if upper else points[:, d] >= edge)
                if 0 < kept.sum() < inside.sum() and (best is None or fails[kept].mean() > best[0]):
                    best = float(fails[kept].mean()), d, upper, edge
        if best is None or best[0] <= fails[inside].mean():
            break
        _, d, upper, edge = best
        (high if upper else low)[d] = edge
        inside &= points[:, d] <= edge if upper else points[:, d] >= edge
    cut = [d for d in range(points.shape[1]) if low[d] > 0.0 or high[d] < 1.0]
    rows = [(names[d], low[d], high[d], inside.mean(), fails[inside].mean()) for d in cut]
    return pd.DataFrame(rows, columns=["input", "low", "high", "share", "fails"])
