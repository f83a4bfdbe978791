"""Run the model and the plain car slice beside each other, and compare all that they decide and hold."""

from __future__ import annotations

import numpy as np
from model_settings import complete, decided
from reference.month import lanes
from reference.owner import HOUSEHOLD, Decision
from reference.plain import PlainSlice

from sim.model import TradeInModel
from sim.model.month import Decided
from sim.runs.once import forget
from sim.settings import Settings

SCALE = 0.0038
"""About two thousand households."""
GOOD = ("registered", "emission", "worn", "failing", "end", "vintage", "owned_since")


def choices(decisions: list[Decision]) -> list[tuple[int, ...]]:
    """What can be compared exactly."""
    return [(d.slot.number, d.alternative, d.route, d.row, d.grant, d.day, d.reason) for d in decisions]


def model_choices(now: Decided) -> list[tuple[int, ...]]:
    columns = ("slot", "alternative", "route", "row", "grant", "day", "reason")
    rows = zip(*(getattr(now.decisions, name).tolist() for name in columns), strict=True)
    return sorted(rows)


def money(decisions: list[Decision]) -> list[list[float]]:
    return [[d.principal, d.paid, d.cash] for d in decisions]


def model_money(now: Decided) -> list[list[float]]:
    columns = [getattr(now.decisions, name) for name in ("principal", "paid", "cash")]
    rows: list[list[float]] = np.stack(columns, axis=1).tolist()
    return rows


def goods(plain: PlainSlice) -> list[tuple[int, ...] | None]:
    held = [s.good for s in plain.slots]
    return [(good.variant, *(getattr(good, name) for name in GOOD)) if good else None for good in held]


def model_goods(model: TradeInModel) -> list[tuple[int, ...] | None]:
    columns = model.categories["car"].goods
    rows = zip(columns.variant.tolist(), *(getattr(columns, name).tolist() for name in GOOD), strict=True)
    return [row if row[0] >= 0 else None for row in rows]


def loans(plain: PlainSlice) -> list[tuple[int, float]]:
    return [(s.good.loan_month, s.good.loan) if s.good and s.good.loan > 0.0 else (0, 0.0) for s in plain.slots]


def model_loans(model: TradeInModel) -> list[tuple[int, float]]:
    columns = model.categories["car"].goods
    rows = zip(columns.loan_month.tolist(), columns.loan.tolist(), strict=True)
    return [row if row[1] > 0.0 else (0, 0.0) for row in rows]


def advance(model: TradeInModel, plain: PlainSlice) -> list[Decision]:
    """One month of both, compared stage by stage; returns the decisions."""
    months = decided(model)
    exactly, amounts = model_choices(months["car"]), model_money(months["car"])
    decisions = plain.decide_and_settle(model, months["car"])
    assert choices(decisions) == exactly
    np.testing.assert_allclose(money(decisions), np.reshape(amounts, (-1, 3)), rtol=1e-6, atol=0.05)
    settled = model.settle(months)
    assert plain.lots == lanes(model.categories["car"].world.lots)
    complete(model, settled)
    assert goods(plain) == model_goods(model)
    assert [int(slot.shopping) for slot in plain.slots] == model.categories["car"].goods.shopping.tolist()
    np.testing.assert_allclose(loans(plain), model_loans(model), rtol=1e-6)
    return decisions


def compare_owners(model: TradeInModel, plain: PlainSlice) -> None:
    """Households; organisations pay for trucks too."""
    owners, households = model.district.owners, [o for o in plain.owners.values() if o.kind == HOUSEHOLD]
    numbers = [o.number for o in households]
    assert [o.event_month for o in households] == owners.event_month[numbers].tolist()
    assert [o.claims for o in households] == owners.claims[numbers].tolist()
    np.testing.assert_allclose([o.liquid for o in households], owners.liquid[numbers], rtol=1e-6, atol=0.1)


def side_by_side(settings: Settings, skipped: int, months: int) -> tuple[TradeInModel, PlainSlice, list[Decision]]:
    """Run a model alone for the months ``skipped``, then both, comparing everything; returns all decisions."""
    model = TradeInModel(settings, 1)
    for _ in range(skipped):
        model.step()
    plain = PlainSlice(model)
    decisions = [d for _ in range(months) for d in advance(model, plain)]
    compare_owners(model, plain)
    forget(model)
    return model, plain, decisions
