"""What a month of the model brings its owners from outside, as plain lists and numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from reference.chance import WORD
from sim.clock import days_in, first_day
from sim.codes import AVERAGE_DAYS
from sim.model import TradeInModel
from sim.model.category import Category
from sim.model.month import Decided
from sim.model.settling import funds_of
from sim.numerics.luck import Event, key
from sim.owners.outlook import LONGEST_LOOK_AHEAD

Row = tuple[int, int, int, int, int, int]
"""A good for sale: registered, vintage, emission, worn, failing, end."""


@dataclass
class Month:
    """Counter, money, rules, luck, pots and lots of one month."""

    number: int
    today: int
    """Last day of the month."""
    offers: Any
    financing: Any
    keys: Any
    heard: list[tuple[int, float]]
    """Measures that owners can have heard of, and the share that has."""
    ent: Any
    choices: Any
    making: Any
    funds: Any
    fuel: list[int]
    nev: list[bool]
    use: list[int]
    fails: list[list[float]]
    """Chance that a rule ends the good by vintage and lane."""
    inspection: int
    entry: Any
    """Key and scale of entering the market, gains S - K0 by belief, efforts, and what else brings owners in: ``_entry``."""
    lost: Any
    """Key and chance of losing interest."""
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


def read_month(model: TradeInModel, now: Decided) -> Month:
    """Read the cars of a model that has decided and not yet settled."""
    category, month = model.categories["car"], model.month
    catalogue = category.catalogue
    _, fails = category.outlook.rules_worth.bindings(now.rules, month, now.circumstances.money)
    fails = np.where(fails >= 1.0, 0.0, fails)  # certain ends are retirement ages, which each good reaches on a day of its own
    making = plain(category.making(month))
    making.law = SimpleNamespace(**making.law._asdict())
    return Month(
        number=month,
        today=first_day(month) + days_in(month) - 1,
        offers=plain(now.offers),
        financing=plain(now.circumstances.financing),
        keys=plain(now.keys),
        heard=_heard(category, now, month),
        ent=plain(now.rules.entitlements),
        choices=plain(catalogue.choices),
        making=making,
        funds=_funds(funds_of(category, now.rules, model.government, model.government.ration(), month)),
        fuel=catalogue.fuel.tolist(),
        nev=catalogue.is_nev.tolist(),
        use=catalogue.use.tolist(),
        fails=(0.5 * (fails + np.concatenate([fails[1:], fails[-1:]]))).tolist(),
        inspection=int(category.luck.key(Event.INSPECTION, month)),
        entry=_entry(category, now, month),
        lost=SimpleNamespace(
            key=int(category.luck.key(Event.LOST, month)), chance=int(model.settings.behaviour.interest_lost.value * WORD)
        ),
        queue=int(category.luck.key(Event.QUEUE, month)),
        event=int(key(model.luck_seed, Event.LIFE_EVENT, month)),
        event_rate=model.settings.behaviour.event_rate_per_year.value / 12.0,
        lots=lanes(category.world.lots),
        room=category.world.lots.registered.shape[1],
        bands=category.bands,
    )


def _heard(category: Category, now: Decided, month: int) -> list[tuple[int, float]]:
    """News spreads by those who have heard it: before a measure begins fewer know it, and every change makes it known anew."""
    behaviour = category.settings.behaviour
    out: list[tuple[int, float]] = []
    if len(now.expected.beliefs) == 1:
        return out
    spread = behaviour.awareness_spread.value + now.rules.frictions.spread_gain
    for measure, begins in category.calendar.granting(month, LONGEST_LOOK_AHEAD).items():
        seen = [since for _, since in category.state.heard.get(measure, [])] or [begins]
        start = (category.calendar.awareness[measure] or behaviour.awareness_start).value
        odds = math.log(start / (1.0 - start)) + spread * (month - seen[0])
        odds += behaviour.awareness_jump.value * (len(seen) - 1)
        out.append((measure, 1.0 / (1.0 + math.exp(-odds))))
    return out


def _entry(category: Category, now: Decided, month: int) -> SimpleNamespace:
    """What brings owners into the market, from what they expect and the settings."""
    beliefs, behaviour, catalogue = now.expected.beliefs, category.settings.behaviour, category.catalogue
    since, scale = month - now.expected.solved, behaviour.entry_scale.value
    shift = -scale * now.circumstances.season - now.circumstances.effort_cut
    return SimpleNamespace(
        key=int(category.luck.key(Event.ENTRY, month)), scale=scale,
        gain=[each.values.entering[since].tolist() for each in beliefs],
        gain_first=[each.values.entering_first[since].astype(np.float32).tolist() for each in beliefs],
        effort=(catalogue.entry_keep + shift).tolist(), effort_first=(catalogue.entry_first + shift).tolist(),
        wear=catalogue.product.condition.wear_entry.value, event=behaviour.event_entry.value,
    )  # fmt: skip


def _funds(funds: Any) -> SimpleNamespace:
    """Money with the pots' days as lists."""
    out = plain(funds)
    out.ration = plain(funds.ration)
    return out


def retirement_days(months: int) -> int:
    """Age limit in days."""
    return int(months * AVERAGE_DAYS)
