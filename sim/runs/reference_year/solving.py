"""The anchor: constants that make the reference year of 2023 come out of the model, for any values of its parameters.

A logit's constants are not behaviour; they stand for everything that is not modelled, and are fixed by the market shares
of a base year (Berry 1994). Each is solved against one observation of the district baseline, by the fixed-point step
constant += scale x log(observed / simulated):

    taste[v]         new goods of variant v; their level: new goods bought by owners who give one up
    entry_keep       owners who give one up of their own accord
    entry_first      new goods bought by those who had none
    effort_first     months that those who have none are in the market before they buy
    taste_used       used goods bought
    taste_age        mean age of used goods bought
    effort_sell      goods sold to dealers
    effort_formal    goods recovered by dismantlers
    effort_informal  goods that end outside the formal channel
    effort_idle      goods put away unused
    credit_aversion  new goods bought on credit (cars)

The level of the last four efforts is set by the months that owners are in the market before they act (``spell_months``).
They are the same in every scenario and in every later year, so nothing after 2023 is tuned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.codes import DISMANTLED, EMPTY, FORMAL, IDLE, INFORMAL_TRADE, OWNED, YARD
from sim.model import TradeInModel
from sim.numerics.arithmetic import log_all
from sim.population.district import passenger_nev, truck_nev_sales
from sim.runs.once import forget
from sim.runs.reference_year.acceleration import Vector, accelerated
from sim.runs.reference_year.constants import ANCHOR_SCALE
from sim.schema.behaviour import Behaviour
from sim.schema.product import Anchor, Product
from sim.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PRIOR = 6.0
"""Simulated goods that are added to what is wanted and to what is seen of a small category."""
MONTHS = 12
LARGEST_STEP = 2.0
RELATIVE = 1.0
"""Relaxation of the fixed-point step: above one, as new tastes and efforts take back a part of each other's steps."""
MEMORY = 3
"""Earlier rounds whose steps the next one learns from."""
NOISE = 0.1
"""What chance adds to the steps of the constants."""
LONGEST_MOVE = 3.0
"""Most that a constant may move in a round."""
SHARED = (
    "entry_keep", "entry_first", "effort_first", "taste_used", "taste_age", "effort_sell", "effort_formal", "effort_informal",
    "effort_idle", "credit_aversion",
)  # fmt: skip
"""Constants of a category beside those of its variants."""
LEAST_CHOSEN = 0.1
"""Smallest part of what was given up by choice that a round may ask for."""
MOST_INFORMAL = 2.33
"""Informal over formal retirements at the most (a formal share of 0.3): the informal trade takes what wear ends beyond it."""
CREDIT_GAIN = 2.0
"""Step of ``credit_aversion`` per log odds of the share on credit, in its spread: what credit is worth differs as well."""
AGE_GAIN = 0.035
"""Step of ``taste_age`` per year of gap: the variance of ages on offer over the scale of taste shocks is about 20."""


UNSEEN = (np.nan, np.nan)


@dataclass(frozen=True)
class Year:
    """What the reference year should show, or shows, for one category; vehicles of the district."""

    new: Floats
    """New goods by variant [V]."""
    first: float
    """New goods bought by those who had none."""
    bought: float
    """Used goods bought by local owners; not observed, as transfers count both sides of the border."""
    bought_age: float
    """Their mean age, years."""
    sold: float
    """Goods sold to dealers; not observed."""
    recovered: float
    informal: float
    """Ended outside the formal channel."""
    idle: float
    """Put away unused."""
    transfers: float
    stock: float
    """Registered at the year's end."""
    nev: float
    credit: float = np.nan
    """Share of the new goods bought on credit; not observed of anything but cars."""
    shopped: tuple[float, float] = UNSEEN
    """Owners, and those who had none, who ended a spell in the market of their own accord [2]; not observed."""
    pool: tuple[float, float] = UNSEEN
    """Months that they were in the market, together [2]; not observed."""

    @property
    def replaced(self) -> float:
        """New goods bought by owners who gave one up."""
        return float(self.new.sum()) - self.first


