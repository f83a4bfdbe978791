"""Applications come after purchases: how many when, that none is lost, and that payments follow them."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import Run, shared
from pydantic import ValidationError
from small_tree import measure

from sim.clock import day_number, first_day, month_text, parse_month
from sim.config import load_settings
from sim.errors import BalanceBroken
from sim.policy.instruments.scrappage_subsidy import ScrappageSubsidy
from sim.policy.instruments.tax_credit import TaxCredit
from sim.policy.ledger import Backlog, Ledger, kept_from_before, kept_of_month
from sim.runs.draws import draw_settings, uncertain_paths

MAY = parse_month("2024-05")
LAST = parse_month("2024-08")
SHARES = {"central": 0.6, "district": 0.4}


def books(mean: float, lag: int = 2, last: int | None = LAST) -> Ledger:
    lasts = {} if last is None else {("cars", "v2024"): first_day(last + 1) - 1}
    return Ledger({"cars": SHARES}, {"cars": lag}, {"cars": mean} if mean else {}, lasts)


def close(ledger: Ledger, month: int) -> None:
    ledger.apply(month)
    ledger.pay(month)
    ledger.check()


def applications(ledger: Ledger) -> dict[int, int]:
    return {month: count for (month, _), count in ledger.applications.items() if count}


# how many when -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [3.0, 14.0, 28.0, 45.0, 180.0])
def test_the_shares_are_those_of_many_buyers_followed_by_the_day(mean: float) -> None:
    buyers, days = 400_000, 30
    luck = np.random.default_rng(1)
    bought = luck.uniform(0.0, days, buyers)
    applied = bought + luck.exponential(mean, buyers)
    of_month, of_two = (applied > days).mean(), (applied > 2 * days).mean()
    error = 4.0 * 0.5 / math.sqrt(buyers)
    assert kept_of_month(days, mean) == pytest.approx(of_month, abs=error)
    assert kept_of_month(days, mean) * kept_from_before(days, mean) == pytest.approx(of_two, abs=error)


def test_half_of_a_month_at_a_mean_of_four_weeks_applies_after_it() -> None:
    """28 days: of the purchases of a month of 30 days 61 % are pending at its end, of these 34 % a month later."""
    assert kept_of_month(30, 28.0) == pytest.approx(28 / 30 * (1 - math.exp(-30 / 28)))
    assert kept_from_before(30, 28.0) == pytest.approx(math.exp(-30 / 28))
    backlog = Backlog()
    backlog.enter(1_000_000, 7_000_000)
    assert backlog.applied(30, 28.0, last=False) == (386_351, 386_351 * 7)
    assert backlog.applied(30, 28.0, last=False) == (403_463, 403_463 * 7)


def test_claims_of_a_small_district_are_not_put_off_to_the_last_month() -> None:
    ledger = books(28.0, last=None)
    for month in range(MAY, MAY + 60):
        if month < MAY + 48:
            ledger.claim(month, "cars", 1, 100, "v2024")
        close(ledger, month)
        exact = sum(kept_of_month(30, 28.0) * kept_from_before(30, 28.0) ** n for n in range(month - MAY + 1))
        if month < MAY + 48:
            assert abs(ledger.backlogs["cars", "v2024"].claims - exact) < 0.6, "rounded once, whatever the months"
    assert sum(applications(ledger).values()) == 48


def test_whoever_has_not_applied_does_so_in_the_month_of_the_last_day() -> None:
    ledger = books(120.0)
    for month in range(MAY, LAST):
        ledger.claim(month, "cars", 100, 100_000, "v2024")
        close(ledger, month)
    left = ledger.backlogs["cars", "v2024"].claims
    assert left > 30
    close(ledger, LAST)
    assert applications(ledger)[LAST] == left
    assert sum(applications(ledger).values()) == 300
    close(ledger, LAST + 1)
    assert LAST + 1 not in applications(ledger)


def test_applications_hurry_before_the_last_day() -> None:
    """Purchases of December, to be applied for by 10 January: a tenth is left at the year's end, of those before nothing."""
    december = parse_month("2024-12")
    ledger = Ledger({"cars": SHARES}, {"cars": 0}, {"cars": 28.0}, {("cars", "v2024"): day_number(dt.date(2025, 1, 10))})
    for month in (december - 1, december, december + 1):
        ledger.claim(month, "cars", 1_000 if month <= december else 0, 0, "v2024")
        close(ledger, month)
    in_november = 1_000 * (1.0 - kept_of_month(30, 41 / 3))
    assert applications(ledger)[december - 1] == pytest.approx(in_november, abs=1.0)
    assert applications(ledger)[december + 1] == pytest.approx(1_000 * kept_of_month(31, 10 / 3), abs=1.0)
    assert 90 < applications(ledger)[december + 1] < 120
    assert sum(applications(ledger).values()) == 2_000


