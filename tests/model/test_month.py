"""A month is a value: stages taken again from the same month come to the same end, and leave what lasts alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from model_settings import columns, decided, district, offered
from numpy.typing import NDArray

from sim.model import TradeInModel, offering, trade_in_model
from sim.model.category import Category
from sim.model.month import Decided, Informed
from sim.owners.circumstances import Circumstances

Floats = NDArray[np.float64]
NAMES = ("car", "truck", "refrigerator", "phone")


@pytest.fixture(scope="module")
def model() -> TradeInModel:
    """A district in its eighth month, when some prices and offers stand from an earlier one."""
    model = TradeInModel(district("clock.start=2024-03", "clock.end=2024-12", scale=0.005), 1)
    for _ in range(7):
        model.step()
    return model


def held(model: TradeInModel) -> dict[str, NDArray[Any]]:
    return {name: column.copy() for name, column in columns(model)}


def moved(before: dict[str, NDArray[Any]], after: dict[str, NDArray[Any]]) -> list[str]:
    return [name for name in before if not np.array_equal(before[name], after[name])]


def rows(month: Decided) -> list[list[float]]:
    return [column.tolist() for column in month.decisions]


def test_stages_up_to_deciding_can_be_taken_again_and_move_nothing(model: TradeInModel) -> None:
    before = held(model)
    announced = model.announce()
    ends = []
    for _ in range(2):
        months = model.decide(model.fail_and_consider(model.offer(model.price(announced))))
        ends.append({name: rows(months[name]) for name in NAMES})
    assert ends[0] == ends[1]
    assert any(len(decisions[0]) for decisions in ends[0].values())
    assert moved(before, held(model)) == []


def test_what_is_not_due_stands_from_month_to_month() -> None:
    model = TradeInModel(district("clock.start=2023-02", "clock.end=2023-06", scale=0.005), 1)
    model.step()
    months = offered(model)
    for name in ("refrigerator", "car"):
        standing, second = model.categories[name].state.standing, months[name]
        assert standing is not None
        assert not second.due
        assert second.reviewed == standing.reviewed
        assert second.reviewed_terms == standing.reviewed_terms
        assert (second.prices is standing.prices) == (name == "refrigerator"), "vehicles have new prices every month"
        assert (second.circumstances.month, second.expected.basis.priced) == (model.month, model.month - 1)
    refrigerator = model.categories["refrigerator"].state.standing
    assert refrigerator is not None
    assert months["refrigerator"].expected is refrigerator.expected


def test_owners_think_again_at_reviews_and_at_news_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    model = TradeInModel(district("clock.start=2023-02", "clock.end=2023-09", scale=0.005), 1)
    told: dict[str, Floats] = {}

    def announce(category: Category, number: int, funded: Floats) -> Informed:
        told[category.name] = funded
        return offering.announce(category, number, funded)

    monkeypatch.setattr(trade_in_model, "offering", SimpleNamespace(**vars(offering) | {"announce": announce}))
    category, thought = model.categories["car"], []
    known = category.calendar.knowledge_months(0, model.month + 8)
    for n in range(8):
        standing, number = category.state.standing, category.first + n
        before = standing and standing.expected.basis
        model.step()
        money = before is not None and money_moved(before, told["car"], number)
        standing = category.state.standing
        assert standing is not None
        assert standing.reviewed == standing.expected.basis.priced == number - n % 3, "prices are those of the last review"
        assert (standing.expected.solved == number) == (n % 3 == 0 or number in known or money)
        thought.append(standing.expected.solved)
    assert len(set(thought)) < 8, "some months bring no news"


def money_moved(basis: Circumstances, funded: Floats, number: int) -> bool:
    """Whether the share of a measure's claims expected to be paid, in one of the next three months, moved by over a quarter."""
    return any(
        abs(now - before) > 0.25
        for row, known in zip(funded, basis.funded, strict=True)
        for now, before in zip(row[:3], known[number - basis.month :][:3], strict=False)
    )


def test_settling_hands_on_what_deciding_has_found_and_moves_goods() -> None:
    model = TradeInModel(district("clock.start=2024-03", "clock.end=2024-12", scale=0.005), 1)
    months = decided(model)
    before = held(model)
    settled = model.settle(months)
    for name, month in months.items():
        assert settled[name].decisions is month.decisions
        assert settled[name].tally.out_by_route.sum() <= month.decisions.slot.size
    assert {"car.variant", "refrigerator.variant"} <= set(moved(before, held(model)))
