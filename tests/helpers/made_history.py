"""Histories of a few goods and months, made up so that every indicator can be worked by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from policy_files import product

from sim.clock import parse_month
from sim.markets.settlement_state import Tally, empty_tally
from sim.model.history import History, MonthRecord, Stocks
from sim.schema.product import Product

HALF = 0.5
"""Scale of the histories: what is counted stands for twice as many."""
CELLS = 2
CAR = product("car")


def goods(labels: Sequence[str] = ("", ""), levels: Sequence[float] = (0.0, 0.0), **said: Any) -> Product:
    """A category with one variant for each label; what is not said is as in the file of cars."""
    one = next(iter(CAR.variants.values()))
    variants = {
        f"v{n}": one.model_copy(update={"label": label, "level": level})
        for n, (label, level) in enumerate(zip(labels, levels, strict=True))
    }
    return CAR.model_copy(update={"variants": variants, **said})


def machines(field: str, labels: Sequence[str] = ("", ""), levels: Sequence[float] = (0.0, 0.0), **said: Any) -> Product:
    """Equipment of a field."""
    return goods(labels, levels, kind="equipment", field=field, **said)


def stocks(owned: Sequence[int], watched: Sequence[int] = (), **places: Any) -> Stocks:
    """Goods in their places; those not said are empty."""
    none = {name: np.zeros(len(owned), dtype=np.int64) for name in ("lot", "idle", "yard")}
    said = {name: np.array(value) for name, value in places.items() if name != "old_idle_diesel"}
    return Stocks(np.array(owned), **{**none, **said}, old_idle_diesel=places.get("old_idle_diesel", 0), watched=tuple(watched))


def month(
    now: Stocks, moved: Mapping[tuple[int, int], int] = {}, sent: Sequence[int] = (0, 0), index: Any = 1.0, **tally: Any
) -> MonthRecord:
    """A month: stocks at its end, what moved from place to place, and any column of the tally."""
    counted = empty_tally(now.owned.size, CELLS, 1)
    for (source, target), count in moved.items():
        counted.moved[source, target] = count
    counted = Tally(**(counted._asdict() | {name: np.array(value) for name, value in tally.items()}))
    used_index = np.broadcast_to(np.asarray(index, dtype=float), (3, 2)) if np.ndim(index) == 0 else np.asarray(index)
    return MonthRecord(counted, now, np.array(sent), np.zeros(now.owned.size), used_index)


def history(
    categories: Mapping[str, tuple[Product, Stocks, Sequence[MonthRecord]]],
    first: str = "2023-01",
    powertrain: Mapping[str, Sequence[int]] = {},
    baseline: Mapping[str, float] = {},
    slots: Mapping[str, int] = {},
) -> History:
    """A history at half scale; powertrains that are not said: the first variant ICE, the second BEV."""
    return History(
        first=parse_month(first),
        scale=HALF,
        products={name: each for name, (each, _, _) in categories.items()},
        baseline=dict(baseline),
        slots=dict(slots),
        bands=dict.fromkeys(categories, 1),
        powertrain={name: np.array(powertrain.get(name, (0, 2))) for name in categories},
        start={name: start for name, (_, start, _) in categories.items()},
        months={name: list(months) for name, (_, _, months) in categories.items()},
    )
