"""What happens to the whole nation in a month, whatever the district does: keyed luck that all scenarios share.

Sales, NEV share and used prices each follow a stationary autoregression from the end of the reference year on, which every
draw is anchored to. Whatever the calibration could not reach comes on top, the same in every month. In a run of the central
values nothing of it acts.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from sim.clock import MONTHS_A_YEAR
from sim.numerics.luck import Event, derived, key, normals
from sim.schema.execution import CARRIED, Carried
from sim.schema.uncertainty import Shock
from sim.settings import Settings


class Nation(NamedTuple):
    """Departures of a month from what was to be expected."""

    sales: float = 0.0
    """Log of the sales of vehicles."""
    nev_share: float = 0.0
    """Logit of the NEV share of new vehicles."""
    used_prices: float = 0.0
    """Log of the prices of used vehicles."""


AS_EXPECTED = Nation()


def national_shocks(settings: Settings, seed: int, month: int) -> Nation:
    """Keyed by seed, draw and month alone."""
    if not acts(settings, month):
        return AS_EXPECTED
    told = settings.uncertainty.shocks
    return Nation(
        sales=_state(settings, seed, month, told.sales, 0) + discrepancy(settings, "sales"),
        nev_share=_state(settings, seed, month, told.nev_share, 1) + discrepancy(settings, "nev_share"),
        used_prices=_state(settings, seed, month, told.used_prices, 2),
    )


def acts(settings: Settings, month: int) -> bool:
    """Whether the nation departs from what is expected: in draws, after the reference year."""
    return settings.draw > 0 and month >= settings.clock.first + MONTHS_A_YEAR


def discrepancy(settings: Settings, name: Carried) -> float:
    """What this draw takes the model to be off by in a quantity that the calibration did not reach; the same for all seeds."""
    sd = settings.parameters.discrepancy.get(name, 0.0)
    if not sd or not settings.draw:
        return 0.0
    return sd * float(normals(key(0, Event.DISCREPANCY, CARRIED.index(name)), np.array([settings.draw]))[0])


def _state(settings: Settings, seed: int, month: int, shock: Shock, which: int) -> float:
    """x_t = rho x_{t-1} + sqrt(1 - rho^2) sd z_t, begun with its stationary distribution."""
    sd, rho = shock.sd.value, shock.persistence.value
    if not sd:
        return 0.0
    start, who = settings.clock.first + MONTHS_A_YEAR, np.array([settings.draw])
    luck = [float(normals(derived(key(seed, Event.NATION, m), which), who)[0]) for m in range(start, month + 1)]
    state = luck[0]
    for each in luck[1:]:
        state = rho * state + sqrt(1.0 - rho * rho) * each
    return sd * state
