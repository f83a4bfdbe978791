"""The value of owning against independent arithmetic, and how announcements move it."""

from __future__ import annotations

import numpy as np
import pytest
from engine import NEW_NESTS, Case, Floats, announce, nests_in, small_case, small_owning, small_routes, solve, unchanged
from reference.closed_market import ClosedMarket, choice_chances, solve_values

from sim.behaviour.value import carry_step, gain_step, option_step, static_values
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


def test_value_of_use_equals_the_solved_linear_system() -> None:
    case = small_case(small_owning())
    np.testing.assert_allclose(static_values(case.own), static_by_hand(case), atol=1e-12)


def test_without_foresight_owning_is_worth_its_use() -> None:
    case = small_case(small_owning(foresight=0.0))
    found = solve(case)
    by_hand = static_by_hand(case)
    np.testing.assert_allclose(found.W, by_hand, atol=1e-10)
    np.testing.assert_allclose(found.keep, by_hand, atol=1e-10)
    assert (found.nothing == 0.0).all()


def test_without_foresight_nests_are_the_static_nested_logit() -> None:
    case = small_case(small_owning(foresight=0.0))
    by_hand = utilities_by_hand(case, static_by_hand(case))
    spread = np.exp(by_hand / case.own.nest_scale)
    for nest in range(4):
        inside = spread[:, case.choices.nest == nest].sum(axis=1)
        np.testing.assert_allclose(solve(case).nests[:, nest], case.own.nest_scale * np.log(inside), atol=1e-10)


def test_without_foresight_choices_are_the_static_logit() -> None:
    ages = 5
    flow = (3.0 - 0.5 * np.arange(ages))[:, np.newaxis, np.newaxis]
    ends = np.append(np.full(ages - 1, 0.05), 1.0)[np.newaxis]
    zero = np.zeros(1)
    own = small_owning(
        flow=flow, moves=(1.0 - ends)[np.newaxis], ends=ends, money=np.array([0.1]), effort_keep=zero,
        effort_first=zero, discount=0.9, foresight=0.0, attention_scale=1.0, nest_scale=1.0,
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
    own, routes = case.own, case.routes
    total = np.repeat(np.logaddexp.reduce(found.nests, axis=1), 2)
    gain = total + own.route_scale * np.log(routes.sell + routes.formal + routes.rest) - found.keep
    effort = np.repeat(own.effort_keep, 2)
    option = own.attention_scale * np.logaddexp(0.0, (gain - effort) / own.attention_scale)
    np.testing.assert_allclose(found.W, found.keep + foresight * option, atol=1e-10)
    buying = np.logaddexp.reduce(found.nests[:, :-1], axis=1) - own.discount * foresight * found.nothing
    first = own.attention_scale * np.logaddexp(0.0, (buying - own.effort_first) / own.attention_scale)
    np.testing.assert_allclose(found.nothing, own.discount * foresight * found.nothing + foresight * first, atol=1e-10)


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
    assert jumped.rounds < rounds / 2


@pytest.mark.parametrize("foresight", [0.0, 0.8, 1.0])
def test_announcing_nothing_changes_nothing(foresight: float) -> None:
    case = small_case(small_owning(foresight=foresight))
    last = solve(case)
    ahead, age_of, bins = unchanged(case, MONTHS)
    values = announce(case, ahead, age_of, bins, last)
    for month in range(MONTHS):
        born = age_of[-1] >= MONTHS - month
        expected = last.keep[age_of[month]]
        np.testing.assert_allclose(values.carry_on[month, born], expected[born], rtol=1e-6)
        np.testing.assert_allclose(values.nothing[month], case.own.discount * foresight * last.nothing, atol=1e-9)


def gains(case: Case, paid_in: set[int], month: int, after: bool = False) -> tuple[Floats, Floats]:
    """Gain of buying new now over waiting, if new goods are subsidised in the months ``paid_in``.

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
    new = np.logaddexp.reduce(nests_in(case, ahead, bins, values, month)[:, :NEW_NESTS], axis=1)
    routes = case.own.route_scale * np.log(case.routes.sell + case.routes.formal + case.routes.rest)[age_of[month], SOUND]
    owners = np.repeat(new, 2) + routes - values.carry_on[month, :, SOUND]
    return owners[age_of[month] >= 6], new - values.nothing[month]


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
    before = announce(case, ahead, age_of, bins, last).carry_on[0]
    entitled = 0
    lift = np.exp(SUBSIDY * np.repeat(case.own.money, 2) / case.own.route_scale)
    ahead.boost_formal[2:, entitled] = lift
    rise = announce(case, ahead, age_of, bins, last).carry_on[0] - before
    assert (rise[entitled] > 1e-3).all()
    assert (np.abs(rise[1 : case.own.flow.shape[0]]) < 1e-6).all(), "other vintages get nothing"


def test_a_restriction_and_a_retirement_to_come_lower_the_value_of_what_they_hit() -> None:
    case = small_case(small_owning())
    costly = case._replace(routes=case.routes._replace(forced=np.full(4, -20.0)))
    last = solve(costly)
    ahead, age_of, bins = unchanged(costly, MONTHS)
    before = announce(costly, ahead, age_of, bins, last).carry_on
    ahead.cost[3:, 4] = 0.2
    ahead.ends[3, 2] = 1.0
    change = announce(costly, ahead, age_of, bins, last).carry_on - before
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
    gains, W = np.empty_like(keep), np.empty_like(keep)
    gain_step(own, case.routes, nests, NEW_NESTS, age_of, boost(sale), boost(formal), boost(scrap), keep, gains)
    option_step(own, keep, gains, W)
    for c in range(3):
        for lane in range(4):
            k, total = lane // 2, 0.0
            sell = own.route_scale * np.log(case.routes.sell[2, c, lane])
            scrapped = own.route_scale * np.log(case.routes.formal[lane]) + scrap * own.money[k]
            other = own.route_scale * np.log(case.routes.rest[2, c, lane])
            for j in range(5):
                grants = (sale, formal, 0.0) if j < NEW_NESTS else (0.0, 0.0, 0.0)
                routes = np.array([sell, scrapped, other]) + np.array(grants) * own.money[k]
                total += np.exp(goods[k, j]) * np.exp(routes / own.route_scale).sum() ** own.route_scale
            gain = (np.log(total) - keep[0, c, lane] - own.effort_keep[k]) / own.attention_scale
            option = own.foresight * own.attention_scale * np.logaddexp(0.0, gain)
            assert W[0, c, lane] == pytest.approx(keep[0, c, lane] + option, abs=1e-12)


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
    states = np.ones((1, 3, lanes))
    forced = np.arange(1.0, lanes + 1.0)
    out = np.empty_like(states)
    none, sure = np.zeros((1, lanes)), np.ones((1, lanes))
    carry_step(case.own, static_values(case.own), states, forced, np.array([4]), np.array([5]), none, sure, out)
    np.testing.assert_allclose(out[0], case.own.flow[4] + case.own.discount * forced, atol=1e-12)
