"""The anchor: constants that make the reference year of 2023 come out of the model, for any values of its parameters.

A logit's constants are not behaviour; they stand for everything that is not modelled, and are fixed by the market shares
of a base year (Berry 1994). Seven kinds are solved, each against one observation of the district baseline, by the
fixed-point step constant += scale x log(observed / simulated):

    effort_keep     new goods bought by owners who give one up
    effort_first    new goods bought by those who had none
    taste[v]        share of variant v in new sales
    taste (level)   goods that leave for good without a replacement, through the stock at the year's end
    taste_used      used goods sold (transfers)
    effort_formal   goods recovered by dismantlers
    effort_informal goods that end outside the formal channel

They are the same in every scenario and in every later year, so nothing after 2023 is tuned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.markets.settlement import DISMANTLED, INFORMAL_TRADE, YARD
from sim.model import TradeInModel
from sim.run import forget
from sim.settings import Anchor, Settings
from sim.synthesis.district import truck_nev_sales

Floats = NDArray[np.float64]
ANCHOR_SCALE = 0.1
"""Share of the population that the anchor is solved on."""
MONTHS = 12
LARGEST_STEP = 2.0
RELATIVE = 0.7
"""Damping of the fixed-point step."""
LEAST_LEFT = 0.005
"""Share of the stock that is given up without replacement at the least; the level is not pushed beyond that."""


@dataclass(frozen=True)
class Year:
    """What the reference year should show, or shows, for one category; vehicles of the district."""

    new: Floats
    """New goods by variant [V]."""
    first: float
    """New goods bought by those who had none."""
    transfers: float
    recovered: float
    informal: float
    """Ended outside the formal channel."""
    stock: float
    """Registered at the year's end."""
    left: float = 0.0
    """Goods given up without a replacement; wanted: as many fewer (more) as the stock is short (long)."""

    @property
    def replaced(self) -> float:
        """New goods bought by owners who gave one up."""
        return float(self.new.sum()) - self.first


def observed(settings: Settings, product: str) -> Year:
    """The reference year of the district baseline."""
    base = settings.region.baseline
    variants = list(settings.products[product].variants)
    mix = np.array([base[f"new_mix_{v}"].value for v in variants])
    truck = product == "truck"
    sales = base[settings.products[product].baseline_sales].value
    if not truck:
        nev = base["nev_share_new"].value * base["new_registrations"].value - truck_nev_sales(settings)
        bev = base["bev_share_new_nev"].value
        part = {"ice": sales - nev, "phev": nev * (1.0 - bev), "bev": nev * bev}
        mix = mix * np.array([part[v.powertrain] for v in settings.products[product].variants.values()])
    else:
        mix = mix / mix.sum() * sales
    share = {name: base[f"truck_share_{name}"].value for name in ("used", "elv")}
    share = share if truck else {name: 1.0 - value for name, value in share.items()}
    first = base["first_buyer_share"].value * (0.5 if truck else 1.0)
    return Year(
        new=mix,
        first=first * float(mix.sum()),
        transfers=base["used_car_transactions"].value * share["used"],
        recovered=base["elv_recovered"].value * share["elv"],
        informal=base["elv_recovered"].value * share["elv"] * (1.0 / base["formal_share_elv"].value - 1.0),
        stock=base[settings.products[product].baseline_stock].value,
    )


def simulated(settings: Settings, product: str, model: TradeInModel) -> Year:
    """The reference year as the model has it."""
    months = model.history.months[product][:MONTHS]
    scale = settings.population.scale
    last = months[-1].stocks
    return Year(
        new=np.sum([m.tally.new_sales.sum(axis=1) for m in months], axis=0) / scale,
        first=float(sum(int(m.tally.first_buyers.sum()) for m in months)) / scale,
        transfers=float(sum(int(m.tally.bought.sum() + m.sent.sum()) for m in months)) / scale,
        recovered=float(sum(int(m.tally.moved[YARD, DISMANTLED]) for m in months)) / scale,
        informal=float(sum(int(m.tally.moved[:, INFORMAL_TRADE].sum()) for m in months)) / scale,
        stock=float((last.owned + last.lot + last.idle).sum()) / scale,
        left=float(sum(int(m.tally.left[0]) for m in months)) / scale,
    )


def reference_year(settings: Settings, seed: int) -> dict[str, Year]:
    """Simulate the first twelve months and read off the year of every category."""
    model = TradeInModel(settings, seed)
    for _ in range(MONTHS):
        model.step()
    years = {name: simulated(settings, name, model) for name in settings.products}
    forget(model)
    return years


def _log_ratio(wanted: float, got: float) -> float:
    """log(wanted / got), bounded: one step never moves a constant by more than one scale."""
    return float(np.clip(np.log(max(wanted, 0.5) / max(got, 0.5)), -LARGEST_STEP, LARGEST_STEP))


def improved(settings: Settings, product: str, anchor: Anchor, want: Year, got: Year) -> Anchor:
    """One fixed-point step of the constants of one category."""
    behaviour = settings.behaviour
    scale, nest, way = (
        behaviour.attention_scale.value,
        behaviour.nest_dissimilarity.value,
        behaviour.way_dissimilarity.value,
    )
    total = _log_ratio(float(want.new.sum()), float(got.new.sum()))
    variants = list(settings.products[product].variants)
    fewer = max(got.left - (want.stock - got.stock), LEAST_LEFT * want.stock)
    level = -RELATIVE * _log_ratio(fewer, got.left)
    taste = {
        v: anchor.taste.get(v, 0.0) + RELATIVE * nest * (_log_ratio(want.new[n], got.new[n]) - total) + level
        for n, v in enumerate(variants)
    }
    return Anchor(
        effort_keep=anchor.effort_keep - RELATIVE * scale * _log_ratio(want.replaced, got.replaced) + level,
        effort_first=anchor.effort_first - RELATIVE * scale * _log_ratio(want.first, got.first) + level,
        taste=taste,
        taste_used=anchor.taste_used + RELATIVE * (_log_ratio(want.transfers, got.transfers) - total),
        effort_formal=anchor.effort_formal - RELATIVE * way * _log_ratio(want.recovered, got.recovered),
        effort_informal=anchor.effort_informal - RELATIVE * way * _log_ratio(want.informal, got.informal),
    )


def miss(want: Year, got: Year) -> float:
    """Largest relative gap of the observations that the program promises to reproduce."""
    pairs = [
        (float(want.new.sum()), float(got.new.sum())),
        (want.transfers, got.transfers),
        (want.recovered, got.recovered),
    ]
    return max(abs(g / w - 1.0) for w, g in pairs)


def solve_anchor(settings: Settings, rounds: int, seed: int = 1, report: Any = None) -> Settings:
    """Settings with constants under which 2023 comes out; starts from the constants that the settings hold."""
    small = settings.model_copy(
        update={
            "population": settings.population.model_copy(
                update={"scale": min(settings.population.scale, ANCHOR_SCALE)}
            ),
            "clock": settings.clock.model_copy(update={"end": settings.clock.start[:4] + "-12"}),
        }
    )
    want = {name: observed(settings, name) for name in settings.products}
    anchors = {name: settings.anchor.get(name, Anchor()) for name in settings.products}
    for n in range(rounds):
        years = reference_year(small.model_copy(update={"anchor": anchors}), seed)
        if report is not None:
            report(n, want, years, anchors)
        anchors = {name: improved(settings, name, anchors[name], want[name], years[name]) for name in anchors}
    return settings.model_copy(update={"anchor": anchors})


