"""How many new cars are bought on credit, and what it hangs on."""

from __future__ import annotations

import pytest
from model_settings import finish, small

from sim.settings import Settings

SCALE = 0.1


def share_on_credit(settings: Settings) -> tuple[float, int]:
    """Of the new cars of 2023; and how many cars were sold."""
    months = finish(settings).model.history.months["car"][:12]
    sold = sum(int(month.tally.new_sales.sum()) for month in months)
    return sum(int(month.tally.loans[0]) for month in months) / sold, sold


def averse(middle: float, spread: float) -> Settings:
    """Everybody's aversion as said, without what the anchor adds."""
    settings = small("clock.end=2023-12", scale=SCALE)
    numbers = {"credit_aversion": middle, "credit_aversion_spread": spread}
    told = {
        name: getattr(settings.behaviour, name).model_copy(update={"value": value, "low": None, "high": None})
        for name, value in numbers.items()
    }
    car = settings.anchor["car"].model_copy(update={"credit_aversion": 0.0})
    return settings.model_copy(
        update={"behaviour": settings.behaviour.model_copy(update=told), "anchor": {**settings.anchor, "car": car}}
    )


def test_the_reference_year_shows_the_share_that_the_baseline_has() -> None:
    settings = small("clock.end=2023-12", scale=SCALE)
    share, sold = share_on_credit(settings)
    wanted = settings.region.baseline["credit_share_new"].value
    assert share == pytest.approx(wanted, abs=0.03 + 4.0 * (wanted * (1.0 - wanted) / sold) ** 0.5)


def test_whoever_does_not_mind_debt_takes_the_cheaper_way_and_whoever_abhors_it_pays_cash() -> None:
    approval = small(scale=SCALE).market.approval.value
    careless, _ = share_on_credit(averse(0.0, 0.0))
    abhorred, _ = share_on_credit(averse(1e6, 0.0))
    assert careless > 0.8 * approval
    assert abhorred == 0.0


def test_the_more_owners_differ_the_more_of_those_who_mind_borrow_all_the_same() -> None:
    shares = [share_on_credit(averse(6.0, spread))[0] for spread in (0.25, 1.0, 4.0)]
    assert shares == sorted(shares)
    assert shares[-1] > shares[0] + 0.05
