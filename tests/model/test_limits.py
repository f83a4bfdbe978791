"""Where theory says what must come out: survival without choices, the nested logit, and how many look at the market."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from drawn import Drawn
from model_settings import as_expected, complete, decided, district, harder, lawless, offered, small, whole_numbers
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.codes import EMPTY, LOOKS
from sim.model import TradeInModel
from sim.owners.offer_table import build_screen
from sim.owners.use import flow, running_cost

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STAND_STILL = ("money.formation_per_year=0", "money.dissolution_per_year=0")


# survival ------------------------------------------------------------------------------------------------------

MONTHS = 36


class Survivors(NamedTuple):
    """Goods of the start: age in months, and how many months each was still with its owner."""

    age: Floats
    kept: Ints


@cache
def survivors(product: str) -> Survivors:
    """Run without measures, with an effort that nobody makes, and see how long the goods that were drawn are held."""
    settings = lawless("clock.start=2023-01", "clock.end=2025-12", *STAND_STILL, scale=0.05)
    settings = harder(settings, {"car": 1e6, "truck": 1e6})
    model = Drawn(settings.model_copy(update={"products": {product: settings.products[product]}}), 1)
    goods = model.categories[product].goods
    first = np.flatnonzero(goods.variant != EMPTY)
    variant, registered, owned_since = goods.variant[first], goods.registered[first], goods.owned_since[first]
    age = settings.clock.first - np.floor((registered + 0.5) / 30.4375)
    kept = np.zeros(first.size, dtype=np.int64)
    still = np.ones(first.size, dtype=bool)
    for _ in range(MONTHS):
        model.step()
        still &= (goods.variant[first] == variant) & (goods.registered[first] == registered)
        still &= goods.owned_since[first] == owned_since
        kept += still
    return Survivors(np.maximum(age, 1.0), kept)


@pytest.mark.parametrize("product", ["car", "truck"])
@pytest.mark.parametrize("months", [1, 6, 12, 24, MONTHS])
def test_without_choices_goods_survive_as_the_curve_says(product: str, months: int) -> None:
    curve = lawless().products[product].survival
    scale, shape = 12.0 * curve.scale_years.value, curve.shape.value
    age, kept = survivors(product)
    # life is counted in whole months: a good of age a in the first month has age a + n - 1 in the n-th, and lives on
    # if its life is at least that; accidents may come in each of the n months
    wear = np.exp((age / scale) ** shape - ((age + months - 1.0) / scale) ** shape)
    chance = wear * np.exp(-curve.accident_per_year.value / 12.0 * months)
    for young, old in ((0, 60), (60, 120), (120, 400), (0, 400)):
        chosen = (age >= young) & (age < old)
        as_expected(int((kept[chosen] >= months).sum()), chance[chosen])
    assert (kept >= months).mean() < 1.0


def test_nobody_acts_who_need_not() -> None:
    settings = harder(lawless("clock.end=2023-03", *STAND_STILL), {"car": 1e6, "truck": 1e6})
    model = TradeInModel(settings, 1)
    for _ in range(settings.clock.months):
        months = model.settle(decided(model))
        complete(model, months)
        for month in months.values():
            assert (month.decisions.reason != LOOKS).all()
            assert month.tally.first_buyers.sum() == 0


# what looking is worth, and the screen before it ----------------------------------------------------------------


@pytest.mark.parametrize("ease", [0.0, 4.0, 8.0])
def test_an_occasion_to_act_is_worth_less_than_a_lifetime_of_use(ease: float) -> None:
    model = TradeInModel(harder(lawless("clock.end=2023-01", scale=0.005), {"car": -ease, "truck": -ease}), 1)
    stands = offered(model)
    months = 1.0 / (1.0 - model.settings.behaviour.discount_factor_year.value ** (1.0 / 12.0))
    for name, category in model.categories.items():
        catalogue, behaviour = category.catalogue, model.settings.behaviour
        yearly = running_cost(catalogue, behaviour, model.paths, model.month, 1.0)
        use = flow(catalogue, stands[name].circumstances.money, yearly)
        taste = np.abs(category.taste(model.month, model.paths, 0.0)).max()
        each_month = float(use.max()) + max(ease, 0.0) + taste + 10.0  # the best shock of all that can be done
        assert stands[name].table.waiting.max() < each_month * months


@pytest.mark.parametrize("policy", [False, True])
def test_the_screen_turns_nobody_away_who_would_act(monkeypatch: pytest.MonkeyPatch, policy: bool) -> None:
    lawful = small("clock.start=2024-08", "clock.end=2024-10", scale=0.1)
    settings = lawful if policy else harder(lawless("clock.end=2023-03", scale=0.1), {"car": 2.0, "truck": 3.0})

    def months() -> dict[str, str]:
        model = TradeInModel(settings, 1)
        for _ in range(settings.clock.months):
            complete(model, model.settle(decided(model)))
        return whole_numbers(model)

    screened = months()
    monkeypatch.setattr("sim.model.deciding.build_screen", everybody)
    unscreened = months()
    assert [name for name in screened if screened[name] != unscreened[name]] == []


def everybody(*arguments: Any) -> Screen:
    """A screen that lets everybody pass who is in the market."""
    screen = build_screen(*arguments)
    top = np.iinfo(np.uint32).max
    return screen._replace(keep=np.full_like(screen.keep, top), first=np.full_like(screen.first, top))


def test_the_screen_spares_half_of_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Among all goods, in the first month of grants; of cars hardly any: some owners mind no debt, and the bound is theirs."""

    def weighed() -> int:
        model = TradeInModel(district("clock.start=2024-08", "clock.end=2024-08"), 1)
        return sum(month.found.slots.size for month in model.fail_and_consider(offered(model)).values())

    screened = weighed()
    monkeypatch.setattr("sim.model.deciding.build_screen", everybody)
    assert screened < 0.5 * weighed()
