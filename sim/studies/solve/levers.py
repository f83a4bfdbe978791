"""Levers with bounds: which keys of the settings a solver may turn, and how far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput
from sim.settings import Settings

Floats = NDArray[np.float64]
Load = Callable[[Sequence[str]], Settings]
DIGITS = 3
VEHICLES: Mapping[str, tuple[float, float]] = {
    "policy.car_scrappage.amount_factor": (0.0, 3.0),
    "policy.car_scrappage.cutoff_shift_years": (-2.0, 4.0),
    "policy.car_replacement.amount_factor": (0.0, 3.0),
    "policy.car_loans.min_down_payment": (0.0, 0.3),
    "policy.pick_up_service.strength": (0.0, 3.0),
    "pots.trade_in.amount_factor": (0.5, 4.0),
}
APPLIANCES: Mapping[str, tuple[float, float]] = {
    "policy.appliance_trade_in.amount_factor": (0.0, 3.0),
    "policy.appliance_collection.strength": (0.0, 3.0),
    "pots.appliances.amount_factor": (0.5, 4.0),
}
DEFAULTS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    **dict.fromkeys(
        (
            "nev_stock",
            "elv_recovered",
            "new_registrations",
            "used_car_transactions",
            "used_new_ratio",
            "niii_nonoperating_diesel_trucks",
        ),
        VEHICLES,
    ),
    "waste_appliances_recovered": APPLIANCES,
}
"""Indicator of a target -> levers that are turned if none are given, and within what bounds (assumption, grade C)."""


class Lever(NamedTuple):
    """One key of the settings and its bounds."""

    key: str
    low: float
    high: float

    def at(self, place: float) -> float:
        """The value at a place from 0 to 1, to a thousandth."""
        return round(self.low + place * (self.high - self.low), DIGITS)

    def place(self, value: float) -> float:
        """The other way round; values outside lie at the nearer end."""
        return float(np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0))


def levers_for(targets: Sequence[str], settings: Settings, given: Mapping[str, tuple[float, float]]) -> list[Lever]:
    """Those given, else those of the targets' indicators; raises BadInput if no lever is known for any of them."""
    bounds = dict(given)
    if not bounds:
        for name in targets:
            bounds |= DEFAULTS.get(settings.targets[name].indicator, {})
    if not bounds:
        raise BadInput(
            file="command line",
            key="levers",
            value=", ".join(targets),
            allowed="targets of " + ", ".join(DEFAULTS) + ", or levers of your own",
            remedy="name levers, for instance 'policy.industrial_grant.amount_factor=interval(0,3)'",
        )
    return [Lever(key, *ends) for key, ends in bounds.items()]


def typed(levers: Sequence[Lever], point: Floats) -> list[str]:
    """What to type for a point of the unit cube."""
    return [f"{lever.key}={lever.at(float(place)):g}" for lever, place in zip(levers, point, strict=True)]


def check(levers: Sequence[Lever], load: Load) -> None:
    """Refuse bounds that the settings do not allow, before anything is run."""
    for end in (0.0, 1.0):
        for lever in levers:
            load([f"{lever.key}={lever.at(end):g}"])


def as_enacted(levers: Sequence[Lever], settings: Settings) -> Floats:
    """Where the scenario itself lies; a lever that is not pulled: at 1 for factors, else at its lower end."""
    return np.array([lever.place(_value(settings, lever.key)) for lever in levers])


def _value(settings: Settings, key: str) -> float:
    node: object = settings
    for part in key.split("."):
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    value = getattr(node, "value", node)
    return float(value) if isinstance(value, (int, float)) else -np.inf


def unpriced(levers: Sequence[Lever], settings: Settings) -> list[str]:
    """Levers of measures that the model charges to nobody: their cost is not in the outlay."""
    names = [lever.key for lever in levers if lever.key.startswith("policy.")]
    return [key for key in names if not settings.policy[key.split(".")[1]].payers]
