"""What drove the revision: how far each observed series has moved each promise."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.runs.result import target_value
from sim.schema.target import Target
from sim.settings import Settings
from sim.studies.nowcast.revising import Revision, shifted, with_known
from sim.studies.nowcast.run_cube import Cube, Floats, Key

KNOWN = "known"
"""In the place of a series: months that are now as they were."""
OTHER = "other"
"""In the place of a series: runs off the middle are drawn to the actuals; and what the parts do beyond their sum."""


def drivers(found: Revision, settings: Settings, targets: Sequence[str]) -> pd.DataFrame:
    """target, indicator, group, effect: on the value of the target along the middle of the runs, in its unit."""
    before, after = _middle(found.before), _middle(found.after)
    rows = []
    for name in targets:
        target = settings.targets[name]
        if (target.indicator, target.group) not in before.places:
            continue
        start, end = _value(before, target), _value(after, target)
        effects = _effects(found, before, target)
        effects[OTHER, ""] = end - start - sum(effects.values())
        rows += [(name, *key, effect) for key, effect in effects.items()]
    return pd.DataFrame(rows, columns=["target", "indicator", "group", "effect"])


def _effects(found: Revision, middle: Cube, target: Target) -> dict[Key, float]:
    """What each part of the revision moves, the mean of coming first and of coming last of all.

    Parts multiply, so that each moves more or less with the others there. The mean of both ends leaves no remainder where
    parts meet in pairs, as the Shapley value does.
    """
    parts = [*dict.fromkeys(stretch.key for stretch in found.observed), (KNOWN, "")]

    def value(of: Sequence[Key]) -> float:
        moved = _moved_by(found, middle, target, of)
        return _value(with_known(moved, found.known) if (KNOWN, "") in of else moved, target)

    none, everything = value([]), value(parts)
    return {part: 0.5 * (value([part]) - none + everything - value([each for each in parts if each != part])) for part in parts}


def _moved_by(found: Revision, middle: Cube, target: Target, keys: Sequence[Key]) -> Cube:
    """The middle of the runs, the target's series moved by what some observed series add."""
    mine = [n for n, stretch in enumerate(found.observed) if stretch.key in keys]
    asked = [r for r, stretch in enumerate(found.asked) if stretch.key == (target.indicator, target.group)]
    parts: Floats = found.moved.parts[np.ix_(mine, asked)].sum(axis=0)
    return shifted(middle, [found.asked[r] for r in asked], parts[None, :])


def _middle(cube: Cube) -> Cube:
    """One run in the middle of all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # months in which no run has a value
        values = np.nanmedian(cube.values, axis=0)
    return Cube(values[None], cube.keys, cube.months, cube.draws[:1])


def _value(middle: Cube, target: Target) -> float:
    return target_value(target, middle.table((target.indicator, target.group), 0))
