"""Small districts for tests of the model: their settings, finished runs that tests share, and what may be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.config import load_settings
from sim.model import TradeInModel
from sim.model.month import Decided, Offered, Settled
from sim.runs.once import forget
from sim.runs.result import Result, tabulate
from sim.schema.bricks import Quantity
from sim.schema.product import Anchor, Product
from sim.settings import ClockSettings, Settings

VEHICLES = ("car", "truck")
PLAUSIBLE = {"car": 3.0, "truck": 5.0}
"""Additional effort under which about as many vehicles are sold as in 2023; for settings that bring no anchor."""


STANDARD_ERRORS = 4.0


class Run(NamedTuple):
    """A finished model and its tables."""

    model: TradeInModel
    result: Result


def district(*overrides: str, scale: float = 0.02) -> Settings:
    """Settings of a district of this size, with every category of goods; levers act from 2024 on.

    ``clock.start=2024-09`` lets the district of 2023 begin there: that is no forecast and refused elsewhere, and saves months.
    """
    starts = [word for word in overrides if word.startswith("clock.start=")]
    words = [word for word in overrides if word not in starts]
    settings = load_settings([f"population.scale={scale}", "clock.now=2023-12", *words])
    if not starts:
        return settings
    clock = settings.clock.model_dump() | {"start": starts[-1].removeprefix("clock.start=")}
    return settings.model_copy(update={"clock": ClockSettings.model_validate(clock)})


def small(*overrides: str, scale: float = 0.02) -> Settings:
    """Settings of a district of this size whose people own vehicles alone."""
    settings = district(*overrides, scale=scale)
    settings = settings.model_copy(update={"products": {name: settings.products[name] for name in VEHICLES}})
    return settings if settings.anchor else harder(settings, PLAUSIBLE)


def harder(settings: Settings, effort: dict[str, float]) -> Settings:
    """The same with more effort of buying for owners of these products."""

    def more(number: Quantity, by: float) -> Quantity:
        return number.model_copy(update={"value": number.value + by, "low": None, "high": None})

    products = dict(settings.products)
    for name, by in effort.items():
        owners = {
            key: owner.model_copy(
                update={"effort_keep": more(owner.effort_keep, by), "effort_first": more(owner.effort_first, by)}
            )
            for key, owner in products[name].owners.items()
        }
        products[name] = products[name].model_copy(update={"owners": owners})
    return settings.model_copy(update={"products": products})


def keener(settings: Settings, odds: dict[str, float]) -> Settings:
    """The same with so much better log odds to enter the market for owners of these products, and for those who have none."""
    anchor = dict(settings.anchor)
    for name, by in odds.items():
        now = anchor.get(name, Anchor())
        anchor[name] = now.model_copy(update={"entry_keep": now.entry_keep - by, "entry_first": now.entry_first - by})
    return settings.model_copy(update={"anchor": anchor})


def lawless(*overrides: str, scale: float = 0.02) -> Settings:
    """The same without any measure."""
    return small(*(f"policy.{name}.enabled=false" for name in load_settings([]).policy), *overrides, scale=scale)


def finish(settings: Settings, seed: int = 1, threads: int = 1) -> Run:
    """Run a district to the end of its clock."""
    model = TradeInModel(settings, seed, threads)
    for _ in range(settings.clock.months):
        model.step()
    result = tabulate(model)
    forget(model)
    return Run(model, result)


def flows(settings: Settings) -> dict[str, NDArray[np.int64]]:
    """New and used goods bought, and those that left their owners, by month [3, months], in a run of its own."""
    history = finish(settings).model.history
    return {
        name: np.array([[m.tally.new_sales.sum(), m.tally.bought.sum(), m.tally.out_by_route.sum()] for m in rows]).T
        for name, rows in history.months.items()
    }


@cache
def shared(*overrides: str, scale: float = 0.02, seed: int = 1) -> Run:
    """``finish(small(...))``, once for all tests that ask for it; they must not change it."""
    return finish(small(*overrides, scale=scale), seed)


def offered(model: TradeInModel) -> dict[str, Offered]:
    """The model's next month up to what owners are offered."""
    return model.offer(model.price(model.announce()))


def decided(model: TradeInModel) -> dict[str, Decided]:
    """The model's next month up to what owners have decided."""
    return model.decide(model.fail_and_consider(offered(model)))


def complete(model: TradeInModel, months: dict[str, Settled]) -> None:
    """Carry a month that is settled to its end."""
    cleared = model.clear(months)
    model.collect(cleared)
    model.age(cleared)
    model.record(cleared)


def compact(settings: Settings) -> Settings:
    """The same district with three kinds of car and of truck, and few types of owner: small enough for plain Python."""
    car, truck = settings.products["car"], settings.products["truck"]
    few = ["h3_u_home", "h3_r_home", "s3", "firm", "institution"]
    products = {
        "car": _part(car, ["ice_family", "phev_economy", "bev_family"], few),
        "truck": _part(truck, ["light_petrol", "heavy_diesel", "light_bev"], list(truck.owners)),
    }
    return settings.model_copy(update={"products": products})


def _part(product: Product, variants: list[str], owners: list[str]) -> Product:
    return product.model_copy(
        update={
            "variants": {name: product.variants[name] for name in variants},
            "owners": {name: product.owners[name] for name in owners},
        }
    )


def columns(model: TradeInModel) -> Iterator[tuple[str, NDArray[Any]]]:
    """Every column of every set, by name."""
    yield from ((f"owners.{name}", column) for name, column in model.district.owners._asdict().items())
    for product, category in model.categories.items():
        yield from ((f"{product}.{name}", column) for name, column in category.goods._asdict().items())


def whole_numbers(model: TradeInModel) -> dict[str, str]:
    """A fingerprint of every integer that a model holds or has recorded, by name."""
    found: dict[str, Any] = {name: column for name, column in columns(model) if column.dtype.kind == "i"}
    for product, months in model.history.months.items():
        for name in ("moved", "moved_nev", "new_sales", "claims", "claimed", "waiting", "out_by_route", "bought", "sold"):
            found[f"{product}.tally.{name}"] = np.stack([getattr(month.tally, name) for month in months])
        found[f"{product}.stocks"] = np.stack([np.stack([m.stocks.owned, m.stocks.lot, m.stocks.idle]) for m in months])
    found["ledger"] = np.array([entry[3:] for entry in model.government.ledger.entries()], dtype=np.int64)
    found["pots"] = np.array([row[1:] for row in model.government.pots.records()], dtype=np.int64)
    return {name: hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=8).hexdigest() for name, x in found.items()}


def dump(settings: Settings, seed: int) -> str:
    """Run a district and write its whole numbers down, for another process to read."""
    return json.dumps(whole_numbers(finish(settings, seed).model))


def as_expected(counted: float, chances: NDArray[np.float64]) -> None:
    """Assert that a count is within four standard errors of what these independent chances add up to."""
    error = np.sqrt((chances * (1.0 - chances)).sum())
    assert abs(counted - chances.sum()) <= STANDARD_ERRORS * error, f"{counted} instead of {chances.sum():.1f} +- {error:.1f}"