def observed(settings: Settings, product: str) -> Year:
    """The reference year of the district baseline; what crosses the border is left to the market."""
    if settings.products[product].stock is not None:
        return observed_units(settings, settings.products[product])
    base = settings.region.baseline
    truck = product == "truck"
    share = {name: base[f"truck_share_{name}"].value for name in ("used", "elv")}
    share = share if truck else {name: 1.0 - value for name, value in share.items()}
    new = new_by_variant(settings, product)
    transfers = base["used_car_transactions"].value * share["used"]
    recovered = base["elv_recovered"].value * share["elv"]
    return Year(
        new=new,
        first=base["empty_slot_buyer_share"].value * (FIRST_TRUCKS if truck else 1.0) * float(new.sum()),
        bought=np.nan,
        bought_age=base["used_bought_age"].value,
        sold=np.nan,
        recovered=recovered,
        informal=recovered * (1.0 / base["formal_share_elv"].value - 1.0),
        idle=recovered / base["formal_share_elv"].value * base["idle_share_elv"].value,
        transfers=transfers,
        stock=base[settings.products[product].baseline_stock].value,
        nev=base["nev_trucks"].value if truck else passenger_nev(settings),
        credit=np.nan if truck else base["credit_share_new"].value,
    )


def observed_units(settings: Settings, product: Product) -> Year:
    """The reference year of a category that its file describes: sales, stock, and what became of what was retired."""
    base, stock = settings.region.baseline, product.stock
    assert stock is not None
    sales, retired = base[product.baseline_sales].value, base[stock.retired].value
    shares = np.array([v.share_new.value for v in product.variants.values()])
    recovered = min(base[stock.recovered].value, MOST_FORMAL * retired)
    idle = stock.idle_share.value * (retired - recovered)
    return Year(
        new=shares / shares.sum() * sales, first=stock.first_share.value * sales, bought=0.0, bought_age=0.0, sold=0.0,
        recovered=recovered, informal=max(retired - recovered - idle, 0.02 * retired), idle=max(idle, 0.01 * retired),
        transfers=0.0, stock=base[product.baseline_stock].value, nev=0.0,
    )  # fmt: skip


MOST_FORMAL = 0.95
"""Largest part of what is retired that the formal channel can have taken."""
FIRST_TRUCKS = 0.5
"""First buyers among truck buyers relative to car buyers: fleets grow slowly (assumption, grade C)."""


def new_by_variant(settings: Settings, product: str) -> Floats:
    """New goods of the reference year by variant [V]."""
    base = settings.region.baseline
    variants = settings.products[product].variants
    mix = np.array([base[f"new_mix_{v}"].value for v in variants])
    sales = base[settings.products[product].baseline_sales].value
    if product == "truck":
        return np.asarray(mix / mix.sum() * sales)
    nev = base["nev_share_new"].value * base["new_registrations"].value - truck_nev_sales(settings)
    bev = base["bev_share_new_nev"].value
    part = {"ice": sales - nev, "phev": nev * (1.0 - bev), "bev": nev * bev}
    return np.asarray(mix * np.array([part[v.powertrain or "ice"] for v in variants.values()]))


def simulated(settings: Settings, product: str, model: TradeInModel, waiting: Ints) -> Year:
    """The reference year as the model has it; ``waiting`` [2]: in the market at the end of a month, summed over the year."""
    months = model.history.months[product][:MONTHS]
    catalogue = model.categories[product].catalogue
    scale = settings.population.scale
    last = months[-1].stocks
    held = last.owned + last.lot + last.idle
    bought = np.sum([m.tally.bought for m in months], axis=0)
    ages = np.tile(catalogue.band_age / 12.0, len(catalogue.variants))

    shopped = np.sum([m.tally.shopped for m in months], axis=0)

    def year(values: list[int]) -> float:
        return float(sum(values)) / scale

    return Year(
        new=np.sum([m.tally.new_sales.sum(axis=1) for m in months], axis=0) / scale,
        first=year([int(m.tally.first_buyers.sum()) for m in months]),
        bought=float(bought.sum()) / scale,
        bought_age=float((bought * ages).sum() / max(bought.sum(), 1)),
        sold=year([int(m.tally.sold.sum()) for m in months]),
        recovered=year([int(m.tally.moved[YARD, DISMANTLED]) for m in months])
        if settings.products[product].stock is None
        else year([int(m.tally.out_by_route[:, FORMAL].sum()) for m in months]),
        informal=year([int(m.tally.moved[:, INFORMAL_TRADE].sum()) for m in months]),
        idle=year([int(m.tally.moved[OWNED, IDLE]) for m in months]),
        transfers=year([int(m.tally.bought.sum() + m.sent.sum()) for m in months]),
        stock=float(held.sum() if settings.products[product].stock is None else last.owned.sum()) / scale,
        nev=float(held[catalogue.is_nev].sum()) / scale if settings.products[product].stock is None else 0.0,
        credit=(float(sum(m.tally.loans[0] for m in months)) + 1.0)
        / (float(sum(m.tally.new_sales.sum() for m in months)) + 2.0),
        shopped=(shopped[0] / scale, shopped[1] / scale),
        pool=((shopped[0] + waiting[0]) / scale, (shopped[1] + waiting[1]) / scale),
    )


