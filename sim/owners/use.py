"""What using a good is worth and costs, by type of owner, variant, age and condition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import MONTHS_A_YEAR
from sim.codes import DIESEL, UNBORN
from sim.markets.prices import Paths
from sim.numerics.arithmetic import exp_all
from sim.owners.vintages import ROWS
from sim.population.products import Catalogue
from sim.schema.behaviour import Behaviour

Floats = NDArray[np.float64]
PLUG = np.array([0.0, 0.25, 1.0])
"""Share of the charging trouble of a car that only runs on power, by powertrain (ice, phev, bev)."""


def energy_cost(catalogue: Catalogue, paths: Paths, month: int) -> Floats:
    """Fuel and power of each type and variant, yuan a year [K, V]."""
    litres, kwh = catalogue.numbers.litres_per_100km, catalogue.numbers.kwh_per_100km
    fuel = np.where(catalogue.fuel == DIESEL, paths.at("diesel", month), paths.at("petrol", month))
    home, public = paths.at("electricity_home", month), paths.at("electricity_public", month)
    power = catalogue.home * home + (1.0 - catalogue.home) * public
    return np.asarray(catalogue.km[:, None] / 100.0 * (litres * fuel + kwh * power[:, None]))


def running_cost(catalogue: Catalogue, behaviour: Behaviour, paths: Paths, month: int, hassle: float) -> Floats:
    """Energy, power, insurance and charging trouble of each type and variant, yuan a year [K, V]."""
    energy = energy_cost(catalogue, paths, month)
    numbers = catalogue.numbers
    insurance = numbers.insurance_per_year + numbers.kwh_per_year * paths.at("electricity_home", month)
    home, public = behaviour.charging_hassle_home.value, behaviour.charging_hassle_public.value
    trouble = hassle * (catalogue.home * home + (1.0 - catalogue.home) * public)
    return np.asarray(energy + insurance + trouble[:, None] * PLUG[catalogue.powertrain])


def flow(catalogue: Catalogue, money: Floats, yearly_cost: Floats) -> Floats:
    """Monthly utility of use [ROWS, CONDITIONS, K x V]: service that declines with age less costs that grow.

    ``money`` [K]: marginal utility of a yuan; ``yearly_cost`` [K, V]: ``running_cost``.
    """
    condition = catalogue.product.condition
    years = (np.arange(ROWS) - UNBORN) / MONTHS_A_YEAR
    fall = exp_all(-condition.service_decline_per_year.value * years)
    rise = exp_all(condition.upkeep_growth_per_year.value * years)
    service_factor = np.array([1.0, condition.service_factor_worn.value, condition.service_factor_failing.value])
    upkeep_factor = np.array([1.0, condition.upkeep_factor_worn.value, condition.upkeep_factor_failing.value])
    owners, upkeep = catalogue.product.owners.values(), catalogue.numbers.upkeep_per_year
    worth = np.array([o.service_factor.value for o in owners])[:, None] * catalogue.numbers.service_per_year
    service = catalogue.money_at_mean * worth.ravel()
    yearly = (
        fall[:, None, None] * service_factor[None, :, None] * service[None, None, :]
        - rise[:, None, None] * upkeep_factor[None, :, None] * (money[:, None] * upkeep).ravel()[None, None, :]
        - (money[:, None] * yearly_cost).ravel()[None, None, :]
    )
    return np.ascontiguousarray(yearly / MONTHS_A_YEAR)


def charging_hassle(behaviour: Behaviour, months: int, cut: float) -> float:
    """Charging trouble relative to the start: falls by itself over ``months``, and by ``cut`` with the roll-out."""
    years = months / MONTHS_A_YEAR
    fall = float(exp_all(np.array([-behaviour.charging_hassle_decline.value * years]))[0])
    return fall * (1.0 - cut)