# nothing is lost -----------------------------------------------------------------------------------------------

MONTHLY = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 10**9)), min_size=1, max_size=8)


@given(MONTHLY, st.floats(0.01, 180.0), st.integers(0, 3))
def test_no_claim_and_no_fen_is_lost_or_applied_for_twice(entered: list[tuple[int, int]], mean: float, lag: int) -> None:
    ledger = books(mean, lag, MAY + 9)
    for month in range(MAY, MAY + 14):
        if month < MAY + len(entered):
            ledger.claim(month, "cars", *entered[month - MAY], "v2024")
        close(ledger, month)
        assert all(b.claims >= 0 and b.fen >= 0 and (b.claims or not b.fen) for b in ledger.backlogs.values())
        assert all(count >= 0 for count in ledger.applications.values())
    assert ledger.outstanding == 0
    assert sum(ledger.applications.values()) == sum(claims for claims, _ in entered)
    assert sum(ledger.paid.values()) == sum(fen for _, fen in entered)


def test_versions_keep_their_own_amounts_and_last_days() -> None:
    ledger = Ledger({"cars": SHARES}, {"cars": 0}, {"cars": 1e6}, {("cars", "old"): first_day(MAY + 2) - 1})
    ledger.claim(MAY, "cars", 1, 10, "old")
    ledger.claim(MAY, "cars", 1, 20, "new")
    close(ledger, MAY)
    close(ledger, MAY + 1)
    assert sum(ledger.paid.values()) == 10
    assert ledger.outstanding == 20


def test_an_application_that_leaves_the_books_is_noticed() -> None:
    ledger = books(28.0)
    ledger.claim(MAY, "cars", 10, 1000, "v2024")
    close(ledger, MAY)
    ledger.backlogs["cars", "v2024"].claims -= 1
    with pytest.raises(BalanceBroken, match="10 claims"):
        ledger.check()


@given(MONTHLY, st.integers(0, 3), st.sampled_from([0.0, None]))
def test_without_a_lag_the_ledger_is_the_one_without_applications(
    entered: list[tuple[int, int]], lag: int, mean: float | None
) -> None:
    """The ledger as it was before there were applications: what is claimed is due ``lag`` months later."""
    ledger = Ledger(
        {"cars": SHARES}, {"cars": lag}, {} if mean is None else {"cars": mean}, {("cars", "v2024"): first_day(LAST)}
    )
    paid: dict[int, int] = {}
    for month, (claims, fen) in enumerate(entered, start=MAY):
        ledger.claim(month, "cars", claims, fen, "v2024")
        close(ledger, month)
        paid[month + lag] = fen
    for month in range(MAY + len(entered), MAY + len(entered) + lag):
        close(ledger, month)
    assert {month: fen for (month, _), fen in ledger.paid.items()} == paid
    assert all(entry.applications == entry.claims for entry in ledger.entries())
    assert ledger.backlogs == {}