def reference_year(settings: Settings, seed: int) -> dict[str, Year]:
    """Simulate the first twelve months and read off the year of every category."""
    model = TradeInModel(settings, seed)
    waiting = {name: np.zeros(2, dtype=np.int64) for name in settings.products}
    for _ in range(MONTHS):
        model.step()
        for name, category in model.categories.items():
            inside = category.goods.shopping != 0
            waiting[name] += np.bincount(category.goods.variant[inside] == EMPTY, minlength=2)
    years = {name: simulated(settings, name, model, waiting[name]) for name in settings.products}
    forget(model)
    return years


def log_ratio(wanted: float, got: float, prior: float) -> float:
    """log(wanted / got), bounded: one step never moves a constant by more than two scales.

    ``prior`` is added to both: with it, a handful of goods that chance brought or kept away moves nothing much.
    """
    ratio = max(wanted + prior, 0.5) / max(got + prior, 0.5)
    return float(np.clip(log_all(np.array([ratio]))[0], -LARGEST_STEP, LARGEST_STEP))


Ratio = Callable[[float, float], float]


class TradeAim(NamedTuple):
    """What the used trade and the informal trade should take, so that everything balances."""

    traded: float
    """Used goods bought, and as many sold, so that trade with other regions is even."""
    informal: float


def balanced(units: bool, want: Year, got: Year) -> TradeAim:
    """Both sides of the used trade at the level that makes transfers right; ``units``: goods described by their file alone."""
    scrapped = got.recovered + got.informal
    informal = float(np.clip(scrapped - want.recovered, want.informal, MOST_INFORMAL * want.recovered))
    trade = want.transfers / max(got.transfers, 1.0)
    return TradeAim(0.5 * (got.bought + got.sold) * trade, want.informal if units else informal)


def entries_needed(behaviour: Behaviour, ratio: Ratio, aim: TradeAim, want: Year, got: Year) -> list[float]:
    """Log of entries wanted over seen, of owners and of those who have none, once spells are as long as they should be."""
    lost, spell = behaviour.interest_lost.value, behaviour.spell_months.value
    forced = left_owners(got) - got.shopped[0]
    chosen = max(aim.traded + want.recovered + aim.informal + want.idle - forced, LEAST_CHOSEN * got.shopped[0])
    return [
        ratio(wanted * _acting(acted / max(pool, 1.0), lost) / _acting(1.0 / spell, lost), seen)
        for wanted, seen, acted, pool in zip(
            (chosen, want.first), (got.shopped[0], got.first), got.shopped, got.pool, strict=True
        )
    ]


def left_owners(got: Year) -> float:
    """Goods that left their owners, by whatever route."""
    return float(got.sold + got.recovered + got.informal + got.idle)


def gains(got: Year, new: float, used: float) -> tuple[float, float]:
    """What better tastes for new and used goods add to the gain of acting, of owners and of those who have none.

    The efforts take it back: only shares are to change.
    """
    second = max(got.bought - (float(got.shopped[1]) - got.first), 0.0)
    of_owners = (got.replaced * new + second * used) / max(left_owners(got), 1.0)
    return of_owners, (got.first * new + (got.bought - second) * used) / max(float(got.shopped[1]), 1.0)


