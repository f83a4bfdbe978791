"""The car slice written the plain way, with an object for each owner, decides and settles exactly as the compiled one."""

from __future__ import annotations

import pytest
from model_settings import harder, keener, small
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
    _, plain, decisions = side_by_side(keener(harder(settings, {"car": -4.5}), {"car": 3.5}), 0, 5)
    assert len(decisions) > 1000
    believed = [sum(d.belief == w for d in decisions) for w in (0, 1)]
    assert min(believed) > 100, believed
    assert plain.refused > 50
    assert {d.route for d in decisions} == {-1, SELL, FORMAL, INFORMAL, HOARD}
    assert {d.reason for d in decisions} == {LOOKS, MUST, LEAVES}


@pytest.mark.parametrize("served", ["when_dry=queue", "lottery=week"])
def test_daily_limits_stops_and_lotteries(served: str) -> None:
    """Money by the day: who is paid, waits or is turned away is the same to the last owner."""
    rules = [
        "+pots.trade_in.caps.a={window: {start: 2024-06-10, end: 2024-09-30}, per: week, amount: 2500000}",
        "+pots.trade_in.stops.a={window: {start: 2024-08-05, end: 2024-08-20}}",
        "pots.trade_in.when_dry=refuse",
        f"pots.trade_in.{served}",
    ]
    settings = small("clock.start=2024-06", "clock.end=2024-09", *rules, scale=SCALE)
    model, plain, _ = side_by_side(keener(harder(settings, {"car": -4.5}), {"car": 3.5}), 0, 4)
    assert plain.refused > 20
    rows = [row for row in model.government.pots.records() if row.pot == "trade_in"]
    assert [row.stopped_days for row in rows] == [0, 0, 16, 0]
    assert sum(row.capped_days for row in rows) > 5