# what follows an application -----------------------------------------------------------------------------------


def test_payment_is_due_some_months_after_the_application() -> None:
    ledger = books(28.0, lag=2, last=None)
    ledger.claim(MAY, "cars", 1_000, 1_000_000, "v2024")
    for month in range(MAY, MAY + 12):
        close(ledger, month)
    applied = {month + 2: 1_000 * count for month, count in applications(ledger).items() if month + 2 < MAY + 12}
    assert len(applied) > 3
    assert {month: fen for (month, _), fen in ledger.paid.items()} == applied


def test_who_waited_in_line_and_who_is_topped_up_has_applied() -> None:
    ledger = books(28.0, lag=1)
    ledger.claim(MAY, "cars", 3, 300)
    ledger.claim(MAY, "cars", 0, 50)
    close(ledger, MAY)
    assert applications(ledger) == {MAY: 3}
    close(ledger, MAY + 1)
    assert ledger.paid == {(MAY + 1, "cars"): 350}


def test_a_month_of_applications_alone_is_shown() -> None:
    """Of 100 in May 60.5 % are pending after its 31 days, of these 34.3 % after the 30 of June: 60 and 21 claims."""
    ledger = books(28.0, lag=6, last=None)
    ledger.claim(MAY, "cars", 100, 10_000, "v2024")
    close(ledger, MAY)
    close(ledger, MAY + 1)
    told = [(e.month, e.payer, e.claims, e.applications, e.amount_fen) for e in ledger.entries()]
    assert told == [
        (MAY, "central", 100, 40, 6_000), (MAY, "district", 100, 40, 4_000),
        (MAY + 1, "central", 0, 39, 0), (MAY + 1, "district", 0, 39, 0),
    ]  # fmt: skip


# what a file may say -------------------------------------------------------------------------------------------


def subsidy(**fields: Any) -> ScrappageSubsidy:
    return ScrappageSubsidy.model_validate(measure() | fields)


def version(**fields: Any) -> dict[str, Any]:
    return {"versions": {"only": next(iter(measure()["versions"].values())) | fields}}


WINDOW = {"start": "2024-05-01", "end": "2024-12-31"}


@pytest.mark.parametrize(
    ("terms", "until", "last"),
    [
        ({"window": WINDOW}, None, dt.date(2025, 1, 31)),
        ({"window": WINDOW, "apply_by": "2024-12-31"}, None, dt.date(2024, 12, 31)),
        ({"window": WINDOW, "apply_by": "2025-03-31"}, None, dt.date(2025, 3, 31)),
        ({"window": WINDOW, "apply_by": "2025-03-31"}, "2025-06-30", dt.date(2025, 3, 31)),
        ({"window": WINDOW, "apply_by": "2025-03-31"}, "2024-09-15", dt.date(2024, 10, 31)),
        ({"window": WINDOW, "apply_by": "2025-01-10"}, "2024-12-15", dt.date(2025, 1, 10)),
        ({"window": {"start": "2024-05-01"}}, "2024-09-15", dt.date(2024, 10, 31)),
        ({"window": {"start": "2024-05-01"}}, None, None),
    ],
)
def test_the_last_day_for_applications(terms: dict[str, Any], until: str | None, last: dt.date | None) -> None:
    found = subsidy(**version(announced="2024-05-01", **terms), until=until).last_applications()
    assert found == ({} if last is None else {"only": last})


@pytest.mark.parametrize("end", ["2024-12-31", None])
def test_applications_cannot_end_before_the_window_does(end: str | None) -> None:
    terms = version(announced="2024-05-01", window={"start": "2024-05-01", "end": end}, apply_by="2024-12-30")
    with pytest.raises(ValidationError, match="apply_by"):
        subsidy(**terms)


