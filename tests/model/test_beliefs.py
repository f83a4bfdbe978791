"""Who has heard of no subsidy expects none: who believes what, what the two beliefs are, and what each of them moves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from model_settings import columns, complete, decided, district, flows, lawless, offered, small
from numpy.typing import NDArray
from policy_files import open_to_all
from reference.calling import believes
from reference.chance import derived

from sim.behaviour.announced import Values
from sim.behaviour.offers import Heard
from sim.codes import NEW
from sim.model import TradeInModel
from sim.model.month import Considered, Decided
from sim.numerics.luck import Event
from sim.owners.offer_table import build_screen, build_table
from sim.owners.outlook import Outlook, same_numbers
from sim.policy.calendar import Calendar
from sim.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SCALE = 0.11
SUBSIDY = 20_000.0
ONE_OWNER = 4
"""Counts that differ if one owner acts in another month: a purchase and what leaves, in either."""
LATER = ("2023-04-05", "2023-08-01", "2023-12-31")
"""Announced, first and last day."""
SOON = ("2022-12-05", "2023-04-01", "2023-12-31")
"""Known in the first month, and still to come."""
FOR_EVER = ("2022-12-05", "2023-01-01", "2031-12-31")
"""Owners do not look as far as to its end."""


def heard_by(share: float) -> tuple[str, ...]:
    """As many owners have heard of any measure, however long ago; dealers leave all of it to them."""
    still = ("behaviour.awareness_spread=0", "behaviour.awareness_jump=0", "market.pass_through=1")
    return (f"behaviour.awareness_start={share}", *still)


def with_gift(settings: Settings, *dates: tuple[str, str, str]) -> Settings:
    """The same with a large subsidy for every new car and truck, to everybody; one version for each of these dates."""
    versions = {f"v{n}": each for n, each in enumerate(dates)}
    return settings.model_copy(update={"policy": settings.policy | {"gift": open_to_all(SUBSIDY, **versions)}})


# whom it moves -------------------------------------------------------------------------------------------------


def a_year(share: float) -> Settings:
    return lawless("clock.end=2024-03", *heard_by(share), scale=SCALE)


@cache
def without() -> dict[str, Ints]:
    return flows(a_year(0.0))


@pytest.mark.parametrize("dates", [LATER, FOR_EVER])
def test_a_subsidy_that_nobody_has_heard_of_moves_nobody(dates: tuple[str, str, str]) -> None:
    """Though the counter pays it: as little as one yuan for everybody may."""
    found = flows(with_gift(a_year(0.0), dates))
    for name, before in without().items():
        assert before.sum() > 900
        assert np.abs(found[name] - before).sum() <= max(0.001 * before.sum(), ONE_OWNER), name


def test_the_same_subsidy_moves_those_who_have_heard_of_it() -> None:
    """New cars: half as many again while it is paid, and a quarter fewer between its announcement and its start."""
    found, before = flows(with_gift(a_year(1.0), LATER))["car"][0], without()["car"][0]
    told, starts, ends = 3, 7, 12
    assert found[:told].tolist() == before[:told].tolist()
    assert found[starts:ends].sum() > 1.5 * before[starts:ends].sum()
    assert found[told:starts].sum() < 0.75 * before[told:starts].sum()


@cache
def first_month(share: float | None) -> tuple[TradeInModel, Decided]:
    """Cars in a month in which the subsidy is announced, if there is one: who has decided what."""
    settings = lawless("clock.end=2023-12", *heard_by(share or 0.0), scale=SCALE)
    model = TradeInModel(settings if share is None else with_gift(settings, SOON), 1)
    return model, decided(model)["car"]


def test_of_those_who_could_have_heard_of_what_is_to_come_the_informed_alone_wait() -> None:
    (_, before), (model, after) = first_month(None), first_month(0.5)
    goods, new = model.categories["car"].goods, model.categories["car"].catalogue.choices.kind == NEW
    informed = np.array([believes(after.entry.heard, who) for who in goods.id.tolist()])
    assert 0.49 < informed.mean() < 0.51
    for w, fewer in ((0, 0.0), (1, 0.25)):
        bought, would_have = (
            set(each.slot[new[each.alternative] & (informed[each.slot] == w)].tolist())
            for each in (after.decisions, before.decisions)
        )
        assert len(would_have) > 50
        assert len(would_have - bought) >= fewer * len(would_have)
        assert w == 1 or bought == would_have


@pytest.mark.parametrize("name", ["gift", "car_scrappage"])
def test_what_is_announced_later_leaves_no_trace_in_the_opening(name: str) -> None:
    """The district that comes to rest before its first month, in which some subsidy is known, is the same to the last owner."""
    if name == "gift":
        known = with_gift(lawless("clock.end=2024-12"), ("2022-12-05", "2023-01-01", "2023-12-31"))
        later = known.policy | {"later_gift": open_to_all(SUBSIDY, v1=("2023-10-05", "2023-11-01", "2024-12-31"))}
        other = known.model_copy(update={"policy": later})
    else:
        known, other = (small("clock.end=2024-12", f"policy.{name}.enabled={there}") for there in ("true", "false"))
    one, two = (dict(columns(TradeInModel(settings, 1))) for settings in (known, other))
    assert [column for column, values in one.items() if not np.array_equal(values, two[column])] == []


# what is believed ----------------------------------------------------------------------------------------------


def apart(one: Values, other: Values) -> list[float]:
    """Largest difference of every table."""
    return [float(np.abs(getattr(one, name) - getattr(other, name)).max()) for name in Values._fields]


def test_who_has_heard_of_nothing_reckons_as_if_nothing_were_announced() -> None:
    """Values to the tolerance within which they are solved; the chances to enter and to buy with them, to a thousandth."""
    (_, before), (_, after) = first_month(None), first_month(0.5)
    (alone,) = before.expected.beliefs
    uninformed, informed = after.expected.beliefs
    assert max(apart(uninformed.values, alone.values)) < 1e-3
    assert min(apart(informed.values, alone.values)) > 0.05
    for name in ("base", "nothing", "nothing_waiting", "waiting"):
        (then,), now = getattr(before.offers, name), getattr(after.offers, name)
        np.testing.assert_allclose(now[0], then, atol=1e-3)
        assert np.abs(now[1] - then).max() > 0.05, name
    pairs = [(before.entry.held, after.entry.held), (before.entry.first, after.entry.first)]
    pairs += [(before.screen.keep, after.screen.keep), (before.screen.first, after.screen.first)]
    for (then,), (now, other) in pairs:
        np.testing.assert_allclose(now.astype(float), then, rtol=1e-3)
        assert (np.abs(other.astype(float) - then) > 0.1 * then + 1e3).any()


def test_the_informed_wait_for_what_is_announced() -> None:
    """Carrying on is worth more to them, with any car and with none."""
    _, month = first_month(0.5)
    uninformed, informed = (belief.values for belief in month.expected.beliefs)
    assert (informed.waiting[0] >= uninformed.waiting[0] - 1e-3).all()
    assert (informed.nothing_waiting[0] > uninformed.nothing_waiting[0]).all()
    for rise in (informed.waiting[0] - uninformed.waiting[0], informed.nothing_waiting[0] - uninformed.nothing_waiting[0]):
        assert np.median(rise) > 0.01


def test_without_a_subsidy_to_hear_of_all_believe_the_same() -> None:
    _, month = first_month(None)
    assert month.expected.informed is month.expected.beliefs[0]
    assert month.entry.heard.share.size == month.offers.heard.share.size == 0
    assert month.entry.held.shape[0] == month.screen.keep.shape[0] == month.offers.base.shape[0] == 1


def with_calendar_of(outlook: Outlook, settings: Settings) -> Outlook:
    """The same owners of cars under other measures."""
    calendar = Calendar(settings.policy, "car", settings.products["car"])
    return Outlook(outlook.catalogue, outlook.behaviour, calendar, outlook.vintages)


def test_the_long_run_is_the_same_to_both_if_the_subsidy_ends_and_is_solved_anew_only_if_something_differs() -> None:
    model, month = first_month(0.5)
    outlook, basis, final = model.categories["car"].outlook, month.expected.basis, month.expected.informed.final
    assert [belief.final is final for belief in month.expected.beliefs] == [True, True]
    again = outlook.solve(basis, 1, month.expected)
    assert [belief.final is final for belief in again.beliefs] == [True, True]
    dearer = replace(basis, taste=basis.taste - 0.01 * (model.categories["car"].catalogue.choices.kind == NEW))
    for belief in outlook.solve(dearer, 1, month.expected).beliefs:
        assert belief.final.nothing.max() < final.nothing.max()


def test_a_subsidy_that_stays_is_in_the_long_run_of_the_informed_alone() -> None:
    model, month = first_month(None)
    outlook = with_calendar_of(model.categories["car"].outlook, with_gift(model.settings, FOR_EVER))
    uninformed, informed = outlook.solve(month.expected.basis, 1, None).beliefs
    (alone,) = month.expected.beliefs
    np.testing.assert_allclose(uninformed.final.nests, alone.final.nests, atol=1e-3)
    np.testing.assert_allclose(uninformed.final.W, alone.final.W, atol=1e-3)
    assert (informed.final.nests >= uninformed.final.nests - 1e-3).all()
    assert np.median(informed.final.W - uninformed.final.W) > 0.1


def test_numbers_are_the_same_to_the_last_digit_or_not_at_all() -> None:
    one = (np.array([1.0, 2.0]), (3.0, np.array([True])))
    assert same_numbers(one, (np.array([1.0, 2.0]), (3.0, np.array([True]))))
    for other in (
        (np.array([1.0, np.nextafter(2.0, 3.0)]), one[1]),
        (np.array([1.0]), one[1]),
        (one[0], (3.5, np.array([True]))),
        (one[0], (3.0, np.array([False]))),
    ):
        assert not same_numbers(one, other)


@cache
def in_autumn() -> tuple[TradeInModel, Considered]:
    """Cars in a month in which a subsidy counts scrappings of before."""
    model = TradeInModel(small("clock.start=2024-09", "clock.end=2024-12", scale=0.005), 1)
    return model, model.fail_and_consider(offered(model))["car"]


def test_bounds_of_buying_reckon_with_grants_for_the_informed_alone() -> None:
    """And with what a certificate of scrapping brings."""
    model, month = in_autumn()
    outlook = model.categories["car"].outlook
    assert month.is_open.any()
    every, none = (
        build_screen(outlook, month.table, month.circumstances, month.expected, is_open, False)
        for is_open in (month.is_open, np.zeros_like(month.is_open))
    )
    assert (every.keep[0] == none.keep[0]).all()
    assert (every.first[0] == none.first[0]).all()
    assert (every.keep[1] > none.keep[1]).any()
    assert (every.first[0, 0] == every.first[0, 1]).all(), "a certificate is worth nothing to who knows of no subsidy"
    assert (every.first[1, 0] < every.first[1, 1]).any()


def test_the_bound_of_entering_is_the_highest_chance_of_either_belief() -> None:
    """That of the others before a subsidy begins, of that of the informed while there is one."""
    for month, keener in ((first_month(0.5)[1], 0), (in_autumn()[1], 1)):
        held = month.entry.held
        pairs = np.maximum(held, np.concatenate([held[:, 1:], held[:, -1:]], axis=1)).max(axis=3)
        assert (month.entry.most == pairs.max(axis=0).T).all()
        assert (pairs[keener] > pairs[1 - keener]).any()


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_nobody_believes_does_not_matter(share: float) -> None:
    """With everybody informed, or nobody, the belief that nobody holds may be anything: here it is the other one."""
    model, held = TradeInModel(first_month(share)[0].settings, 1), int(share)
    months = offered(model)
    month = months["car"]
    alike = replace(month.expected, beliefs=(month.expected.beliefs[held],) * 2)
    table = build_table(model.categories["car"].outlook, month.circumstances, alike)
    found = model.decide(model.fail_and_consider(months | {"car": replace(month, expected=alike, table=table)}))["car"]
    before = first_month(share)[1]
    assert {believes(found.offers.heard, who) for who in model.categories["car"].goods.id.tolist()} == {held}
    assert before.decisions.slot.size > 100
    for name, column in before.decisions._asdict().items():
        assert np.array_equal(column, getattr(found.decisions, name)), name


# who believes it -----------------------------------------------------------------------------------------------


def test_news_spreads_from_the_announcement_on_and_a_change_makes_it_known_anew() -> None:
    """Half of the owners know it when it begins, logit 0; half a logit more each month, fewer before it begins."""
    spreading = ("behaviour.awareness_start=0.5", "behaviour.awareness_spread=0.5", "behaviour.awareness_jump=0.7")
    dates = ("2023-02-05", "2023-05-01", "2023-12-31"), ("2023-08-05", "2023-08-01", "2023-12-31")
    model = TradeInModel(with_gift(lawless("clock.end=2023-12", *spreading, scale=0.002), *dates), 1)
    category, found = model.categories["car"], []
    key = derived(int(category.luck.key(Event.AWARENESS, 0)), category.calendar.measures.index("gift"))
    for _ in range(9):
        model.step()
        standing = category.state.standing
        assert standing is not None
        heard, counter = standing.offers.heard, standing.offers.aware
        assert heard.keys.tolist() == [key] * heard.share.size
        assert set(counter.tolist()) <= set(heard.share.tolist()), "who knows a grant believes in it"
        found.append(heard.share.tolist())
    assert [len(each) for each in found] == [0] + [1] * 8
    odds = [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5 + 0.7, 2.0 + 0.7]
    for share, logit in zip(found[1:], odds, strict=True):
        assert share == pytest.approx([1.0 / (1.0 + np.exp(-logit))], rel=1e-9)


def test_in_every_month_goods_are_chosen_by_the_belief_by_which_the_market_is_entered() -> None:
    """Of goods whose offers stand for a year as of vehicles; more have heard every month, where nothing new is announced."""
    model = TradeInModel(district("clock.start=2024-09", "clock.end=2024-12", scale=0.005), 1)
    before: dict[str, Heard] = {}
    spread, believing = set(), {1: 0, 2: 0}
    for _ in range(3):
        months = decided(model)
        for name, month in months.items():
            chosen, entered = month.offers.heard, month.entry.heard
            assert [each.tolist() for each in chosen] == [each.tolist() for each in entered], name
            beliefs = len(month.expected.beliefs)
            assert month.offers.base.shape[0] == month.entry.held.shape[0] == month.screen.keep.shape[0] == beliefs
            assert (chosen.share.size > 0) == (beliefs == 2)
            believing[beliefs] += 1
            if name in before and before[name].keys.tolist() == chosen.keys.tolist() and chosen.share.size:
                assert (chosen.share > before[name].share).all()
                spread.add(name)
            before[name] = chosen
        complete(model, model.settle(months))
    assert {"car", "truck", "refrigerator", "air_conditioner"} <= spread
    assert min(believing.values()) > 10
