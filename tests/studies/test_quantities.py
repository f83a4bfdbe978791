"""What a case asks of the runs is what the page says: every quantity against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from toy_cases import TITLE, toy

from sim.clock import day_number
from sim.config import load_settings
from sim.schema.result_tables import EVENTS
from sim.studies.validate.case import Case
from sim.studies.validate.case_market import model_day, settings_of
from sim.studies.validate.quantities import ARGUMENTS, QUANTITIES, View, claimed, sales, shares
from sim.studies.validate.quantities.registry import quantity

YEAR = [f"2024-{month:02d}" for month in range(1, 13)]
BASE = ["2024-04", "2024-05", "2024-06"]
RUSH = ["2024-07", "2024-08"]


def frame(values: dict[str, list[float]]) -> pd.DataFrame:
    """Rows of the monthly table from ``indicator/group`` -> values of the year."""
    return pd.DataFrame(
        [
            (month, *name.partition("/")[::2], value)
            for name, row in values.items()
            for month, value in zip(YEAR, row, strict=True)
        ],
        columns=["month", "indicator", "group", "value"],
    )


def view(monthly: dict[str, list[float]], other: dict[str, list[float]], entered: list[int], later: bool = False) -> View:
    """A year of the district, worked out by hand; claims of 1,000 yuan each, applied for at once or a month ``later``."""
    ledger = pd.DataFrame({"month": YEAR, "measure": "programme", "payer": "central", "claims": entered})
    ledger["applications"] = ledger["claims"].shift(1, fill_value=0) if later else ledger["claims"]
    ledger["amount_fen"] = ledger["claims"] * 100_000
    settings = load_settings(["population.goods=vehicles", "population.scale=0.5"])
    return View(Case.model_validate({"id": "hand", "title": TITLE}), settings, frame(monthly), frame(other), ledger)


@pytest.fixture(scope="module")
def year() -> View:
    sold = [100.0] * 6 + [120.0, 150.0] + [80.0, 90.0, 100.0, 100.0]
    return view({"new_registrations": sold}, {"new_registrations": [100.0] * 12}, [0] * 6 + [20, 40] + [0] * 4)


def test_sales_are_counted_over_the_base_months(year: View) -> None:
    assert sales.sales_index(year, ["2024-08"], BASE) == pytest.approx(1.5)


def test_a_quarter_is_compared_with_the_one_before(year: View) -> None:
    assert sales.quarter_on_quarter(year, "2024Q3") == pytest.approx(350.0 / 300.0 - 1.0)
    assert sales.quarter_on_quarter(year, "2024Q4") == pytest.approx(290.0 / 350.0 - 1.0)


def test_of_120_claims_70_were_induced(year: View) -> None:
    assert sales.induced_total(year, RUSH) == pytest.approx(70.0)
    assert sales.inframarginal(year, RUSH, ["programme"]) == pytest.approx(1.0 - 70.0 / 120.0)


def test_30_of_70_are_paid_back(year: View) -> None:
    assert sales.paid_back(year, RUSH, ["2024-09", "2024-10"]) == pytest.approx(30.0 / 70.0)


def test_what_is_left_falls_below_four_fifths_in_the_first_month_after(year: View) -> None:
    """70 are added; 50 are left after September, 40 after October, and nothing changes then."""
    after = YEAR[8:]
    assert sales.paid_back_month(year, RUSH, after, level=0.8) == 1.0
    assert sales.paid_back_month(year, RUSH, after, level=0.6) == 2.0
    assert sales.paid_back_month(year, RUSH, after, level=0.5) == 5.0, "never within the four months"


def test_the_first_month_below_a_level_is_counted_from_the_first_of_the_months(year: View) -> None:
    assert sales.first_month_below(year, "new_registrations", 0.95, BASE, YEAR[6:]) == 3.0
    assert sales.first_month_below(year, "new_registrations", 0.5, BASE, YEAR[6:]) == 7.0


def test_without_the_programme_seventy_of_270_would_not_have_been_sold(year: View) -> None:
    assert sales.prevented(year, RUSH) == pytest.approx(70.0 / 270.0)
    assert sales.sales_effect(year, RUSH) == pytest.approx(70.0 / 200.0)


def test_effects_are_summed_over_categories() -> None:
    told = view(
        {"goods_bought/refrigerator": [30.0] * 12, "goods_bought/washer": [90.0] * 12},
        {"goods_bought/refrigerator": [20.0] * 12, "goods_bought/washer": [80.0] * 12},
        [0] * 12,
    )
    settings = load_settings(["population.scale=0.5"])
    both = View(told.case, settings, told.monthly, told.other, told.ledger)
    assert sales.sales_effect(both, YEAR, ["refrigerator", "washer"]) == pytest.approx(0.2)
    assert sales.sales_effect(both, YEAR, ["refrigerator"]) == pytest.approx(0.5)


def test_half_of_the_claims_are_in_eight_days_into_the_second_month(year: View) -> None:
    assert claimed.half_way(year, RUSH, 1, ["programme"]) == pytest.approx(31 + 31 * 20.0 / 80.0)


def test_claims_and_their_money_are_those_of_the_whole_district(year: View) -> None:
    assert claimed.claims_total(year, measures=["programme"]) == 120.0
    assert claimed.claimed_money(year, ["2024-08"], ["programme"]) == pytest.approx(80_000.0)


def test_counts_go_by_the_application_money_and_what_was_induced_by_the_purchase() -> None:
    """20 and 40 of half the district buy in July and August, and apply in August and September."""
    sold = {"new_registrations": [100.0] * 6 + [120.0, 150.0] + [100.0] * 4}
    told = view(sold, {"new_registrations": [100.0] * 12}, [0] * 6 + [20, 40] + [0] * 4, later=True)
    assert claimed.claims_total(told, ["2024-08"], ["programme"]) == 40.0
    assert claimed.claims_growth(told, "programme", "2024-08", "2024-09") == pytest.approx(2.0 * 31 / 30)
    assert claimed.claims_share(told, "programme", ["programme"], ["2024-08"]) == 1.0
    assert claimed.take_up(told, "programme", ["2024-09"], "population") == pytest.approx(
        claimed.claims_per_thousand(told, ["2024-09"], ["programme"]) / 1000.0
    )
    assert claimed.claimed_money(told, ["2024-08"], ["programme"]) == pytest.approx(80_000.0)
    assert sales.inframarginal(told, RUSH, ["programme"]) == pytest.approx(1.0 - 70.0 / 120.0)


def test_claims_that_fall_are_counted(year: View) -> None:
    assert claimed.claims_inversions(year, "programme", ["2024-07", "2024-08", "2024-09"]) == 1.0


def test_the_season_is_that_without_any_subsidy() -> None:
    usual = [80.0] * 11 + [320.0]
    told = view({"new_registrations": [1.0] * 12}, {"new_registrations": usual}, [0] * 12)
    assert sales.season(told, ["12"], "2024") == pytest.approx(3.2)


def test_a_logistic_share_has_its_slope() -> None:
    share = [1.0 / (1.0 + math.exp(-(-1.0 + 0.4 * n / 12.0))) for n in range(12)]
    parts = {"new_registrations": [100.0] * 12, "new_registrations/bev": [60.0 * s for s in share]}
    parts["new_registrations/phev"] = [40.0 * s for s in share]
    told = view(parts, parts, [0] * 12)
    assert shares.nev_slope(told, "2024-01", "2024-12") == pytest.approx(0.4)
    assert shares.nev_against_trend(told, "2024-12", "2024-01", "2024-06") == pytest.approx(0.0, abs=1e-9)


def test_changes_on_log_scales(year: View) -> None:
    assert sales.sales_change(year, ["2024-08"], BASE) == pytest.approx(math.log(1.5))
    assert sales.log_ratio(year, "new_registrations", RUSH, BASE) == pytest.approx(math.log(1.35))
    assert claimed.log_claims_growth(year, "programme", "2024-07", "2024-08") == pytest.approx(math.log(2.0))
    assert claimed.log_claims_growth(year, "programme", "2024-08", "2024-09") == -math.inf
    assert math.isnan(claimed.log_claims_growth(year, "programme", "2024-06", "2024-07"))


def test_the_change_of_the_nev_share_is_told_as_logit_and_in_points() -> None:
    parts = {"new_registrations": [100.0] * 12, "new_registrations/bev": [10.0] * 6 + [30.0] * 6}
    parts["new_registrations/phev"] = [10.0] * 6 + [20.0] * 6
    told = view(parts, parts, [0] * 12)
    assert shares.nev_change(told, YEAR[6:], YEAR[:6]) == pytest.approx(math.log(1.0) - math.log(0.25))
    assert shares.nev_points(told, YEAR[6:], YEAR[:6]) == pytest.approx(30.0)


def test_scrapping_is_formal_and_informal_together() -> None:
    """Ten in a hundred more vehicles end after prices have fallen by a tenth: log 1.1 / log 0.9."""
    with_it = {"elv_recovered": [6.0] * 12, "informal_retirements": [5.0] * 12}
    without_it = {"elv_recovered": [4.0] * 12, "informal_retirements": [6.0] * 12}
    told = view(with_it, without_it, [0] * 12)
    assert sales.scrap_elasticity(told, YEAR, 0.1) == pytest.approx(math.log(1.1) / math.log(0.9))


# ---- what every owner did: days, sizes, history, prices


def row(day: str, measure: str, variant: str, owner: int, price: int, old: str | None) -> dict[str, Any]:
    """A new car bought on a day of 2010; ``old``: first registration of the car given up."""
    case = Case.model_validate(toy())
    variants = list(load_settings([]).products["car"].variants)
    bought = model_day(day, case.market)
    held = None if old is None else day_number(model_day(old, case.market))
    return dict.fromkeys(EVENTS, 0) | {
        "month": bought.isoformat()[:7], "good": "car", "owner": owner, "variant": variants.index(variant), "new": True,
        "price": price, "day": day_number(bought), "measure": measure, "old_variant": -1 if held is None else 0,
        "old_registered": held or 0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> View:
    """Four cars with the programme and two without it in a market where nine yuan are one of its money."""
    case = Case.model_validate(toy())
    settings = settings_of(case, 0.05, str(tmp_path_factory.mktemp("results")))
    with_it = [
        row("2010-03-10", "programme", "ice_economy", 1, 90_000, "1995-03-10"),
        row("2010-03-20", "programme", "ice_economy", 1, 90_000, "1999-03-20"),
        row("2010-03-20", "programme", "bev_family", 2, 180_000, "1990-03-20"),
        row("2010-04-02", "", "ice_premium", 3, 270_000, None),
    ]
    without_it = [
        row("2010-03-11", "", "ice_premium", 1, 270_000, "1995-03-11"),
        row("2010-04-02", "", "ice_premium", 3, 270_000, None),
    ]
    ledger = pd.DataFrame(
        {"month": ["2024-03"], "measure": "programme", "payer": "central", "claims": 3, "amount_fen": 2_700_000}
    )
    none = frame({})
    return View(case, settings, none, none, ledger, pd.DataFrame(with_it), pd.DataFrame(without_it))


MARCH, APRIL = ["2010-03"], ["2010-04"]


def test_claims_are_counted_by_day_and_by_half_month(bought: View) -> None:
    assert bought.scale == 0.5
    assert claimed.claims_between(bought, "2010-03-01 to 2010-03-15") == 2.0
    assert claimed.claims_between(bought, "2010-03-16 to 2010-03-31") == 4.0
    assert claimed.claims_a_day(bought, "2010-03-19 to 2010-03-20") == 2.0
    assert claimed.claims_pace(bought, "2010-03-16 to 2010-03-30", "2010-03-01 to 2010-03-15") == 2.0
    assert math.isnan(claimed.claims_pace(bought, "2010-03-16 to 2010-03-30", "2010-04-01 to 2010-04-15"))


def test_claims_are_told_by_powertrain_size_and_owner(bought: View) -> None:
    assert claimed.claims_nev_share(bought, MARCH) == pytest.approx(1.0 / 3.0)
    assert claimed.claims_size_share(bought, ["economy"], MARCH) == pytest.approx(2.0 / 3.0)
    assert claimed.claims_per_owner(bought, MARCH) == pytest.approx(1.5)
    assert math.isnan(claimed.claims_per_owner(bought, APRIL))


def test_shares_of_sizes_are_told_in_points(bought: View) -> None:
    assert shares.size_share(bought, ["economy"], MARCH + APRIL) == pytest.approx(0.5)
    assert shares.size_points(bought, ["economy"], MARCH, APRIL) == pytest.approx(200.0 / 3.0)
    assert shares.size_effect_points(bought, ["premium"], MARCH + APRIL) == pytest.approx(-75.0)


def test_buyers_are_told_apart_by_what_they_had(bought: View) -> None:
    assert shares.buyers_share(bought, "replacing", MARCH + APRIL) == pytest.approx(0.75)
    assert shares.buyers_share(bought, "first", MARCH + APRIL) == pytest.approx(0.25)
    assert shares.mean_old_age(bought, MARCH + APRIL) == pytest.approx((15.0 + 11.0 + 20.0) / 3.0, abs=0.01)


def test_money_is_told_in_that_of_the_case(bought: View) -> None:
    """A new car costs 15,000 there and 135,000 yuan here."""
    assert bought.money(9.0) == pytest.approx(1.0)
    assert claimed.claimed_money(bought, MARCH) == pytest.approx(27_000 / 9.0 / 0.5)
    assert claimed.claims_value(bought, MARCH) == pytest.approx(360_000 / 9.0 / 0.5)
    assert shares.price_of_buyers(bought, MARCH, old_age=12.0) == pytest.approx((135_000 - 270_000) / 9.0)
    assert math.isnan(shares.price_of_sizes(bought, ["economy"], MARCH)), "nobody bought one without the programme"


# ---- the register


def test_every_quantity_and_every_argument_has_a_meaning_in_both_languages() -> None:
    said = [told.says for told in (*QUANTITIES.values(), *ARGUMENTS.values())]
    assert all(words.zh and words.en and words.zh != words.en for words in said)
    assert {name for told in QUANTITIES.values() for name in told.arguments} == set(ARGUMENTS)


def test_a_quantity_with_an_argument_that_nobody_explains_does_not_enter() -> None:
    def strange(view: View, mood: str) -> float:
        return 0.0

    with pytest.raises(KeyError, match="mood"):
        quantity("心情", "mood")(strange)
    assert "strange" not in QUANTITIES
