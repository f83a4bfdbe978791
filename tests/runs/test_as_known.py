"""What is known at a date: no money, cap or stop that came later."""

from __future__ import annotations

from sim.config import load_settings
from sim.policy.pot import Pot
from sim.runs.as_known import announced_by

GIVEN = {
    "title": {"zh": "资金", "en": "money"},
    "tranches": {
        "year": {
            "window": {"start": "2025-01-01", "end": "2025-12-31"},
            "announced": "2024-12-20",
            "amount": 100.0,
            "instalments": {
                "first": {"start": "2025-02-01", "share": 0.4},
                "second": {"start": "2025-07-01", "announced": "2025-06-15", "share": 0.6},
            },
        },
        "raised": {"window": {"start": "2025-10-01", "end": "2025-12-31"}, "announced": "2025-08-20", "amount": 50.0},
    },
    "caps": {"summer": {"window": {"start": "2025-06-16", "end": "2025-12-31"}, "per": "day", "amount": 1.0}},
    "stops": {"summer": {"window": {"start": "2025-06-20", "end": "2025-07-10"}}},
}


def known(month: str) -> Pot:
    settings = load_settings(["population.goods=vehicles"])
    told = settings.model_copy(update={"pots": {**settings.pots, "trade_in": Pot.model_validate(GIVEN)}})
    return announced_by(told, month).pots["trade_in"]


def test_instalments_and_money_raised_later_are_known_once_they_are_announced() -> None:
    assert known("2025-01").tranches == {}, "of the year's money nothing is on its way yet"
    assert list(known("2025-05").tranches["year"].instalments) == ["first"]
    assert list(known("2025-06").tranches["year"].instalments) == ["first", "second"]
    assert list(known("2025-07").tranches) == ["year"]
    assert list(known("2025-08").tranches) == ["year", "raised"]


def test_caps_and_stops_are_known_as_they_begin() -> None:
    assert (known("2025-05").caps, known("2025-05").stops) == ({}, {})
    assert (list(known("2025-06").caps), list(known("2025-06").stops)) == (["summer"], ["summer"])
