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

The level of the last four efforts is set by the months that owners are in the market before they act, a share of the time
for which they hold a good (``spell_share``): the dearer a purchase, the longer one who thinks of it goes on with what he has.
They are the same in every scenario and in every later year, so nothing after 2023 is tuned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.numerics.arithmetic import log_all
from sim.runs.reference_year.acceleration import Vector, accelerated
from sim.runs.reference_year.constants import ANCHOR_SCALE
from sim.runs.reference_year.year import Year, observed, reference_year
from sim.schema.product import Anchor, Product
from sim.settings import Settings

ORGANISATIONS = 10.0
"""Times the organisations of the district that constants of what they alone hold are solved on."""
HOUSEHOLDS = 2000.0
"""Simulated households beside them."""
MORE_ROUNDS = 3
"""Rounds beyond those of the first part: prices of what organisations buy vary most between draws."""
PRIOR = 6.0
"""Simulated goods that are added to what is wanted and to what is seen of a small category."""
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
SPELL_GAIN = 1.5
"""Step of the level of the efforts per log of gap between the months in the market that are wanted and seen."""
CREDIT_GAIN = 2.0
"""Step of ``credit_aversion`` per log odds of the share on credit, in its spread: what credit is worth differs as well."""
AGE_GAIN = 0.035
"""Step of ``taste_age`` per year of gap: the variance of ages on offer over the scale of taste shocks is about 20."""


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
    informal = float(np.clip(ended(got) - want.recovered, want.informal, MOST_INFORMAL * want.recovered))
    trade = want.transfers / max(got.transfers, 1.0)
    return TradeAim(0.5 * (got.bought + got.sold) * trade, want.informal if units else informal)


def leaving(aim: TradeAim, want: Year) -> float:
    """Goods that should leave their owners, by whatever route."""
    return aim.traded + want.recovered + aim.informal + want.idle


def spell_months(settings: Settings, product: str, aim: TradeAim, want: Year, got: Year) -> tuple[float, float]:
    """Months in the market before one acts, of owners and of those who have none: a share of what it takes to change hands.

    An owner holds a good for stock over yearly exits; who has none goes without for so many years as there are such over
    yearly first buyers. Neither counts beyond the time that a good lasts: where a stock is young, few leave it yet.
    """
    lasts = settings.products[product].survival.scale_years.value
    held, without = want.stock / max(leaving(aim, want), 1e-9), got.without / max(want.first, 1e-9)
    share = 12.0 * settings.behaviour.spell_share.value
    return share * min(held, lasts), share * min(without, lasts)


def entries_needed(lost: float, spells: tuple[float, float], ratio: Ratio, aim: TradeAim, want: Year, got: Year) -> list[float]:
    """Log of entries wanted over seen, of owners and of those who have none, once spells are as long as they should be."""
    chosen = max(leaving(aim, want) - ended(got), LEAST_CHOSEN * got.shopped[0])
    return [
        ratio(wanted * _acting(acted / max(pool, 1.0), lost) / _acting(1.0 / spell, lost), seen)
        for wanted, seen, acted, pool, spell in zip(
            (chosen, want.first), (got.shopped[0], got.first), got.shopped, got.pool, spells, strict=True
        )
    ]


def least_effort(product: Product) -> float:
    """Lowest ``effort_first`` that tells: below it who has none makes the effort of an owner (``build_catalogue``)."""
    return min(owner.effort_keep.value - owner.effort_first.value for owner in product.owners.values())


def left_owners(got: Year) -> float:
    """Goods that left their owners, by whatever route."""
    return float(got.sold + got.recovered + got.informal + got.idle)


