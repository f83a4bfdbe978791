"""The value of owning against independent arithmetic, and how announcements move it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from engine import (
    FOR_SURE,
    NEW_NESTS,
    Case,
    Floats,
    Solved,
    announce,
    nests_in,
    small_case,
    small_owning,
    small_routes,
    solve,
    unchanged,
)
from model_settings import as_expected
from reference.closed_market import ClosedMarket, choice_chances, solve_values
from reference.owning import Carried, Open, be_open, have_none, lane_of, lost_good

from sim.behaviour.announced import keep_step, purchase_carry
from sim.behaviour.stationary import shopping_shares
from sim.behaviour.value import (
    Owning,
    Terms,
    empty_acting,
    none_settled,
    option_rows,
    prepare,
    static_values,
)
from sim.behaviour.vintages_at_once import all_states, gain_step
from sim.codes import NOTHING, USED

SOUND = 0
MONTHS = 8
SUBSIDY = 20.0


def static_by_hand(case: Case) -> Floats:
    """V = (I - beta M)^-1 u over all states (age, condition), the last age repeating itself [A, C, lanes]."""
    own = case.own
    ages, conditions, lanes = own.flow.shape
    chain = np.zeros((ages * conditions, ages * conditions))
    for a in range(ages):
        for c in range(conditions):
            for d in range(conditions):
                chain[a * conditions + c, min(a + 1, ages - 1) * conditions + d] = own.moves[c, d, a]
    system = np.eye(ages * conditions) - own.discount * chain
    return np.asarray(np.linalg.solve(system, own.flow.reshape(-1, lanes))).reshape(own.flow.shape)


def utilities_by_hand(case: Case, value: Floats) -> Floats:
    """Utility of each alternative [K, J] when carrying on is worth ``value`` and none is worth 0."""
    out = case.price_utility.copy()
    variants = value.shape[2] // case.own.money.size
    for k in range(out.shape[0]):
        for j in np.flatnonzero(case.choices.kind != NOTHING):
            lane = k * variants + case.choices.variant[j]
            out[k, j] += case.choices.mix[j] @ value[case.choices.age[j], :, lane]
    return out


def open_by_hand(case: Case, found: Solved) -> Open:
    """W0 and W1 of every owner, and what they do, from K0, K1 and the nests of a solution."""
    own, routes = case.own, case.routes
    total = lane_of(own, np.logaddexp.reduce(found.nests, axis=1))
    gain = total + own.route_scale * np.log(routes.sell + routes.formal + routes.rest) - found.inside
    efforts = (lane_of(own, effort) for effort in (own.effort_keep, own.entry_keep))
    return be_open(own, Carried(found.keep, found.inside), gain, *efforts)


def none_by_hand(case: Case, found: Solved) -> tuple[Carried, Open]:
    """The same of those who have none."""
    return have_none(case.own, found.nothing, np.logaddexp.reduce(found.nests[:, :-1], axis=1))


def test_value_of_use_equals_the_solved_linear_system() -> None:
    case = small_case(small_owning())
    np.testing.assert_allclose(static_values(case.own), static_by_hand(case), atol=1e-12)


def test_without_foresight_owning_is_worth_its_use_in_the_market_and_out_of_it() -> None:
    case = small_case(small_owning(foresight=0.0))
    found = solve(case)
    by_hand = static_by_hand(case)
    for worth in (found.W[:, 0], found.W[:, 1], found.keep, found.inside):
        np.testing.assert_allclose(worth, by_hand, atol=1e-10)
    assert (found.nothing == 0.0).all()


def test_without_foresight_nests_are_the_static_nested_logit() -> None:
    case = small_case(small_owning(foresight=0.0))
    by_hand = utilities_by_hand(case, static_by_hand(case))
    spread = np.exp(by_hand / case.own.nest_scale)
    for nest in range(4):
        inside = spread[:, case.choices.nest == nest].sum(axis=1)
        np.testing.assert_allclose(solve(case).nests[:, nest], case.own.nest_scale * np.log(inside), atol=1e-10)


def test_without_foresight_choices_in_the_market_are_the_static_logit() -> None:
    ages = 5
    flow = (3.0 - 0.5 * np.arange(ages))[:, np.newaxis, np.newaxis]
    ends = np.append(np.full(ages - 1, 0.05), 1.0)[np.newaxis]
    zero = np.zeros(1)
    own = small_owning(
        flow=flow, moves=(1.0 - ends)[np.newaxis], ends=ends, money=np.array([0.1]), effort_keep=zero, effort_first=zero,
        entry_keep=zero, entry_first=zero, discount=0.9, foresight=0.0, shopping_scale=1.0, nest_scale=1.0,
        route_scale=np.full(1, 0.5),
    )  # fmt: skip
    market = ClosedMarket(own, np.ones(1), new_price=40.0, scrap_price=2.0, transaction_cost=1.0)
    prices = np.array([40.0, 30.0, 20.0, 12.0, 6.0])
    chances = choice_chances(market, prices, solve_values(market, prices))

    value = flow.ravel().copy()
    for a in range(ages - 2, -1, -1):
        value[a] += 0.9 * (1.0 - ends[0, a]) * value[a + 1]
    buy = np.exp(np.append(value - 0.1 * (prices + 1.0), 0.0))
    leave = np.sqrt(np.exp(0.1 * prices / 0.5) + np.exp(0.1 * 2.0 / 0.5))
    np.testing.assert_allclose(chances.next[0], buy / buy.sum(), atol=1e-10)
    np.testing.assert_allclose(chances.first[0], buy / buy.sum(), atol=1e-10)
    trade = leave * buy.sum() / (np.exp(value) + leave * buy.sum())
    np.testing.assert_allclose(chances.trade[0], trade, atol=1e-10)
    np.testing.assert_allclose(chances.sell[0], np.exp(0.1 * prices / 0.5) / leave**2, atol=1e-10)


@pytest.mark.parametrize("foresight", [0.3, 0.8, 1.0])
def test_the_solution_satisfies_the_equations(foresight: float) -> None:
    case = small_case(small_owning(foresight=foresight))
    found = solve(case)
    owners, (_, first) = open_by_hand(case, found), none_by_hand(case, found)
    for n, worth in enumerate((owners.W0, owners.W1)):
        np.testing.assert_allclose(found.W[:, n], worth, atol=1e-10)
    np.testing.assert_allclose(found.nothing, np.stack([first.W0, first.W1], axis=1), atol=1e-10)
    utility = case.price_utility.copy()
    for k in range(2):
        for j in range(4):
            utility[k, j] += case.choices.mix[j] @ found.keep[case.choices.age[j], :, 2 * k + case.choices.variant[j]]
    utility[:, 4] = case.own.discount * foresight * found.nothing[:, 0]
    scaled = utility / case.own.nest_scale
    for nest in range(4):
        inclusive = case.own.nest_scale * np.logaddexp.reduce(scaled[:, case.choices.nest == nest], axis=1)
        np.testing.assert_allclose(found.nests[:, nest], inclusive, atol=1e-9)
    for chance in (owners.buys, owners.enters, first.buys, first.enters):
        assert 0.0 < chance.min() < chance.max() < 1.0


def test_who_enters_for_sure_and_never_loses_interest_is_always_in_the_market() -> None:
    """The law without spells: W = K + phi s log(1 + exp((G - effort) / s))."""
    sure = np.full(2, FOR_SURE)
    case = small_case(small_owning(foresight=1.0, entry_keep=sure, entry_first=sure, lost=0.0))
    found, own = solve(case), case.own
    np.testing.assert_allclose(found.W[:, 1], found.W[:, 0], atol=1e-10)
    np.testing.assert_allclose(found.nothing[:, 1], found.nothing[:, 0], atol=1e-10)
    buying = np.logaddexp.reduce(found.nests[:, :-1], axis=1) - own.discount * found.nothing[:, 0]
    option = own.shopping_scale * np.logaddexp(0.0, (buying - own.effort_first) / own.shopping_scale)
    np.testing.assert_allclose(found.nothing[:, 0], option / (1.0 - own.discount), atol=1e-9)


def test_who_never_enters_owns_to_the_end_and_only_then_buys() -> None:
    never = np.full(2, 1e6)
    case = small_case(small_owning(foresight=1.0, entry_keep=never, entry_first=never, wear_entry=0.0))
    found, own = solve(case), case.own
    forced = lost_good(own, found.nests, found.nothing) + case.routes.forced
    used_up = case._replace(own=own._replace(flow=own.flow + own.discount * own.ends.T[:, :, np.newaxis] * forced))
    np.testing.assert_allclose(found.W[:, 0], static_by_hand(used_up), atol=1e-9)
    np.testing.assert_allclose(found.keep, found.W[:, 0], atol=1e-12)
    np.testing.assert_allclose(found.nothing[:, 0], 0.0, atol=1e-12)
    assert (found.W[:, 1] > found.W[:, 0]).all()


def test_being_in_the_market_is_worth_more_the_longer_interest_lasts() -> None:
    worth = [solve(small_case(small_owning(foresight=1.0, lost=lost))) for lost in (0.3, 0.1, 0.02)]
    for short, long in pairwise(worth):
        assert (long.W[:, 1] - long.W[:, 0] > short.W[:, 1] - short.W[:, 0]).all()


def test_a_good_that_may_begin_to_fail_is_worth_more_if_that_brings_its_owner_into_the_market() -> None:
    """To one out of the market; a good that already fails is as before."""
    case = small_case(small_owning(wear_entry=0.0))
    found = solve(case)
    brought = case.own._replace(wear_entry=0.5)
    after = np.minimum(np.arange(12) + 1, 11)
    begins = case.own.moves[:, 2, :].T[:, :, np.newaxis] * (found.W[after, 1, 2] - found.W[after, 0, 2])[:, np.newaxis]
    begins[:, 2] = 0.0
    rise = kept(brought, case, found)[0] - kept(case.own, case, found)[0]
    np.testing.assert_allclose(rise, case.own.discount * 0.8 * 0.5 * begins, atol=1e-12)
    assert (rise[:, 1] > 0.0).all()
    assert (rise[:, [0, 2]] == 0.0).all()


def kept(own: Owning, case: Case, found: Solved) -> tuple[Floats, Floats]:
    """K0 and K1 [A, C, lanes] that the kernel finds one step back from a solution."""
    ages, _, lanes = own.flow.shape
    out, inside, none = np.empty(own.flow.shape), np.empty(own.flow.shape), np.zeros((ages, lanes))
    forced = lost_good(own, found.nests, found.nothing) + case.routes.forced
    rows = np.arange(ages)
    after = np.minimum(rows + 1, ages - 1)
    keep_step(own, static_values(own), found.W[after], forced, rows, after, none, none, out, inside)
    return out, inside


@pytest.mark.parametrize("foresight", [0.0, 0.6, 1.0])
def test_carrying_on_is_worth_what_it_leads_to(foresight: float) -> None:
    case = small_case(small_owning(foresight=foresight))
    found = solve(case)
    out, inside = kept(case.own, case, found)
    np.testing.assert_allclose(out, found.keep, atol=1e-12)
    np.testing.assert_allclose(inside, found.inside, atol=1e-12)


@pytest.mark.parametrize("entry", [FOR_SURE, 0.0, 3.0, 1e6])
@pytest.mark.parametrize("goods", [-5.0, 0.0, 40.0])
def test_having_none_in_the_long_run_is_the_fixed_point_of_its_own_month(entry: float, goods: float) -> None:
    own = small_owning(foresight=1.0, entry_first=np.full(2, entry))
    found, plain = np.zeros((2, 2)), np.zeros((2, 2))
    for k in range(2):
        none_settled(own, k, goods, found[k])
    for _ in range(3000):
        _, first = have_none(own, plain, np.full(2, goods))
        plain = np.stack([first.W0, first.W1], axis=1)
    np.testing.assert_allclose(found, plain, atol=1e-8)


def test_jumps_reach_the_fixed_point_of_plain_iteration_sooner() -> None:
    case = small_case(small_owning(foresight=1.0))
    jumped = solve(case)
    plain = solve(case, rounds=1)
    rounds = 1
    while rounds < 5000:
        again = solve(case, plain, rounds=1)  # one round at a time never jumps
        rounds += 1
        done = np.abs(again.nests - plain.nests).max() < 1e-12
        plain = again
        if done:
            break
    np.testing.assert_allclose(jumped.W, plain.W, atol=1e-9)
    np.testing.assert_allclose(jumped.nests, plain.nests, atol=1e-9)
    assert jumped.rounds < 0.6 * rounds


@pytest.mark.parametrize("foresight", [0.0, 0.8, 1.0])
def test_announcing_nothing_changes_nothing(foresight: float) -> None:
    case = small_case(small_owning(foresight=foresight))
    last = solve(case)
    ahead, age_of, bins = unchanged(case, MONTHS)
    values = announce(case, ahead, age_of, bins, last)
    owners, (carried, first) = open_by_hand(case, last), none_by_hand(case, last)
    bought = utilities_by_hand(case, last.keep) - case.price_utility
    for month in range(MONTHS):
        born = age_of[-1] >= MONTHS - month
        for found, expected in ((values.waiting, last.inside), (values.entering, owners.entering)):
            np.testing.assert_allclose(found[month, born], expected[age_of[month]][born], rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(values.bought[month], bought, atol=1e-9)
        np.testing.assert_allclose(values.nothing[month], carried.away, atol=1e-9)
        np.testing.assert_allclose(values.nothing_waiting[month], carried.inside, atol=1e-9)
        np.testing.assert_allclose(values.entering_first[month], first.entering, atol=1e-9)


def test_what_is_bought_between_vintages_lies_on_the_parabola_through_three_of_them() -> None:
    """Worth 3 + 2 b - b^2 / 2 by vintage, more by condition and lane; nothing for buying nothing."""
    place = np.array([2.0, 3.25, 1.5, 4.75, 9.0])
    vintage = place.astype(np.int64)
    by_vintage = 3.0 + 2.0 * np.arange(8) - 0.5 * np.arange(8) ** 2
    worth = by_vintage[:, np.newaxis, np.newaxis] + np.array([0.0, -1.0, -3.0])[:, np.newaxis] + 10.0 * np.arange(4)
    choices, out = small_case(small_owning()).choices, np.empty((2, 5))
    purchase_carry(choices, worth, vintage, place - vintage, out)
    for k in range(2):
        lane, worn = 2 * k + choices.variant[:4], choices.mix[:4] @ np.array([0.0, -1.0, -3.0])
        expected = 3.0 + 2.0 * place[:4] - 0.5 * place[:4] ** 2 + worn + 10.0 * lane
        np.testing.assert_allclose(out[k, :4], expected, atol=1e-12)
    assert (out[:, 4] == 0.0).all()


def gains(case: Case, paid_in: set[int], month: int, after: bool = False) -> tuple[Floats, Floats]:
    """Gain of those in the market who buy new now over waiting, if new goods are subsidised in the months ``paid_in``.

    Of owners of a sound good of six months or more [ages, lanes] and of those who have none [K]. ``after``: the subsidy
    also goes on for ever after the announced months.
    """
    relief = case.price_utility.copy()
    relief[:, :NEW_NESTS] += SUBSIDY * case.own.money[:, np.newaxis]
    ahead, age_of, bins = unchanged(case, MONTHS)
    for t in paid_in:
        ahead.price_utility[t] = relief
    last = solve(case._replace(price_utility=relief) if after else case)
    values = announce(case, ahead, age_of, bins, last)
    new = np.logaddexp.reduce(nests_in(case, ahead, values, month)[:, :NEW_NESTS], axis=1)
    routes = case.own.route_scale * np.log(case.routes.sell + case.routes.formal + case.routes.rest)[age_of[month], SOUND]
    owners = np.repeat(new, 2) + routes - values.waiting[month, :, SOUND]
    return owners[age_of[month] >= 6], new - values.nothing_waiting[month]


def more(one: tuple[Floats, Floats], other: tuple[Floats, Floats], by: float = 1e-3) -> bool:
    """Whether every gain in ``one`` is greater than that in ``other``."""
    return all((a > b + by).all() for a, b in zip(one, other, strict=True))


def test_a_subsidy_about_to_start_makes_buyers_wait() -> None:
    case = small_case(small_owning())
    never = gains(case, set(), 0)
    soon = gains(case, set(range(2, MONTHS)), 0)
    later = gains(case, set(range(5, MONTHS)), 0)
    assert more(never, later)
    assert more(later, soon), "the nearer the start, the more there is to wait for"


def test_a_subsidy_about_to_end_makes_buyers_hurry() -> None:
    case = small_case(small_owning())
    last_month = gains(case, {0, 1}, 1)
    for_ever = gains(case, set(range(MONTHS)), 1, after=True)
    assert more(last_month, for_ever)
    assert more(for_ever, gains(case, set(), 1))
    assert more(last_month, gains(case, {0, 1, 2, 3}, 1)), "there is less hurry before the last month"


def test_without_foresight_nobody_waits() -> None:
    case = small_case(small_owning(foresight=0.0))
    waiting, never = gains(case, set(range(2, MONTHS)), 0), gains(case, set(), 0)
    np.testing.assert_array_equal(waiting[0], never[0])
    np.testing.assert_array_equal(waiting[1], never[1])


def test_a_grant_to_come_for_the_old_good_makes_its_owner_keep_it() -> None:
    case = small_case(small_owning())
    last = solve(case)
    ahead, age_of, bins = unchanged(case, MONTHS)
    before = announce(case, ahead, age_of, bins, last).waiting[0]
    entitled = 0
    lift = np.exp(SUBSIDY * np.repeat(case.own.money, 2) / case.own.route_scale)
    ahead.terms.boost_formal[2:, entitled], ahead.terms.granted[2:, entitled] = lift, True
    rise = announce(case, ahead, age_of, bins, last).waiting[0] - before
    assert (rise[entitled] > 1e-3).all()
    assert (np.abs(rise[1 : case.own.flow.shape[0]]) < 1e-6).all(), "other vintages get nothing"


def test_a_restriction_and_a_retirement_to_come_lower_the_value_of_what_they_hit() -> None:
    case = small_case(small_owning())
    costly = case._replace(routes=case.routes._replace(forced=np.full(4, -20.0)))
    last = solve(costly)
    ahead, age_of, bins = unchanged(costly, MONTHS)
    before = announce(costly, ahead, age_of, bins, last).waiting
    ahead.terms.cost[3:, 4] = 0.2
    ahead.terms.ends[3, 2] = 1.0
    change = announce(costly, ahead, age_of, bins, last).waiting - before
    assert (change[0, [2, 4]] < -1e-4).all()
    assert (change[3, 4] < change[0, 4]).all(), "the nearer it is, the less is left to escape it"
    assert (np.abs(change[0, [1, 3, 5, 6, 11]]) < 1e-6).all()
    assert (np.abs(change[4:, 2]) < 1e-6).all(), "what is past no longer counts"


def test_acting_is_worth_the_sum_over_everything_that_can_be_done() -> None:
    own = small_owning(nest_scale=1.0)
    case = small_case(own)
    goods = np.array([[1.0, 0.4, 0.7, -0.2, 0.1], [0.3, 0.9, -0.5, 0.2, 0.6]])
    nests = np.stack([np.logaddexp.reduce(goods[:, case.choices.nest == n], axis=1) for n in range(4)], axis=1)
    age_of, sale, formal, scrap = np.array([2]), 8.0, 15.0, 1.0
    lane_money = np.repeat(own.money, 2)

    def boost(grant: float) -> Floats:
        return np.exp(grant * lane_money / own.route_scale)[np.newaxis]

    keep = np.linspace(0.0, 1.0, 12).reshape(1, 3, 4)
    inside = keep + np.linspace(0.5, 0.2, 12).reshape(1, 3, 4)
    gains, entering, W = np.empty_like(keep), np.empty_like(keep), np.empty((1, 2, 3, 4))
    acting, none = empty_acting(4), np.zeros((1, 4))
    prepare(own, case.routes.forced, nests, np.zeros(2), NEW_NESTS, acting)
    terms = Terms(none, none, boost(sale), boost(formal), boost(scrap), np.ones(1, dtype=np.bool_))
    room = all_states(gains.size)
    gain_step(own, case.routes, acting, age_of, terms, inside, room, gains)
    entering[:] = gains
    option_rows(own, acting, entering[0], keep[0], inside[0], W[0])
    for c in range(3):
        for lane in range(4):
            k, total = lane // 2, 0.0
            rho = own.route_scale[lane]
            sell = rho * np.log(case.routes.sell[2, c, lane])
            scrapped = rho * np.log(case.routes.formal[lane]) + scrap * own.money[k]
            other = rho * np.log(case.routes.rest[2, c, lane])
            for j in range(5):
                grants = (sale, formal, 0.0) if j < NEW_NESTS else (0.0, 0.0, 0.0)
                routes = np.array([sell, scrapped, other]) + np.array(grants) * own.money[k]
                total += np.exp(goods[k, j]) * np.exp(routes / rho).sum() ** rho
            gain = np.log(total) - inside[0, c, lane]
            assert gains[0, c, lane] == pytest.approx(gain - own.effort_keep[k], abs=1e-12)
            now = be_open(own, Carried(keep[0, c, lane], inside[0, c, lane]), gain, own.effort_keep[k], own.entry_keep[k])
            assert W[0, :, c, lane] == pytest.approx([float(now.W0), float(now.W1)], abs=1e-12)
            assert entering[0, c, lane] == pytest.approx(float(now.entering), abs=1e-12)


@pytest.mark.parametrize("raised", range(4))
def test_value_never_rises_with_a_price(raised: int) -> None:
    own = small_owning()
    prices = [100.0, 120.0, 60.0, 40.0]
    before = solve(small_case(own, tuple(prices)))
    prices[raised] += 10.0
    after = solve(small_case(own, tuple(prices)))
    assert (after.W < before.W).all()
    assert (after.nothing < before.nothing).all()


def test_value_rises_with_what_the_old_good_fetches() -> None:
    case = small_case(small_owning())
    better = case._replace(routes=small_routes(case.own, 70.0))
    assert (solve(better).W > solve(case).W).all()


def test_an_alternative_that_nobody_wants_changes_nothing() -> None:
    case = small_case(small_owning())
    extra = case.choices._replace(
        kind=np.insert(case.choices.kind, 4, USED),
        variant=np.insert(case.choices.variant, 4, 1),
        band=np.insert(case.choices.band, 4, 0),
        nest=np.insert(case.choices.nest, 4, 2),
        age=np.insert(case.choices.age, 4, 8),
        mix=np.insert(case.choices.mix, 4, [0.0, 0.0, 1.0], axis=0),
    )
    unwanted = np.insert(case.price_utility, 4, -500.0, axis=1)
    with_it = solve(Case(case.own, case.routes, extra, unwanted))
    without = solve(case)
    np.testing.assert_allclose(with_it.W, without.W, atol=1e-12)
    np.testing.assert_allclose(with_it.nests, without.nests, atol=1e-12)


def test_a_nest_that_is_empty_is_never_chosen() -> None:
    case = small_case(small_owning())
    gap = case.choices._replace(nest=np.array([0, 2, 3, 3, 4]))
    with_gap = solve(case._replace(choices=gap))
    assert (with_gap.nests[:, 1] == -1e30).all()
    np.testing.assert_allclose(with_gap.W, solve(case).W, atol=1e-12)


def test_a_retired_good_is_worth_what_can_be_done_without_it() -> None:
    case = small_case(small_owning(foresight=1.0))
    _, _, lanes = case.own.flow.shape
    states, forced = np.ones((1, 2, 3, lanes)), np.arange(1.0, lanes + 1.0)
    out, inside = np.empty((1, 3, lanes)), np.empty((1, 3, lanes))
    none, sure = np.zeros((1, lanes)), np.ones((1, lanes))
    keep_step(case.own, static_values(case.own), states, forced, np.array([4]), np.array([5]), none, sure, out, inside)
    for found in (out, inside):
        np.testing.assert_allclose(found[0], case.own.flow[4] + case.own.discount * forced, atol=1e-12)


# who is in the market ------------------------------------------------------------------------------------------

COHORT = 40_000


def cohort(case: Case, now: Open, lane: int, born: int) -> tuple[Floats, Floats]:
    """Owners of one lane who age without buying again, one by one: (in the market, all) by age and condition [A, C]."""
    own, rng = case.own, np.random.default_rng(lane)
    ages, conditions, _ = own.flow.shape
    inside, everyone = np.zeros((ages, conditions)), np.zeros((ages, conditions))
    condition, shopping = np.zeros(COHORT, dtype=np.int64), np.zeros(COHORT, dtype=bool)
    for a in range(born, ages):
        np.add.at(everyone[a], condition, 1.0)
        np.add.at(inside[a], condition, shopping)
        luck = rng.random((4, condition.size))
        shopping |= luck[0] < now.enters[a, condition, lane]
        stay = ~shopping | (luck[1] >= now.buys[a, condition, lane])
        shopping &= luck[2] >= own.lost
        ladder = own.moves[condition, :, a].cumsum(axis=1)
        then = (luck[3][:, np.newaxis] >= ladder).sum(axis=1)
        begins = (then == 2) & (condition < 2)
        shopping |= begins & (rng.random(condition.size) < own.wear_entry)
        stay &= then < conditions
        condition, shopping = then[stay], shopping[stay]
    return inside, everyone


def shares(case: Case, found: Solved, born: int, bereft: float = 0.0) -> tuple[Floats, Floats]:
    ages, _, lanes = case.own.flow.shape
    nothing = np.zeros((ages, lanes)), np.ones((ages, lanes))
    terms = Terms(nothing[0], nothing[0], nothing[1], nothing[1], nothing[1], np.zeros(ages, dtype=np.bool_))
    still, lost = static_values(case.own), np.full(2, bereft)
    return shopping_shares(case.own, still, case.routes, NEW_NESTS, terms, born, found.final, lost)


@pytest.mark.parametrize("born", [0, 3])
def test_as_many_are_in_the_market_as_in_a_cohort_that_lives_through_its_months(born: int) -> None:
    case = small_case(small_owning(foresight=0.9, entry_keep=np.array([1.0, 1.5]), lost=0.15))
    found = solve(case)
    share, now, checked = shares(case, found, born)[0], open_by_hand(case, found), 0
    for lane in range(4):
        inside, everyone = cohort(case, now, lane, born)
        for a in range(12):
            for c in range(3):
                expected = everyone[a, c] * share[a, c, lane]
                if min(expected, everyone[a, c] - expected) > 25.0:
                    as_expected(int(inside[a, c]), np.full(int(everyone[a, c]), share[a, c, lane]))
                    checked += 1
    assert checked > 60
    assert (share[: born + 1] == 0.0).all()


@pytest.mark.parametrize("bereft", [0.0, 0.05])
def test_those_who_have_none_are_in_the_market_as_their_spells_say(bereft: float) -> None:
    """Month by month, until nothing changes: some enter, some buy and are followed by others, some lose interest.

    Others lose a good, and look for one if they do not replace it at once.
    """
    case = small_case(small_owning(foresight=0.9, entry_first=np.array([1.0, 4.0]), lost=0.2))
    found = solve(case)
    carried, now = none_by_hand(case, found)
    goods = np.logaddexp.reduce(found.nests[:, :-1], axis=1)
    looking = bereft * np.exp(carried.inside - np.logaddexp(carried.inside, goods))
    inside = np.zeros(2)
    for _ in range(2000):
        inside = (inside + (1.0 - inside) * now.enters) * (1.0 - now.buys) * (1.0 - case.own.lost) + looking
    assert (inside > 0.01).all()
    np.testing.assert_allclose(shares(case, found, 0, bereft)[1], inside, atol=1e-9)
