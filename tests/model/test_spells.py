"""Spells in the market: entering comes before looking, buying ends them, losing a good begins one; some lose interest."""

from __future__ import annotations

import numpy as np
import pytest
from model_settings import complete, decided, district, lawless

from sim.clock import first_day
from sim.codes import EMPTY, LOOKS, MUST
from sim.model import TradeInModel
from sim.numerics.luck import Event, bits
from sim.settings import Settings

NAMES = ("car", "truck", "refrigerator", "phone")


@pytest.fixture(scope="module")
def model() -> TradeInModel:
    """A district in its fourth month."""
    run = TradeInModel(district("clock.start=2024-01", "clock.end=2024-12", scale=0.02), 1)
    for _ in range(3):
        run.step()
    return run


def test_a_month_of_entering_looking_buying_and_losing_interest(model: TradeInModel) -> None:
    before = {name: model.categories[name].goods.shopping.copy() for name in NAMES}
    lacking = {name: model.categories[name].goods.variant == EMPTY for name in NAMES}
    months = decided(model)
    settled = model.settle(months)
    for name in NAMES:
        category, found, decisions = model.categories[name], months[name].found, months[name].decisions
        goods, inside = category.goods, before[name].copy()
        inside[found.turned] ^= 1
        looked = found.slots[found.reasons == LOOKS]
        assert looked.size > 0
        assert inside[looked].all(), "nobody looks, and so nobody buys, who is out of the market"
        held = goods.variant != EMPTY
        bought = held & (goods.owned_since >= first_day(model.month))
        lost = np.zeros(goods.id.size, dtype=bool)
        lost[decisions.slot[decisions.reason == MUST]] = True
        gave_up = np.zeros(goods.id.size, dtype=bool)
        gave_up[decisions.slot] = True
        gave_up &= ~held & ~lacking[name]
        luck = np.array([bits(category.luck.key(Event.LOST, model.month), int(who)) for who in goods.id[looked]])
        bored = np.zeros(goods.id.size, dtype=bool)
        bored[looked] = luck < int(months[name].entry.lost)
        expected = inside.astype(bool) & ~bored
        expected[bought] = False
        expected[gave_up] = lost[gave_up]
        np.testing.assert_array_equal(goods.shopping != 0, expected)
        assert bought.sum() > 0
        ended = np.isin(looked, np.flatnonzero(bought | gave_up))
        assert settled[name].tally.shopped.sum() == ended.sum()
        assert settled[name].tally.shopped[1] == lacking[name][looked[ended]].sum()
    complete(model, settled)


@pytest.mark.parametrize("product", ["car", "truck"])
def test_without_measures_about_as_many_are_in_the_market_after_a_year_as_at_its_start(product: str) -> None:
    """Who is in it at the start comes from the long run: were that wrong, the share would move within a few spells."""
    model = TradeInModel(calm(lawless("clock.end=2023-12", scale=0.1)), 1)
    shares, counts = [], []
    for _ in range(13):
        goods = model.categories[product].goods
        groups = [goods.shopping[rows] for rows in (goods.variant != EMPTY, goods.variant == EMPTY)]
        shares.append([group.mean() for group in groups])
        counts.append([group.sum() for group in groups])
        if len(shares) < 13:
            model.step()
    start, end = np.mean(shares[:3], axis=0), np.mean(shares[-3:], axis=0)
    error = np.sqrt(1.0 / np.mean(counts[:3], axis=0) + 1.0 / np.mean(counts[-3:], axis=0))
    assert (np.abs(np.log(end / start)) < 0.2 + 2.0 * error).all(), shares


def calm(settings: Settings) -> Settings:
    """The same without seasons."""
    region = settings.region.model_copy(update={"season": (1.0,) * 12})
    return settings.model_copy(update={"region": region})
