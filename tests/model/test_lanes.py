"""Owners weighed side by side, and called up in blocks, decide as one by one; the plain kernels are in ``reference``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from model_settings import district, harder, keener, small
from reference.calling import as_called, believes, call_up
from reference.choice import decide as plain_decide
from reference.unit_goods import draw_unit
from reference.weighing import scratch

import sim.model.deciding
from sim.behaviour.choice import SIEVED, decide
from sim.behaviour.lanes import WIDTH
from sim.codes import LEAVES, LOOKS, MUST
from sim.model.trade_in_model import TradeInModel
from sim.numerics.arithmetic import exp_all
from sim.numerics.luck import Event, key
from sim.owners.agenda import Agenda, Found
from sim.owners.offer_table import empty_decisions
from sim.population.stock import empty_goods
from sim.population.unit_goods import UnitLaw, draw_units
from sim.runs.once import forget
from sim.settings import Settings

DRY = tuple(f"pots.{pot}.amount_factor=0.05" for pot in ("trade_in", "car_vouchers"))


class Both:
    """Stands in for ``decide``: decides in both ways, compares every column, and remembers what it has seen."""

    def __init__(self) -> None:
        self.longest, self.acted = 0, 0
        self.seen: dict[str, set[int]] = {"reason": set(), "route": set(), "row": set()}
        self.lent, self.wide, self.heard = 0, 0, {0: 0, 1: 0}

    def __call__(self, slots: Any, reasons: Any, lucks: Any, count: int, *rest: Any) -> int:
        *terms, out = rest
        goods, offers, choices = terms[0], terms[3], terms[6]
        nests, alternatives = int(choices.nest.max()) + 1, choices.kind.size
        plain = empty_decisions(count)
        expected = plain_decide(slots, reasons, lucks, count, *terms, scratch(alternatives), np.empty(nests), plain)
        acted = decide(slots, reasons, lucks, count, *terms, out)
        assert acted == expected
        for name, column in plain._asdict().items():
            assert np.array_equal(column[:acted], getattr(out, name)[:acted]), name
        for name, values in self.seen.items():
            values.update(getattr(out, name)[:acted].tolist())
        self.longest, self.acted = max(self.longest, count), self.acted + acted
        self.lent += int((out.principal[:acted] > 0.0).sum())
        self.wide += alternatives > SIEVED
        for slot in out.slot[:acted].tolist() if offers.base.shape[0] > 1 else ():
            self.heard[believes(offers.heard, int(goods.id[slot]))] += 1
        return acted


def compared(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Both:
    both = Both()
    monkeypatch.setattr(sim.model.deciding, "decide_all", both)
    model = TradeInModel(settings, 2)
    for _ in range(settings.clock.months):
        model.step()
    forget(model)
    return both


def test_goods_are_chosen_side_by_side_as_they_are_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every category, with grants, credit, mandates, scrapping and pots that run dry."""
    settings = district("clock.start=2024-08", "clock.end=2024-11", *DRY, scale=0.03)
    both = compared(settings, monkeypatch)
    assert both.longest > 2 * WIDTH, "more than one batch"
    assert both.acted > 5000
    assert both.seen["reason"] == {LOOKS, MUST, LEAVES}
    assert {-1, 1, 2, 3} <= both.seen["route"]
    assert both.lent > 20
    assert max(both.seen["row"]) >= 1
    assert min(both.heard.values()) > 200


def test_vehicles_are_chosen_side_by_side_as_they_are_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many eager owners of cars and trucks: used goods, loans, transfers and scrapping, a bound that sends some away."""
    settings = small("clock.start=2024-09", "clock.end=2024-11", *DRY, scale=0.02)
    both = compared(keener(harder(settings, {"car": -3.0}), {"car": 3.0}), monkeypatch)
    assert both.wide > 0, "long lists of alternatives go through the sieve"
    assert both.longest > 2 * WIDTH
    assert both.seen["route"] == {-1, 0, 1, 2, 3}
    assert both.lent > 100
    assert min(both.heard.values()) > 200
    assert len(both.seen["row"]) >= 3


def test_streaming_calls_up_whom_asking_everyone_calls_up(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, streamed = {"found": 0, "turned": 0, "differ": 0}, Agenda.find

    def both(agenda: Agenda, *terms: Any) -> Found:
        month, base, keys, goods, owners, means, screen, entry, _ = terms
        variants = entry.held.shape[3] // entry.first.shape[1]
        seen["differ"] += entry.held.shape[0] > 1 and not np.array_equal(*entry.held)
        expected = call_up(month, int(base), keys, goods, owners, means, screen, entry, variants)
        found = streamed(agenda, *terms)
        assert as_called(*found) == expected
        seen["found"] += found.slots.size
        seen["turned"] += found.turned.size
        return found

    monkeypatch.setattr(Agenda, "find", both)
    settings = district("clock.start=2024-01", "clock.end=2024-08", scale=0.01)
    model = TradeInModel(settings, 1)
    for _ in range(settings.clock.months):
        model.step()
    forget(model)
    assert seen["found"] > 5000
    assert seen["turned"] > 2000
    assert seen["differ"] > 0, "who has heard of a subsidy enters as another does who has not"


@pytest.mark.parametrize("name", ["phone", "air_conditioner", "taxi", "tractor"])
def test_goods_drawn_in_blocks_are_those_drawn_one_by_one(name: str) -> None:
    """With and without accidents and emission standards; every other slot stays empty."""
    model = TradeInModel(district("clock.end=2023-01", scale=0.01), 1)
    law = model.categories[name].law
    forget(model)
    assert isinstance(law, UnitLaw)
    base, held = key(1, Event.SYNTHESIS), np.arange(4000) % 2 == 0
    for accident in (law.law.accident, 0.002):
        changed = law._replace(law=law.law._replace(accident=accident))
        fast, plain = empty_goods(4000), empty_goods(4000)
        for goods in (fast, plain):
            goods.id[:] = np.arange(4000) + (3 << 24)
        draw_units(changed, base, 0, held, fast)
        for row in np.flatnonzero(held):
            draw_unit(changed, base, row, plain)
        for column, values in plain._asdict().items():
            assert np.array_equal(values, getattr(fast, column)), column
        assert (fast.variant[held] >= 0).all()
        assert len(np.unique(fast.end[held])) > 20


def test_powers_of_two_taken_from_bits_are_those_of_whole_numbers() -> None:
    """Over all exponents: exp(n log 2) lies within rounding of 2^n, and halves exactly where its argument says so."""
    n = np.arange(-1009, 1010)
    found = exp_all(n * np.log(2.0))
    np.testing.assert_allclose(found, np.ldexp(1.0, n), rtol=4e-13)
    assert (np.diff(np.frexp(found * 1.0000001)[1]) == 1).all()
