"""Who looks, what they buy and where the old good goes: the nested logit, worked out a second time with numpy."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from model_settings import as_expected, decided, harder, keener, lawless, offered
from numpy.typing import NDArray

from sim.codes import COMMUNITY, EMPTY, HOUSEHOLD, LINKS, LOOKS, NEW, NOTHING
from sim.model import TradeInModel
from sim.model.category import Category
from sim.model.month import Decided
from sim.numerics.luck import uniforms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FEWEST = 25
"""Expected count below which four standard errors of a normal law mean nothing."""


class Case(NamedTuple):
    """Everybody in the market in one month, and what they did: N slots, J alternatives, R disposal routes (1: no old good)."""

    group: NDArray[np.str_]
    """Type of owner [N]."""
    act: Floats
    """Chance to act [N]."""
    acted: NDArray[np.bool_]
    choice: Floats
    """Chance of each disposal route and alternative, for those who act [N, R, J]."""
    chosen: Ints
    """Alternative of those who acted [N], else -1."""
    route: Ints
    kind: Ints
    """[J]."""


def log_sum(values: Floats, axis: int) -> Floats:
    """log of the sum of exp along an axis; -inf where there is nothing."""
    with np.errstate(divide="ignore"):
        top = np.maximum(values.max(axis=axis, keepdims=True), -1e20)
        return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis))


def paying(category: Category, now: Decided, slots: Ints, purse: Floats, owed: Floats) -> Floats:
    """Utility of paying for each alternative out of ``purse`` [N, R], in cash or on credit, whichever is better [N, R, J]."""
    offers, terms = now.offers, now.circumstances.financing
    goods, owners = category.goods, category.owners
    owner = goods.owner[slots]
    money = offers.money[goods.type[slots]][:, None, None]
    income = owners.income[owner].astype(np.float64) * terms.income_index
    reserve = (terms.reserve_months * income)[:, None, None]
    bank = owners.bank[owner]
    have, due = purse[:, :, None], offers.due[None, None, :]

    def strain(out: Floats) -> Floats:
        left, before = (
            np.minimum((out - have) / reserve, 500.0),
            np.minimum(-have / reserve, 500.0),
        )  # beyond: no way to pay
        return np.asarray(terms.strain_weight * reserve * (np.exp(left) - np.exp(before)))

    cash = np.where(have >= due, -money * strain(due), -np.inf)
    lent = np.minimum(offers.loan_max[category.catalogue.use[goods.type[slots]], bank][:, None, :], due)
    room = terms.instalment_share * income - owed / terms.term
    approved = uniforms(now.keys.approval, goods.id[slots].astype(np.int64)) < terms.approval
    fits = (
        approved[:, None, None]
        & (lent > 0.0)
        & (have >= due - lent)
        & (lent * terms.instalment[bank][:, None, None] <= room[:, None, None])
    )
    cost = strain(due - lent) + terms.present_cost[bank][:, None, None] * lent
    credit = np.where(fits, -money * cost - terms.aversion, -np.inf)
    return np.maximum(cash, credit)


def utilities(category: Category, now: Decided, slots: Ints) -> tuple[Floats, Floats]:
    """Utility of every disposal route and alternative [N, R, J], and of carrying on in the market [N]; no subsidies."""
    offers, goods, owners = now.offers, category.goods, category.owners
    assert offers.base.shape[0] == 1, "of no subsidies nobody has heard"
    owner, k, v = goods.owner[slots], goods.type[slots], goods.variant[slots].astype(np.int64)
    household = owners.kind[owner] == HOUSEHOLD
    km = owners.km[owner].astype(np.float64) - 1.0
    community = category.world.communities[np.where(household, owner // COMMUNITY, 0)]
    around = 0.5 * np.minimum(community / COMMUNITY, 1.0) + 0.5 * owners.linked_nev[owner] / LINKS
    social = np.where(household, offers.social_weight * (around - offers.social_mean), 0.0)
    worth = offers.base[0, k] + km[:, None] * offers.km_bought[k] + social[:, None] * offers.nev_bought
    terms = now.circumstances.financing
    wanted = owners.liquid_target[owner].astype(np.float64) * terms.income_index
    since = offers.month - owners.liquid_month[owner].astype(np.float64)
    cash = wanted + (owners.liquid[owner] - wanted) * np.exp(-terms.rebuild * since)
    none = category.catalogue.choices.kind == NOTHING
    if (v == EMPTY).all():
        utility = worth[:, None, :] + paying(category, now, slots, cash[:, None], np.zeros(slots.size))
        utility[:, :, none] = -np.inf
        return utility, offers.nothing_waiting[0, k]
    age = np.floor((offers.first_day + days(category, now, slots) - goods.registered[slots]) / 30.4375).astype(np.int64)
    age = np.clip(age, 0, offers.sale.shape[0] - 1)
    state = (offers.month >= goods.worn[slots]).astype(int) + (offers.month >= goods.failing[slots])
    term = terms.term
    gone = np.maximum(term - (offers.month - goods.loan_month[slots].astype(np.int64)), 0)
    owed = goods.loan[slots].astype(np.float64) * gone / term
    paid = [offers.sale[age, state, v], offers.formal[v], offers.informal[age, state, v], np.zeros(slots.size)]
    proceeds = np.stack(paid, axis=1) - owed[:, None]
    money = offers.money[k][:, None]
    route = offers.route_utility[k] + money * proceeds
    purse = cash[:, None] + proceeds
    utility = worth[:, None, :] + paying(category, now, slots, purse, owed) + route[:, :, None]
    nothing = np.where(purse >= 0.0, offers.nothing[0, k][:, None] + route, -np.inf)
    utility[:, :, none] = nothing[:, :, None]
    lane = k * offers.sale.shape[2] + v
    b = goods.vintage[slots].astype(np.int64)
    place = (goods.registered[slots] / 30.4375 - 0.5 - offers.first_vintage) / 6.0 - b
    older, younger = (offers.waiting[0, b + n, state, lane].astype(float) for n in (0, 1))
    carry = older + np.clip(place, 0.0, 1.0) * (younger - older)
    return utility, carry + km * offers.km_value[k, v]


def days(category: Category, now: Decided, slots: Ints) -> Ints:
    """Day of the month on which each would act."""
    luck = uniforms(now.keys.day, category.goods.id[slots].astype(np.int64))
    return (luck * now.offers.days).astype(np.int64)


@cache
def month(product: str, owning: bool, foresight: float) -> Case:
    """The first month of a district without measures, for owners of a good or of none; easier until enough of them act."""
    for ease in (0.0, 3.0, 6.0, 10.0, 15.0, 20.0):
        now = month_with(product, owning, foresight, -ease)
        if now.act.mean() > 0.05:
            return now
    raise AssertionError("hardly anybody acts, however easy it is")


def month_with(product: str, owning: bool, foresight: float, effort: float) -> Case:
    wide = "behaviour.shopping_scale=1.5"  # so that not everybody is all but certain to act or not to
    settings = lawless("clock.end=2023-01", f"behaviour.foresight={foresight}", "behaviour.interest_lost=0", wide, scale=0.1)
    model = TradeInModel(keener(harder(settings, {product: effort}), {product: 2.0 if product == "car" else 7.0}), 3)
    now = decided(model)[product]
    category, owners = model.categories[product], model.district.owners
    goods, offers, decisions = category.goods, now.offers, now.decisions
    here = (owners.from_month <= model.month) & (owners.until_month > model.month)
    may = here[goods.owner] & (goods.variant != EMPTY if owning else goods.variant == EMPTY)
    if owning:
        may &= goods.end > model.month
    else:
        second = np.flatnonzero(category.second[goods.type])
        may[second] &= goods.variant[second - category.first_slots] != EMPTY
    inside = goods.shopping != 0
    inside[now.found.turned] = True  # nobody loses interest here, so that all who turn enter
    assert inside[decisions.slot[decisions.reason == LOOKS]].all(), "nobody buys who is out of the market"
    slots = np.flatnonzero(may & inside)
    utility, carry = utilities(category, now, slots)
    rho, scale = offers.route_scale[goods.type[slots]][:, None, None], offers.nest_scale
    good = utility[:, 0] if not owning else rho[:, 0] * log_sum(utility / rho, axis=1)
    nests = category.catalogue.choices.nest
    nest = np.stack([scale * log_sum(good[:, nests == n] / scale, axis=1) for n in range(nests.max() + 1)], axis=1)
    inclusive = log_sum(nest, axis=1)
    with np.errstate(invalid="ignore"):
        of_good = np.exp(nest - inclusive[:, None])[:, nests] * np.exp((good - nest[:, nests]) / scale)
        of_route = np.exp((utility - good[:, None, :]) / rho) if owning else np.ones((1, 1, 1))
        chance = of_good[:, None, :] * of_route
    look = (offers.effort_keep if owning else offers.effort_first)[goods.type[slots]] + offers.season_shift
    act = 1.0 / (1.0 + np.exp((carry + look - inclusive) / offers.shopping_scale))
    taken = np.full((2, goods.variant.size), -1)
    taken[0, decisions.slot], taken[1, decisions.slot] = decisions.alternative, decisions.route
    return Case(
        group=np.array(category.catalogue.types)[goods.type[slots]],
        act=act,
        acted=taken[0, slots] >= 0,
        choice=np.nan_to_num(chance),
        chosen=taken[0, slots],
        route=taken[1, slots],
        kind=category.catalogue.choices.kind,
    )


CASES = [("car", False, 0.0), ("car", True, 0.0), ("car", False, 1.0), ("car", True, 1.0), ("truck", True, 0.0)]


@pytest.mark.parametrize(("product", "owning", "foresight"), CASES)
def test_owners_in_the_market_act_as_often_as_their_gain_says(product: str, owning: bool, foresight: float) -> None:
    now = month(product, owning, foresight)
    as_expected(int(now.acted.sum()), now.act)
    checked = 0
    for least, most in pairwise(np.quantile(now.act, np.linspace(0.0, 1.0, 9)).tolist()):
        chosen = (now.act >= least) & (now.act < most)
        if now.act[chosen].sum() >= FEWEST:
            as_expected(int(now.acted[chosen].sum()), now.act[chosen])
            checked += 1
    for group in np.unique(now.group):
        chosen = now.group == group
        if now.act[chosen].sum() >= FEWEST:
            as_expected(int(now.acted[chosen].sum()), now.act[chosen])
    assert checked >= 2
    assert 0.01 < now.acted.mean() < 0.99


@pytest.mark.parametrize(("product", "owning", "foresight"), CASES)
def test_what_is_bought_follows_the_nested_logit(product: str, owning: bool, foresight: float) -> None:
    now = month(product, owning, foresight)
    chance = now.choice[now.acted].sum(axis=1)
    np.testing.assert_allclose(chance.sum(axis=1), 1.0, atol=1e-7)
    checked = 0
    for j in range(now.kind.size):
        if chance[:, j].sum() >= FEWEST:
            as_expected(int((now.chosen[now.acted] == j).sum()), chance[:, j])
            checked += 1
    assert checked >= 3
    new = now.kind == NEW
    as_expected(int(new[now.chosen[now.acted]].sum()), chance[:, new].sum(axis=1))


@pytest.mark.parametrize(("product", "foresight"), [("car", 0.0), ("car", 1.0), ("truck", 0.0)])
def test_disposal_routes_follow_the_logit(product: str, foresight: float) -> None:
    now = month(product, True, foresight)
    chance = now.choice[now.acted].sum(axis=2)
    assert set(np.unique(now.route[now.acted])) == {0, 1, 2, 3}
    for r in range(4):
        as_expected(int((now.route[now.acted] == r).sum()), chance[:, r])


# entering the market -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("product", "foresight"), [("car", 0.0), ("car", 1.0), ("truck", 1.0)])
def test_owners_enter_the_market_as_often_as_being_in_it_is_worth(product: str, foresight: float) -> None:
    """With what a good that begins to fail and a life event add; nobody loses interest."""
    settings = lawless("clock.end=2023-01", f"behaviour.foresight={foresight}", "behaviour.interest_lost=0", scale=0.1)
    model = TradeInModel(keener(settings, {product: 1.5}), 3)
    months = model.fail_and_consider(offered(model))
    category, now, owners, behaviour = model.categories[product], months[product], model.district.owners, settings.behaviour
    goods, values, scale = category.goods, now.expected.informed.values, behaviour.entry_scale.value
    here = ((owners.from_month <= model.month) & (owners.until_month > model.month))[goods.owner]
    out, held = here & (goods.shopping == 0), goods.variant != EMPTY
    second = np.flatnonzero(category.second[goods.type])
    out[second] &= held[second - category.first_slots] | held[second]
    shift = -scale * now.circumstances.season
    entered = np.zeros(out.size, dtype=bool)
    entered[now.found.turned] = True
    for with_good in (True, False):
        slots = np.flatnonzero(out & (held == with_good))
        k, v = goods.type[slots], goods.variant[slots].astype(np.int64)
        effort = (category.catalogue.entry_keep if with_good else category.catalogue.entry_first)[k] + shift
        gains = [values.entering_first[0][k]] * 2
        place = np.zeros(slots.size)
        if with_good:
            state = (model.month >= goods.worn[slots]).astype(int) + (model.month >= goods.failing[slots])
            b = goods.vintage[slots].astype(np.int64)
            gains = [values.entering[0][b + n, state, k * category.variants + v].astype(float) for n in (0, 1)]
            place = np.clip((goods.registered[slots] / 30.4375 - 0.5 - category.outlook.vintages.start) / 6.0 - b, 0.0, 1.0)
        older, younger = (1.0 / (1.0 + np.exp((effort - gain) / scale)) for gain in gains)
        chance = older + place * (younger - older)
        begins = with_good & (goods.failing[slots] == model.month)
        eventful = owners.event_month[goods.owner[slots]] == model.month
        for happens, brings in (
            (begins, category.catalogue.product.condition.wear_entry.value),
            (eventful, behaviour.event_entry.value),
        ):
            chance = np.where(happens, chance + brings * (1.0 - chance), chance)
            if chance[happens].sum() >= FEWEST:
                as_expected(int(entered[slots][happens].sum()), chance[happens])
        if chance.sum() >= FEWEST:
            as_expected(int(entered[slots].sum()), chance)
            ordinary = ~(begins | eventful)
            as_expected(int(entered[slots][ordinary].sum()), chance[ordinary])
        assert not with_good or chance.sum() >= FEWEST
    assert not entered[~out].any()