def ended(got: Year) -> float:
    """Goods that left their owners because wear, an accident or a rule ended them, or their household dissolved."""
    return left_owners(got) - float(got.shopped[0])


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

    wide = behaviour.entry_scale.value
    nest, route = behaviour.nest_dissimilarity.value, behaviour.way_dissimilarity.value
    aim = balanced(units, want, got)
    spells = spell_months(settings, product, aim, want, got)
    total = ratio(float(want.new.sum()), float(got.new.sum()))
    exits = ratio(leaving(aim, want), left_owners(got))
    new, used = ratio(want.replaced, got.replaced) - exits, ratio(aim.traded, got.bought) - exits
    quicker = [
        SPELL_GAIN * ratio(float(pool) / spell, float(acted))
        for pool, acted, spell in zip(got.pool, got.shopped, spells, strict=True)
    ]
    more = entries_needed(behaviour.interest_lost.value, spells, ratio, aim, want, got)
    better, better_first = gains(got, new, used)

    easier = anchor.effort_first + RELATIVE * (better_first - quicker[1])
    least = least_effort(settings.products[product])
    if easier < least:  # spells cannot be shortened any more, so entries make the sales
        easier, quicker[1], more[1] = least, 0.0, ratio(want.first, got.first)

    def effort(now: float, wanted: float, seen: float) -> float:
        return now + RELATIVE * (better - quicker[0] - route * (ratio(wanted, seen) - exits))

    return Anchor(
        entry_keep=anchor.entry_keep + RELATIVE * (quicker[0] / wide - more[0]),
        entry_first=anchor.entry_first + RELATIVE * (quicker[1] / wide - more[1]),
        effort_first=easier,
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


Report = Callable[[int, Mapping[str, Year], Mapping[str, Year]], None]
"""Gets the number of the round, and what is wanted and was found of some categories."""


def solve_anchor(
    settings: Settings, rounds: int, seed: int = 1, report: Report | None = None, scale: float = ANCHOR_SCALE
) -> Settings:  # fmt: skip
    """Settings with constants under which 2023 comes out; starts from the constants that the settings hold.

    ``scale``: the largest population that is tried, but for what organisations alone hold (``districts_of``).
    """
    anchors = {name: settings.anchor.get(name, Anchor()) for name in settings.products}
    for district, more in districts_of(settings, scale):
        want = {name: observed(settings, name) for name in district.products}
        anchors |= _solved(district.model_copy(update={"anchor": anchors}), want, rounds + more, seed, report)
    return settings.model_copy(update={"anchor": anchors})


def _solved(
    district: Settings, want: Mapping[str, Year], rounds: int, seed: int, report: Report | None
) -> dict[str, Anchor]:  # fmt: skip
    """Constants of the categories of a district after so many rounds."""
    anchors = {name: district.anchor[name] for name in district.products}
    points: dict[str, list[Vector]] = {name: [] for name in anchors}
    steps: dict[str, list[Vector]] = {name: [] for name in anchors}
    for n in range(rounds):
        years = reference_year(district.model_copy(update={"anchor": anchors}), seed)
        if report is not None:
            report(n, want, years)
        for name, anchor in anchors.items():
            variants = list(district.products[name].variants)
            here = flat(anchor, variants)
            there = flat(improved(district, name, anchor, want[name], years[name]), variants)
            points[name].append(here)
            steps[name].append([b - a for a, b in zip(here, there, strict=True)])
            anchors[name] = shaped(accelerated(points[name], steps[name], MEMORY, NOISE, LONGEST_MOVE), variants)
    return anchors


def districts_of(settings: Settings, scale: float) -> list[tuple[Settings, int]]:
    """The district of the reference year in two parts, each with the rounds that it needs more than the first.

    People and vehicles; and what organisations alone hold. There are two dozen hospitals and twenty sewage lines: a part of
    them buys nothing in most years, and constants cannot be told by that. So the second part has many times the
    organisations, and next to no households.
    """
    base, population = settings.region.baseline, settings.population
    clock = settings.clock.model_copy(update={"end": settings.clock.start[:4] + "-12"})
    few = base["households"].model_copy(update={"value": HOUSEHOLDS / ORGANISATIONS})
    region = settings.region.model_copy(update={"baseline": {**base, "households": few}})
    parts = ((False, min(population.scale, scale), settings.region, 0), (True, ORGANISATIONS, region, MORE_ROUNDS))
    found = []
    for alone, size, place, more in parts:
        mine = {name: product for name, product in settings.products.items() if held_by_organisations(product) == alone}
        told = {"clock": clock, "region": place, "products": mine, "population": population.model_copy(update={"scale": size})}
        if mine:
            found.append((settings.model_copy(update=told), more))
    return found


def held_by_organisations(product: Product) -> bool:
    """Whether households hold none, and the file alone describes it."""
    return product.stock is not None and all(owner.organisation for owner in product.owners.values())


def flat(anchor: Anchor, variants: Sequence[str]) -> Vector:
    """Constants as one row of numbers: those of the category, then those of its variants."""
    return [*(getattr(anchor, name) for name in SHARED), *(anchor.taste.get(v, 0.0) for v in variants)]


def shaped(row: Vector, variants: Sequence[str]) -> Anchor:
    """The constants in such a row."""
    taste = dict(zip(variants, row[len(SHARED) :], strict=True))
    return Anchor.model_validate({"taste": taste, **dict(zip(SHARED, row[: len(SHARED)], strict=True))})
