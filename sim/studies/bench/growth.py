"""How the time of a run grows: with the population, months, measures and kinds of goods."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

from sim.clock import month_text
from sim.runs.once import run
from sim.settings import Settings
from sim.studies.bench.measuring import TINY, at_scale

SCALES = (0.002, 0.05, 0.25, 1.0, 2.0)
"""Of the scale that is asked for."""
SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of the months."""
PARTS = (0.0, 0.5, 1.0)
"""Of the measures, in the order of their names."""


class Point(NamedTuple):
    """One run."""

    along: str
    """scale, months, measures or goods."""
    size: float
    seconds: float
    """Of the processor."""


def measure_growth(settings: Settings) -> list[Point]:
    """One run for each size of each thing, the others as they are; the first run of the process loads what is compiled."""
    run(at_scale(settings, TINY))
    return [Point(along, size, _seconds(other)) for along, size, other in variants(settings)]


def variants(settings: Settings) -> Iterator[tuple[str, float, Settings]]:
    """What grows, how large it is, and settings of that size."""
    scale, clock, goods = settings.population.scale, settings.clock, settings.products
    for factor in SCALES:
        yield "scale", factor * scale, at_scale(settings, factor * scale)
    for months in sorted({max(round(share * clock.months), 1) for share in SHARES}):
        end = month_text(clock.first + months - 1)
        yield "months", months, settings.model_copy(update={"clock": clock.model_copy(update={"end": end})})
    for count in sorted({round(part * len(settings.policy)) for part in PARTS}):
        chosen = dict(sorted(settings.policy.items())[:count])
        yield "measures", count, settings.model_copy(update={"policy": chosen})
    vehicles = [name for name, product in goods.items() if product.stock is None]
    households = [name for name, product in goods.items() if any(o.owner == "household" for o in product.owners.values())]
    sets = {frozenset(names) & frozenset(goods) for names in ({"car"}, vehicles, [*vehicles, *households], goods)}
    for names in sorted(filter(None, sets), key=len):
        kept = {name: product for name, product in goods.items() if name in names}
        yield "goods", len(kept), settings.model_copy(update={"products": kept})


def _seconds(settings: Settings) -> float:
    start = time.process_time()
    run(settings)
    return time.process_time() - start
