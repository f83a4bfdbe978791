"""What a month of the model brings its owners from outside, as plain lists and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.clock import days_in, first_day
from sim.model import TradeInModel
from sim.numerics.luck import Event, key
from sim.population.products import AVERAGE_DAYS

Row = tuple[int, int, int, int, int, int]
"""A good for sale: registered, vintage, emission, worn, failing, end."""


@dataclass
class Month:
    """Counter, money, rules, luck, pots and lots of one month."""

    number: int
    today: int
    """Last day of the month."""
    offers: Any
    purse: Any
    keys: Any
    ent: Any
    choices: Any
    making: Any
    desk: Any
    fuel: list[int]
    nev: list[bool]
    use: list[int]
    fails: list[list[float]]
    """Chance that a rule ends the good by vintage and lane."""
    inspection: int
    queue: int
    event: int
    event_rate: float
    lots: list[list[Row]]
    room: int
    bands: int


def plain(columns: Any) -> SimpleNamespace:
    """A named tuple of arrays as lists, of NumPy numbers as plain ones."""
    return SimpleNamespace(
        **{n: v.tolist() if isinstance(v, np.ndarray | np.generic) else v for n, v in columns._asdict().items()}
    )


def lanes(lots: Any) -> list[list[Row]]:
    """The goods of every cell, first in first."""
    columns = [getattr(lots, name) for name in ("registered", "vintage", "emission", "worn", "failing", "end")]
    room = columns[0].shape[1]
    return [
        [tuple(int(c[cell, (head + n) % room]) for c in columns) for n in range(count)]  # type: ignore[misc]
        for cell, (head, count) in enumerate(zip(lots.head.tolist(), lots.held.tolist(), strict=True))
    ]


def read_month(model: TradeInModel) -> Month:
    """Read a model that has decided and not yet settled."""
    sector, month = model.sectors["car"], model.month
    counter, catalogue = model._counters["car"], sector.catalogue
    _, fails = sector.outlook.bindings(sector.rules, month, counter.money)
    making = plain(sector.making(month))
    making.law = SimpleNamespace(**making.law._asdict())
    return Month(
        number=month,
        today=first_day(month) + days_in(month) - 1,
        offers=plain(sector._offers),
        purse=plain(counter.purse),
        keys=plain(sector._keys),
        ent=plain(sector.rules.entitlements),
        choices=plain(catalogue.choices),
        making=making,
        desk=plain(model._desk(sector)),
        fuel=catalogue.fuel.tolist(),
        nev=catalogue.is_nev.tolist(),
        use=catalogue.use.tolist(),
        # certain ends are retirement ages, which each good reaches on a day of its own
        fails=np.where(fails >= 1.0, 0.0, fails).tolist(),
        inspection=int(sector.key(Event.INSPECTION, month)),
        queue=int(sector.key(Event.QUEUE, month)),
        event=int(key(model.luck_seed, Event.LIFE_EVENT, month)),
        event_rate=model.settings.behaviour.event_rate_per_year.value / 12.0,
        lots=lanes(sector.world.lots),
        room=sector.world.lots.registered.shape[1],
        bands=sector.bands,
    )


def retirement_days(months: int) -> int:
    """Age limit in days."""
    return int(months * AVERAGE_DAYS)