@pytest.mark.parametrize(
    "lag", [-1.0, 181.0, {"value": 28, "unit": "days", "source": "s", "grade": "C", "low": 14, "high": 200}]
)
def test_a_lag_that_cannot_be_meant_is_refused(lag: Any) -> None:
    with pytest.raises(ValidationError, match="from 0 to 180 days"):
        subsidy(application_lag_days=lag)


def test_only_a_subsidy_is_applied_for() -> None:
    credit = load_settings([]).policy["equipment_tax_credit"]
    assert isinstance(credit, TaxCredit)
    with pytest.raises(ValidationError, match="belongs to a subsidy"):
        TaxCredit.model_validate(credit.model_dump(mode="json") | {"application_lag_days": 28})


def test_draws_take_the_lag_from_its_range() -> None:
    settings = load_settings(["population.goods=vehicles"])
    for name in ("car_scrappage", "car_replacement"):
        lag = settings.policy[name].application_lag_days
        assert lag is not None
        assert lag.low is not None
        assert lag.high is not None
        assert f"policy.{name}.application_lag_days" in uncertain_paths(settings)
        drawn = draw_settings(settings, 1, 4).policy[name].application_lag_days
        assert drawn is not None
        assert lag.low <= drawn.value <= lag.high
        assert drawn.value != lag.value


# in a run ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run() -> Run:
    return shared("clock.end=2025-03", scale=0.02)


@pytest.mark.parametrize("name", ["car_scrappage", "car_replacement"])
def test_in_a_run_applications_are_the_claims_but_for_those_pending_at_the_end(run: Run, name: str) -> None:
    rows = run.result.ledger[run.result.ledger["measure"] == name].groupby("month").first()
    books = run.model.government.ledger
    pending = {key: backlog.claims for key, backlog in books.backlogs.items() if key[0] == name}
    assert rows["claims"].sum() > 0
    assert rows["claims"].sum() == rows["applications"].sum() + sum(pending.values())
    assert pending[name, "v2025"] > 0
    assert not any(count for (_, told), count in pending.items() if told != "v2025"), "10 January 2025 is past"
    upto = (rows["claims"] - rows["applications"]).cumsum()
    assert (upto >= 0).all(), "nobody applies before the purchase"


def test_in_a_run_the_first_payment_follows_the_first_application(run: Run) -> None:
    ledger, terms = run.result.ledger, run.model.settings.policy["car_scrappage"]
    rows = ledger[ledger["measure"] == "car_scrappage"].groupby("month").agg(
        applications=("applications", "first"), paid=("paid_fen", "sum")
    )  # fmt: skip
    first = rows.index[rows["applications"] > 0][0]
    paid = rows.index[rows["paid"] > 0][0]
    assert parse_month(str(paid)) == parse_month(str(first)) + terms.payment_lag_months


def test_a_run_without_a_lag_differs_in_applications_and_payments_alone(run: Run) -> None:
    names = ("car_scrappage", "car_replacement")
    at_once = shared("clock.end=2025-03", *(f"policy.{name}.application_lag_days=null" for name in names), scale=0.02).result
    for table in ("flows", "stocks", "pots", "uptake"):
        pd.testing.assert_frame_equal(getattr(run.result, table), getattr(at_once, table))
    lagging = run.result.ledger.set_index(["month", "measure", "payer"])
    before = at_once.ledger.set_index(["month", "measure", "payer"])
    for column in ("claims", "amount_fen"):
        assert lagging[column].equals(before[column].reindex(lagging.index, fill_value=0))
    rows = at_once.ledger[at_once.ledger["measure"].isin(names)]
    assert (rows["applications"] == rows["claims"]).all()
    for name in names:
        money = rows[rows["measure"] == name].groupby("month")[["amount_fen", "paid_fen"]].sum()
        months = [month_text(parse_month(str(month)) + 2) for month in money.index]
        due = pd.Series(money["amount_fen"].to_numpy(), index=months)
        assert due[due.index <= "2025-03"].reindex(money.index, fill_value=0).equals(money["paid_fen"])
