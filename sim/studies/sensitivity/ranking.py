"""Which measure adds more than which other, and in how many draws."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pandas as pd

from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Progress
from sim.settings import Settings
from sim.studies.contribution.verb import left_out, measures

HOLDS = 0.9


def contributions(settings: Settings, draws: int, executor: Executor, progress: Progress) -> pd.DataFrame:
    """measure, draw, output, value: what is missing without the measure, in each draw."""
    names = measures(settings)
    cells = [settings, *(left_out(settings, [name]) for name in names)]
    found = dict(ensembles([Plan.of(cell, 1, draws) for cell in cells], executor, progress))
    base = _by_draw(found[0])
    parts = [
        (base - _by_draw(found[n + 1])).stack().rename("value").reset_index().assign(measure=m) for n, m in enumerate(names)
    ]
    return pd.concat(parts, ignore_index=True)


def _by_draw(result: Ensemble) -> pd.DataFrame:
    """Outputs of each draw [draws, outputs]."""
    frames = {}
    for draw in sorted(set(result.targets["draw"])):
        one = result.targets[result.targets["draw"] == draw]
        frames[draw] = one.set_index("id")["value"]
    table = pd.DataFrame(frames).T.rename_axis(index="draw", columns="output")
    return table


def ranking(table: pd.DataFrame, wants_more: Sequence[str]) -> pd.DataFrame:
    """output, measure, other, share, holds: share of the draws in which the measure adds more to the target than the other.

    ``wants_more``: outputs of which more is better; of the others less is.
    """
    rows = []
    for output, part in table.groupby("output"):
        wide = part.pivot(index="draw", columns="measure", values="value")
        wide = wide if str(output) in wants_more else -wide
        moving = [name for name in wide if wide[name].abs().max() > 0.0]
        for one, other in permutations(moving, 2):
            both = wide[[one, other]].dropna()
            share = float((both[one] > both[other]).mean()) if len(both) else 0.0
            if share > 0.5:
                rows.append((str(output), one, other, share, share >= HOLDS))
    return pd.DataFrame(rows, columns=["output", "measure", "other", "share", "holds"])
