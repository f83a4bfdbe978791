"""Where the time of one run goes, by stage and kind of goods, and how much happens in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

from sim.model import TradeInModel, clearing, deciding, offering, settling
from sim.model.category import Category
from sim.runs.once import forget
from sim.settings import Settings
from sim.studies.bench.floor import NOTHING, Events, exponentials_of

KINDS = ("car", "vehicle", "household", "organisation")
"""Cars; other vehicles; goods of households; goods that organisations alone hold."""
PARTS: tuple[tuple[ModuleType, str], ...] = (
    (offering, "announce"), (offering, "price"), (offering, "offer"), (deciding, "consider"), (deciding, "decide"),
    (settling, "settle"), (clearing, "clear"), (clearing, "collect"), (clearing, "book"),
)  # fmt: skip
WEIGHING = (deciding, settling)
"""Where owners are weighed: at first, and again once a pot is dry."""


class EventProfile(NamedTuple):
    """One run."""

    parts: dict[str, dict[str, float]]
    """CPU seconds by stage and kind of goods."""
    rest: float
    """What no category takes: the treasury, neighbours, counting, records."""
    events: Events

    def of(self, part: str) -> float:
        """CPU seconds of a stage."""
        return sum(self.parts[part].values())


def kind_of(category: Category) -> str:
    """Kind of goods of a category."""
    if not category.reviews:
        return "car" if category.name == "car" else "vehicle"
    return "household" if category.state.agenda is not None else "organisation"


def measure_profile(settings: Settings) -> EventProfile:
    """Live through all months with every stage of every category timed; a little slower for it."""
    model = TradeInModel(settings)
    slots = sum(category.goods.variant.size for category in model.categories.values())
    seconds: dict[str, dict[str, float]] = {name: dict.fromkeys(KINDS, 0.0) for _, name in PARTS}
    counted = [NOTHING._replace(slot_months=slots * settings.clock.months)]
    with _observed(seconds, counted):
        start = time.process_time()
        for _ in range(settings.clock.months):
            model.step()
        whole = time.process_time() - start
    forget(model)
    return EventProfile(seconds, whole - sum(sum(each.values()) for each in seconds.values()), counted[0])


@contextmanager
def _observed(seconds: dict[str, dict[str, float]], counted: list[Events]) -> Iterator[None]:
    """Time every part of ``PARTS``, and add up in ``counted[0]`` what is weighed and decided, as long as the block lasts."""
    before = [(module, name, getattr(module, name)) for module, name in (*PARTS, *((each, "work_out") for each in WEIGHING))]

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(category: Category, *given: Any) -> Any:
            start = time.process_time()
            done = work(category, *given)
            seconds[name][kind_of(category)] += time.process_time() - start
            return done

        return call

    def weighed(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(category: Category, month: Any, found: Any, *given: Any) -> Any:
            out, looked = work(category, month, found, *given), int(found.slots.size)
            each = exponentials_of(int(category.catalogue.choices.kind.size))
            counted[0] = counted[0].plus(Events(0, looked, looked * each, int(out.slot.size)))
            return out

        return call

    for module, name, work in before:
        setattr(module, name, weighed(work) if name == "work_out" else timed(name, work))
    try:
        yield
    finally:
        for module, name, work in before:
            setattr(module, name, work)
