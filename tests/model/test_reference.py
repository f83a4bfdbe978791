"""The car slice written the plain way, with an object for each owner, decides and settles exactly as the compiled one."""

from __future__ import annotations

from model_settings import harder, small
from reference.owner import FORMAL, HOARD, INFORMAL, LEAVES, LOOKS, MUST, NEW, NOTHING, SELL, USED
from side_by_side import SCALE, side_by_side


def test_a_year_across_the_rise_of_the_subsidies() -> None:
    settings = small("clock.end=2025-03", scale=SCALE)
    model, _, decisions = side_by_side(settings, 15, 12)
    assert model.month == settings.clock.first + 27
    kinds = model.categories["car"].catalogue.choices.kind
    assert {int(kinds[d.alternative]) for d in decisions} == {NEW, USED, NOTHING}
    assert sum(d.row >= 0 for d in decisions) >= 10
    assert sum(d.principal > 0.0 for d in decisions) >= 10


def test_eager_owners_and_dry_pots() -> None:
    """Many more decisions than in a real month, of every kind, and claims that are turned away."""
    dry = [f"pots.{pot}.amount_factor=0.02" for pot in ("trade_in", "car_vouchers")]
    settings = small("clock.start=2024-06", "clock.end=2024-10", *dry, scale=SCALE)
    _, plain, decisions = side_by_side(harder(settings, {"car": -4.5}), 0, 5)
    assert len(decisions) > 1000
    assert plain.refused > 50
    assert {d.route for d in decisions} == {-1, SELL, FORMAL, INFORMAL, HOARD}
    assert {d.reason for d in decisions} == {LOOKS, MUST, LEAVES}