def improved(settings: Settings, product: str, anchor: Anchor, want: Year, got: Year) -> Anchor:
    """One fixed-point step of the constants of one category."""
    behaviour = settings.behaviour
    units = settings.products[product].stock is not None
    prior = PRIOR / settings.population.scale if units else 0.0

    def ratio(wanted: float, seen: float) -> float:
        return log_ratio(wanted, seen, prior)

    scale, wide, spell = behaviour.shopping_scale.value, behaviour.entry_scale.value, behaviour.spell_months.value
    nest, route = behaviour.nest_dissimilarity.value, behaviour.way_dissimilarity.value
    aim = balanced(units, want, got)
    total = ratio(float(want.new.sum()), float(got.new.sum()))
    exits = ratio(aim.traded + want.recovered + aim.informal + want.idle, left_owners(got))
    new, used = ratio(want.replaced, got.replaced) - exits, ratio(aim.traded, got.bought) - exits
    quicker = [scale * ratio(float(pool) / spell, float(acted)) for pool, acted in zip(got.pool, got.shopped, strict=True)]
    more, (better, better_first) = entries_needed(behaviour, ratio, aim, want, got), gains(got, new, used)

    def effort(now: float, wanted: float, seen: float) -> float:
        return now + RELATIVE * (better - quicker[0] - route * (ratio(wanted, seen) - exits))

    return Anchor(
        entry_keep=anchor.entry_keep + RELATIVE * (quicker[0] / wide - more[0]),
        entry_first=anchor.entry_first + RELATIVE * (quicker[1] / wide - more[1]),
        effort_first=anchor.effort_first + RELATIVE * (better_first - quicker[1]),
        taste={
            v: anchor.taste.get(v, 0.0) + RELATIVE * (nest * (ratio(want.new[n], got.new[n]) - total) + new)
            for n, v in enumerate(settings.products[product].variants)
        },
        taste_used=anchor.taste_used + RELATIVE * (used - new),
        taste_age=anchor.taste_age + AGE_GAIN * (want.bought_age - got.bought_age),
        effort_sell=effort(anchor.effort_sell, aim.traded, got.sold),
        effort_formal=effort(anchor.effort_formal, want.recovered, got.recovered),
        effort_informal=effort(anchor.effort_informal, aim.informal, got.informal),
        effort_idle=effort(anchor.effort_idle, want.idle, got.idle),
        credit_aversion=anchor.credit_aversion
        + RELATIVE * CREDIT_GAIN * behaviour.credit_aversion_spread.value * less_credit(want.credit, got.credit),
    )


def less_credit(wanted: float, seen: float) -> float:
    """Log odds by which the share on credit is too high; 0 where it is not observed."""
    if not np.isfinite(wanted):
        return 0.0
    odds = np.array([seen / (1.0 - seen), wanted / (1.0 - wanted)])
    return float(np.clip(np.subtract(*log_all(odds)), -LARGEST_STEP, LARGEST_STEP))


def _acting(hazard: float, lost: float) -> float:
    """Share of spells that end with something done: each month ``hazard`` of them, while ``lost`` of the rest pass."""
    return hazard / max(hazard + lost * (1.0 - hazard), 1e-9)


def miss(want: dict[str, Year], got: dict[str, Year]) -> dict[str, float]:
    """Relative gaps of the figures that the program promises to reproduce, over all categories."""

    def gap(field: str) -> float:
        def total(years: dict[str, Year]) -> float:
            return float(sum(np.sum(getattr(year, field)) for year in years.values()))

        return total(got) / total(want) - 1.0

    return {field: gap(field) for field in ("new", "transfers", "recovered", "nev")}


def solve_anchor(
    settings: Settings,
    rounds: int,
    seed: int = 1,
    report: Callable[[int, dict[str, Year], dict[str, Year], dict[str, Anchor]], None] | None = None,
    scale: float = ANCHOR_SCALE,
) -> Settings:
    """Settings with constants under which 2023 comes out; starts from the constants that the settings hold.

    ``report`` gets the number of the round, what is wanted, what was found, and with which constants; ``scale``: the
    largest population that is tried.
    """
    small = settings.model_copy(
        update={
            "population": settings.population.model_copy(update={"scale": min(settings.population.scale, scale)}),
            "clock": settings.clock.model_copy(update={"end": settings.clock.start[:4] + "-12"}),
        }
    )
    want = {name: observed(settings, name) for name in settings.products}
    anchors = {name: settings.anchor.get(name, Anchor()) for name in settings.products}
    points: dict[str, list[Vector]] = {name: [] for name in anchors}
    steps: dict[str, list[Vector]] = {name: [] for name in anchors}
    for n in range(rounds):
        years = reference_year(small.model_copy(update={"anchor": anchors}), seed)
        if report is not None:
            report(n, want, years, anchors)
        for name, anchor in anchors.items():
            variants = list(settings.products[name].variants)
            here = flat(anchor, variants)
            there = flat(improved(small, name, anchor, want[name], years[name]), variants)
            points[name].append(here)
            steps[name].append([b - a for a, b in zip(here, there, strict=True)])
            anchors[name] = shaped(accelerated(points[name], steps[name], MEMORY, NOISE, LONGEST_MOVE), variants)
    return settings.model_copy(update={"anchor": anchors})


def flat(anchor: Anchor, variants: Sequence[str]) -> Vector:
    """Constants as one row of numbers: those of the category, then those of its variants."""
    return [*(getattr(anchor, name) for name in SHARED), *(anchor.taste.get(v, 0.0) for v in variants)]


def shaped(row: Vector, variants: Sequence[str]) -> Anchor:
    """The constants in such a row."""
    taste = dict(zip(variants, row[len(SHARED) :], strict=True))
    return Anchor.model_validate({"taste": taste, **dict(zip(SHARED, row[: len(SHARED)], strict=True))})
