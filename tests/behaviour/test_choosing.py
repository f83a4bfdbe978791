"""Choosing in small: owners made up at random decide side by side as the plain kernels of ``reference`` decide one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_choices import CANNOT, LONG, SHORT, Problem, problem
from made_columns import smaller
from reference.calling import believes
from reference.choice import decide as plain_decide
from reference.weighing import scratch

from sim.behaviour.choice import decide
from sim.behaviour.offers import Decisions
from sim.codes import EMPTY, FORMAL, HOARD, INFORMAL, LEAVES, LOOKS, MUST, NEW, NO_ROW, SELL
from sim.owners.offer_table import empty_decisions

CASES: dict[str, dict[str, Any]] = {
    "long list, loans": {"goods": LONG},
    "long list, cash": {"goods": LONG, "loans": False},
    "short list, loans": {"goods": SHORT},
    "short list, no used market": {"goods": SHORT, "resold": False, "loans": False},
    "long list, no used market": {"goods": LONG, "resold": False},
    "no grants": {"goods": SHORT, "open": np.zeros(4, dtype=np.int8)},
    "some grants": {"goods": LONG, "open": np.array([0, 1, 0, 1], dtype=np.int8)},
    "no mandate, all alike": {
        "goods": SHORT, "nev_only": np.zeros(3), "km_bought": np.zeros((3, SHORT + 1)), "nev_bought": np.zeros(SHORT + 1),
    },
    "nothing can be done": {"goods": SHORT, "base": np.full((2, 3, SHORT + 1), CANNOT), "nothing": np.full((2, 3), CANNOT)},
    "nobody can hear of any subsidy": {"goods": LONG, "beliefs": 1},
    "the informed would rather do without": {"goods": LONG, "nothing": np.array([[-9.0] * 3, [4.0] * 3])},
    "the others would rather do without": {"goods": LONG, "nothing": np.array([[4.0] * 3, [-9.0] * 3])},
}  # fmt: skip


def decided(given: Problem) -> Decisions:
    out = empty_decisions(given.slots.size)
    return out.first(decide(*given.terms(), out))


def one_by_one(given: Problem) -> Decisions:
    out, nests = empty_decisions(given.slots.size), np.empty(int(given.choices.nest.max()) + 1)
    return out.first(plain_decide(*given.terms(), scratch(given.choices.kind.size), nests, out))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("seed", [1, 2])
def test_owners_decide_side_by_side_as_one_by_one(name: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    smaller("sim.behaviour.choice.WIDTH", 16, monkeypatch)
    given = problem(seed, **CASES[name])
    found, expected = decided(given), one_by_one(given)
    assert 5 < found.slot.size < given.slots.size
    for column, values in expected._asdict().items():
        assert np.array_equal(getattr(found, column), values), column


WORTH = ("base", "nothing", "nothing_waiting", "waiting")
"""What is worth more or less according to what is believed."""


def by_slot(found: Decisions) -> dict[int, tuple[float, ...]]:
    """Everything that each who acts decides."""
    columns = [column.tolist() for column in found if column is not found.slot]
    return dict(zip(found.slot.tolist(), zip(*columns, strict=True), strict=True))


@pytest.mark.parametrize("goods", [LONG, SHORT])
def test_what_others_believe_is_nothing_to_an_owner(goods: int) -> None:
    """With what one belief tells exchanged, who holds the other one decides as before; of those who hold it, many do not."""
    changed = {0: 0, 1: 0}
    for seed in range(1, 7):
        given, other = problem(seed, goods=goods), problem(seed + 100, goods=goods).offers
        before = by_slot(decided(given))
        held = {slot: believes(given.offers.heard, int(given.goods.id[slot])) for slot in given.slots.tolist()}
        assert set(held.values()) == {0, 1}
        for w in (0, 1):
            offers = given.offers
            for name in WORTH:
                both = getattr(offers, name).copy()
                both[w] = getattr(other, name)[w]
                offers = offers._replace(**{name: both})
            after = by_slot(decided(given._replace(offers=offers)))
            moved = [slot for slot in held if before.get(slot) != after.get(slot)]
            assert {held[slot] for slot in moved} <= {w}
            changed[w] += len(moved)
    assert min(changed.values()) > 20


def test_all_kinds_of_decision_are_among_them() -> None:
    all_of = [decided(problem(seed, goods=LONG)) for seed in (1, 2, 3, 4, 5)]
    assert {int(x) for each in all_of for x in each.reason} == {LOOKS, MUST, LEAVES}
    assert {int(x) for each in all_of for x in each.route} == {-1, SELL, FORMAL, INFORMAL, HOARD}
    assert {int(x) for each in all_of for x in each.row} >= {NO_ROW, 0, 1}
    assert sum((each.principal > 0).sum() for each in all_of) > 3


def test_a_good_that_has_ended_is_neither_sold_nor_kept_and_the_dissolved_buy_nothing() -> None:
    for seed in (1, 2, 3):
        given = problem(seed, goods=SHORT)
        found = decided(given)
        assert not np.isin(found.route[found.reason == MUST], [SELL, HOARD]).any()
        assert (found.alternative[found.reason == LEAVES] == SHORT).all()
        assert not np.isin(found.route[found.reason == LEAVES], [HOARD]).any()
        held = given.goods.variant[found.slot] != EMPTY
        assert np.array_equal(found.route == -1, ~held)
        must = set(given.slots[given.reasons != LOOKS].tolist())
        assert must <= set(found.slot.tolist()), "whoever must act does"


def test_those_bound_to_buy_new_energy_do() -> None:
    """Every firm is, if it buys."""
    bought = 0
    for seed in (1, 2, 3):
        given = problem(seed, goods=LONG)
        found = decided(given)
        firms = (given.goods.type[found.slot] == 2) & (found.alternative != LONG)
        assert (given.choices.variant[found.alternative[firms]] == 2).all()
        bought += int(firms.sum())
    assert bought > 3


def test_what_is_paid_is_the_price_less_the_loan_and_what_the_old_good_brings() -> None:
    """Of those without an old good: the price less the loan. Grants are those of the row and the new good."""
    paid = 0
    for seed in (1, 2, 3):
        given = problem(seed, goods=SHORT)
        found = decided(given)
        none = found.route == -1
        due = given.offers.due[found.alternative[none]]
        np.testing.assert_allclose(found.paid[none], due - found.principal[none], rtol=1e-6, atol=0.01)
        new = (found.row == 0) & (given.choices.kind[found.alternative] == NEW)
        variant = given.choices.variant[found.alternative[new]]
        assert np.array_equal(found.grant[new], given.offers.grants[0, variant])
        assert (found.grant[found.row == NO_ROW] == 0).all()
        assert (found.grant[found.row != NO_ROW] > 0).all()
        paid += int(none.sum())
    assert paid > 5
