"""What is in force when, and who knows: the calendar on measures made up for the purpose and on the real ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from policy_files import MEASURE, VEHICLES, measure, measures, product

from sim.clock import day_number, month_of_day, month_text, parse_month
from sim.policy.calendar import Calendar, TopUp
from sim.policy.in_force import Rules
from sim.policy.instruments import Measure

FIRST, LAST = parse_month("2023-01"), parse_month("2027-12")


@cache
def calendar(good: str) -> Calendar:
    return Calendar(measures(), good, product(good))


def _gift(versions: dict[str, dict[str, Any]], **levers: object) -> Measure:
    """A made-up purchase subsidy: version -> announced, start, end and whatever else it says."""
    content: dict[str, Any] = {
        "title": {"zh": "赠款", "en": "gift"},
        "article": "",
        "quote": "",
        "goods": ["car"],
        "instrument": "purchase_subsidy",
        "payers": {"district": 1.0},
        "versions": {},
        **levers,
    }
    for name, said in versions.items():
        start, end = said["days"]
        content["versions"][name] = {
            "announced": said.get("announced", start),
            "window": {"start": start, "end": end},
            "reference": "made up",
            "quote": "made up",
            "grade": "C",
            "grants": {"bev": said.get("grant", {"amount": 1000})},
            **said.get("more", {}),
        }
    return MEASURE.validate_python(content)


def _rules(gift: Measure, month: str, known_at: str = "") -> Rules:
    made = Calendar({"gift": gift}, "car", product("car"))
    return made.rules(parse_month(month), parse_month(known_at or month))


def _yuan(gift: Measure, month: str, known_at: str = "", price: float = 100_000) -> float:
    prices = np.full(len(product("car").variants), price)
    return float(_rules(gift, month, known_at).grants_fen(prices).max(initial=0)) / 100


# Made up.


@pytest.mark.parametrize(("announced", "known"), [("2024-03-15", 1000), ("2024-03-16", 0)])
def test_what_is_announced_by_the_fifteenth_is_known_in_that_month(announced: str, known: float) -> None:
    gift = _gift({"a": {"announced": announced, "days": ("2024-05-01", "2024-12-31")}})
    assert _yuan(gift, "2024-06", known_at="2024-03") == known
    assert _yuan(gift, "2024-06", known_at="2024-04") == 1000
    assert _yuan(gift, "2024-06", known_at="2024-02") == 0


def test_what_is_announced_late_is_paid_at_the_counter_in_the_same_month() -> None:
    gift = _gift({"a": {"announced": "2024-05-28", "days": ("2024-05-01", "2024-12-31")}})
    assert _yuan(gift, "2024-05") == 1000
    assert _yuan(gift, "2024-06", known_at="2024-05") == 0, "owners do not expect it yet"


def test_what_is_announced_after_its_start_does_not_exist_before_the_announcement() -> None:
    gift = _gift({"a": {"announced": "2024-05-10", "days": ("2024-03-01", "2024-12-31")}})
    assert _yuan(gift, "2024-03") == _yuan(gift, "2024-04") == 0
    assert _yuan(gift, "2024-05") == 1000


def test_a_later_version_replaces_an_earlier_one_on_its_days_only() -> None:
    longer, shorter = ("2024-01-01", "2024-12-31"), ("2024-05-11", "2024-07-20")
    gift = _gift({"a": {"days": longer}, "b": {"days": shorter, "grant": {"amount": 3000}}})
    ent = _rules(gift, "2024-05").entitlements
    assert [month_of_day(day) for day in ent.first_day] == [parse_month("2024-01"), parse_month("2024-05")]
    assert ent.last_day[0] == ent.first_day[1] - 1
    assert _yuan(gift, "2024-06") == 3000
    assert [_yuan(gift, month) for month in ("2024-04", "2024-08")] == [1000, 1000]


def test_before_it_is_announced_the_earlier_version_is_expected_to_go_on() -> None:
    gift = _gift({"a": {"days": ("2024-01-01", "2024-12-31")}, "b": {"days": ("2024-05-01", "2024-12-31")}})
    first = _rules(gift, "2024-09", known_at="2024-03").entitlements
    assert [int(day) for day in first.last_day] == [day_number(gift.versions["a"].window.end)]


def test_a_lever_pulled_on_the_last_day_changes_that_day_alone() -> None:
    gift = _gift({"a": {"days": ("2023-06-01", "2024-01-01")}}, amount_factor=2.0)
    assert _yuan(gift, "2023-12") == 1000
    rules = _rules(gift, "2024-01")
    assert rules.entitlements.first_day.tolist() == rules.entitlements.last_day.tolist() == [day_number(dt.date(2024, 1, 1))]
    assert _yuan(gift, "2024-01") == 2000


def test_an_uncertain_factor_scales_amounts_and_leaves_caps() -> None:
    scale = {"amount_scale": {"value": 1.3, "unit": "factor", "source": "made up", "grade": "C"}}
    tiers = {"tiers": [{"price_from": 0, "amount": 1000}, {"price_from": 200_000, "amount": 1500}], "cap": 1400}
    gift = _gift({"a": {"days": ("2024-01-01", None), "grant": tiers, "more": scale}})
    assert _yuan(gift, "2024-02") == 1300
    assert _yuan(gift, "2024-02", price=200_000) == 1400


def test_a_price_limit_includes_its_own_yuan() -> None:
    gift = _gift({"a": {"days": ("2024-01-01", None), "grant": {"amount": 1000, "price_max": 150_000}}})
    assert _yuan(gift, "2024-02", price=150_000) == 1000
    assert _yuan(gift, "2024-02", price=150_001) == 0


def test_two_laws_on_loans_leave_the_narrower_one() -> None:
    strict = MEASURE.dump_python(measure("car_loans"), mode="json")
    strict["versions"] = {"v2018": strict["versions"]["v2018"] | {"max_ratio_used": 0.5}}
    both = {"strict": MEASURE.validate_python(strict), "car_loans": measure("car_loans")}
    rules = Calendar(both, "car", product("car")).rules(parse_month("2024-06"), parse_month("2024-06"))
    assert rules.loans.max_ratio_used == 0.5
    assert rules.loans.max_ratio.max() == 0.85


def test_news_is_looked_for_from_the_first_month_to_the_last() -> None:
    gift = _gift({"a": {"announced": "2024-03-15", "days": ("2024-05-01", "2024-12-31")}})
    made, march = Calendar({"gift": gift}, "car", product("car")), parse_month("2024-03")
    assert made.knowledge_months(march, march) == [march]
    assert made.knowledge_months(march + 1, march + 9) == made.knowledge_months(march - 9, march - 1) == []


def test_a_month_has_all_its_days_and_no_others() -> None:
    gift = _gift({"a": {"days": ("2024-02-29", "2024-03-31")}})
    days = [day_number(dt.date(2024, 2, 29)), day_number(dt.date(2024, 3, 31))]
    for month, there in (("2024-01", False), ("2024-02", True), ("2024-03", True), ("2024-04", False)):
        ent = _rules(gift, month).entitlements
        assert [*ent.first_day.tolist(), *ent.last_day.tolist()] == (days if there else []), month


def test_on_the_day_after_a_temporary_version_the_lasting_one_is_back() -> None:
    """Three versions: the second within the first, the third begins before the second ends."""
    said = {"a": ("2024-05-01", "2024-05-31"), "b": ("2024-05-05", "2024-05-10"), "c": ("2024-05-08", "2024-05-20")}
    ent = _rules(_gift({name: {"days": days} for name, days in said.items()}), "2024-05").entitlements
    start = day_number(dt.date(2024, 5, 1)) - 1
    spans = sorted(zip((ent.first_day - start).tolist(), (ent.last_day - start).tolist(), ent.version.tolist(), strict=True))
    assert spans == [(1, 4, 0), (5, 7, 1), (8, 20, 2), (21, 31, 0)]


def test_a_version_on_the_first_days_leaves_the_rest_to_the_one_that_it_interrupts() -> None:
    said = {"a": ("2024-04-20", "2024-05-31"), "b": ("2024-05-31", "2024-05-31"), "c": ("2024-06-01", None)}
    ent = _rules(_gift({name: {"days": days} for name, days in said.items()}), "2024-05").entitlements
    start = day_number(dt.date(2024, 5, 1)) - 1
    spans = sorted(zip((ent.first_day - start).tolist(), (ent.last_day - start).tolist(), ent.version.tolist(), strict=True))
    assert spans == [(-10, 30, 0), (31, 31, 1)]


@pytest.mark.parametrize(("until", "yuan"), [("2024-05-31", 1000), ("2024-05-01", 1000), ("2024-04-30", 0), ("2023-01-01", 0)])
def test_a_measure_ends_on_its_last_day_whatever_its_versions_say(until: str, yuan: float) -> None:
    assert _yuan(_gift({"a": {"days": ("2024-01-01", "2024-12-31")}}, until=until), "2024-05") == yuan
    assert _yuan(_gift({"a": {"days": ("2024-01-01", "2024-02-28")}}, until=until), "2024-05") == 0


@pytest.mark.parametrize(("enacted_until", "yuan"), [("2024-03-14", 0), ("2024-03-15", 1000), ("2024-03-16", 1000)])
def test_what_was_announced_up_to_that_day_is_enacted(enacted_until: str, yuan: float) -> None:
    gift = _gift({"a": {"announced": "2024-03-15", "days": ("2024-05-01", "2024-12-31")}}, enacted_until=enacted_until)
    assert _yuan(gift, "2024-05") == yuan


@pytest.mark.parametrize(
    ("pulled", "april", "foreseen"),
    [("2024-03-31", 2000, 2000), ("2024-04-01", 2000, 2000), ("2024-04-02", 2000, 1000), ("2024-05-01", 1000, 1000)],
)
def test_levers_change_the_terms_from_their_day_on_and_are_news_on_that_day(pulled: str, april: float, foreseen: float) -> None:
    gift = _gift({"a": {"announced": "2024-01-01", "days": ("2024-04-01", None)}}, amount_factor=2.0, levers_from=pulled)
    assert (_yuan(gift, "2024-04"), _yuan(gift, "2024-06")) == (april, 2000)
    assert _yuan(gift, "2024-06", known_at="2024-03") == foreseen


def test_terms_of_a_month_hold_if_they_hold_on_the_fifteenth() -> None:
    """A rule on loans from the 15th on counts for the month, one from the 16th on for the next."""
    said = MEASURE.dump_python(measure("car_loans"), mode="json")
    version = next(iter(said["versions"].values()))
    for day, ratio in (("2024-05-15", 0.5), ("2024-05-16", 1.0)):
        window = {"announced": "2024-01-01", "window": {"start": day, "end": None}, "max_ratio_used": 0.5}
        loans = MEASURE.validate_python(said | {"versions": {"only": version | window}})
        found = Calendar({"loans": loans}, "car", product("car")).rules(parse_month("2024-05"), parse_month("2024-05"))
        assert found.loans.max_ratio_used == ratio


# Without grants, and which measures grant.

AHEAD = 60


def _law(gift: Measure, *others: str) -> Calendar:
    """The gift beside real measures."""
    return Calendar({"gift": gift} | {name: measure(name) for name in others}, "car", product("car"))


@pytest.mark.parametrize("good", VEHICLES)
def test_who_has_heard_of_no_subsidy_knows_every_other_rule(good: str) -> None:
    """As claimed today and as foreseen."""
    cal, seen = calendar(good), {"entitlements": 0, "restrictions": 0, "taxes": 0}
    for month in range(FIRST, LAST + 1):
        for known_at in {month, max(month - 6, FIRST)}:
            every, bare = (asdict(cal.rules(month, known_at, grants)) for grants in (True, False))
            assert {len(column) for column in bare["entitlements"]} == {0}
            for name, rule in every.items():
                if name != "entitlements":
                    np.testing.assert_equal(bare[name], rule)
            seen["entitlements"] += len(every["entitlements"][0])
            seen["restrictions"] += len(bare["restrictions"][0])
            seen["taxes"] += len(bare["taxes"])
    assert min(seen.values()) > 0, seen


def test_months_that_differ_in_grants_alone_are_the_same_to_who_has_heard_of_none() -> None:
    said = {"days": ("2025-08-01", "2025-09-30"), "grant": {"amount": 9}}
    cal = _law(_gift({"a": {"days": ("2025-02-10", "2025-05-20")}, "b": said}), "car_loans", "nev_purchase_tax")
    months = range(parse_month("2025-01"), parse_month("2025-12"))
    assert len({id(cal.rules(month, month)) for month in months}) == 3
    bare = cal.rules(months[0], months[0])
    for month in months:
        assert {id(cal.rules(month, known_at, False)) for known_at in months} == {id(bare)}, month_text(month)
    assert bare.entitlements.measure.size == 0
    assert bare.taxes
    assert bare.loans.binds


def test_to_who_has_heard_of_none_nothing_changes_when_grants_do() -> None:
    cal = _law(_gift({"a": {"announced": "2024-01-10", "days": ("2024-05-01", "2024-08-31")}}), "car_loans")
    january, september = parse_month("2024-01"), parse_month("2024-09")
    assert [cal.settled(january, ahead) for ahead in (3, 4, 7, 8)] == [january, january + 4, january + 4, september]
    assert cal.settled(january, AHEAD, False) == january
    longer = {"announced": "2024-01-10", "days": ("2024-05-01", "2028-05-31")}
    taxed = _law(_gift({"a": longer}), "nev_purchase_tax")
    assert month_text(taxed.settled(january, AHEAD)) == "2028-06"
    assert month_text(taxed.settled(january, AHEAD, False)) == "2028-01", "then the tax changes"


GRANTED = {"announced": "2024-01-10", "days": ("2024-05-03", "2024-08-01")}


@pytest.mark.parametrize(
    ("month", "ahead", "begins"),
    [
        ("2023-12", AHEAD, None),
        ("2024-01", 3, None),
        ("2024-01", 4, "2024-05"),
        ("2024-04", AHEAD, "2024-05"),
        ("2024-05", 0, "2024-05"),
        ("2024-08", AHEAD, "2024-05"),
        ("2024-09", AHEAD, None),
    ],
)
def test_a_measure_grants_from_its_announcement_to_its_last_month(month: str, ahead: int, begins: str | None) -> None:
    found = _law(_gift({"a": GRANTED}), "car_loans", "nev_purchase_tax").granting(parse_month(month), ahead)
    assert found == ({} if begins is None else {0: parse_month(begins)})


def test_what_is_announced_late_grants_in_its_month_if_it_is_paid_then_and_else_from_the_next_on() -> None:
    march, late = parse_month("2024-03"), {"announced": "2024-03-16"}
    paid, to_come = (_law(_gift({"a": late | {"days": (day, "2024-12-31")}})) for day in ("2024-03-01", "2024-05-01"))
    assert [paid.granting(march + n, AHEAD) for n in (-1, 0, 1)] == [{}, {0: march}, {0: march}]
    assert [to_come.granting(march + n, AHEAD) for n in (-1, 0, 1)] == [{}, {}, {0: march + 2}]
    early, late_news = (_gift({"a": {"announced": told, "days": (day, None)}}) for told, day in
                        (("2024-03-01", "2024-03-01"), ("2024-03-16", "2024-05-01")))  # fmt: skip
    both = Calendar({"early": early, "late": late_news}, "car", product("car"))
    assert [both.granting(march + n, AHEAD) for n in (0, 1)] == [{0: march}, {0: march, 1: march + 2}]


def test_a_measure_that_returns_begins_when_it_returns() -> None:
    """While its first version is in force, that is when it began."""
    said: dict[str, dict[str, Any]] = {
        "a": {"days": ("2024-01-01", "2024-03-31")},
        "b": {"announced": "2024-02-01", "days": ("2024-06-01", "2024-12-31")},
        "c": {"announced": "2024-02-01", "days": ("2024-09-01", "2024-10-31")},
    }
    cal = _law(_gift(said))
    seen = {month: cal.granting(parse_month(month), AHEAD) for month in ("2024-01", "2024-03", "2024-04", "2024-10", "2024-11")}
    starts = {month: month_text(each[0]) for month, each in seen.items()}
    assert starts == {
        "2024-01": "2024-01", "2024-03": "2024-01", "2024-04": "2024-06", "2024-10": "2024-09", "2024-11": "2024-11",
    }  # fmt: skip


def test_several_measures_grant_and_those_that_pay_nothing_do_not() -> None:
    soon, later, never = (_gift({"a": {"announced": "2024-01-01", "days": (day, None)}}) for day in
                          ("2024-02-01", "2024-06-01", "2024-04-01"))  # fmt: skip
    free = never.model_copy(update={"amount_factor": 0.0, "levers_from": dt.date(2024, 1, 1)})
    cal = Calendar({"later": later, "nothing": free, "soon": soon}, "car", product("car"))
    january = parse_month("2024-01")
    assert cal.measures == ("later", "nothing", "soon")
    assert cal.granting(january, AHEAD) == {0: january + 5, 2: january + 1}
    assert cal.granting(january, 4) == {2: january + 1}


# Topped up.

JUNE = parse_month("2024-06")


def _topped(*, old_end: str = "2024-12-31", grant: float = 3000, since: str = "2024-04-24") -> tuple[TopUp, ...]:
    new = {"announced": "2024-06-01", "days": ("2024-06-01", "2024-12-31"), "grant": {"amount": grant}}
    old = {"days": ("2024-01-01", old_end)}
    gift = _gift({"a": old, "b": new | {"more": {"retroactive_to": since}}})
    return Calendar({"gift": gift}, "car", product("car")).top_ups(JUNE)


def _bev(top_up: TopUp) -> set[int]:
    found = top_up.difference_fen(np.full(len(product("car").variants), 100_000.0)).tolist()
    bev = [variant.powertrain == "bev" for variant in product("car").variants.values()]
    assert {fen for fen, is_bev in zip(found, bev, strict=True) if not is_bev} == {0}
    return {fen for fen, is_bev in zip(found, bev, strict=True) if is_bev}


def test_a_retroactive_rise_pays_the_difference_to_claims_under_the_old_version() -> None:
    (found,) = _topped()
    assert (found.measure, found.old_versions, found.new_version) == (0, (0,), 1)
    assert found.since_day == day_number(dt.date(2024, 4, 24))
    assert _bev(found) == {200_000}


def test_a_version_that_ended_before_that_day_is_not_topped_up() -> None:
    (on_the_day,), (before,) = _topped(old_end="2024-04-24"), _topped(old_end="2024-04-23")
    assert (on_the_day.old_versions, _bev(on_the_day)) == ((0,), {200_000})
    assert (before.old_versions, _bev(before)) == ((), {300_000})


def test_nobody_pays_back_what_a_new_version_gives_less() -> None:
    (found,) = _topped(grant=400)
    assert _bev(found) == {0}


def test_top_ups_are_paid_once_and_only_where_the_law_says_so() -> None:
    plain = _gift({"a": {"days": ("2024-01-01", "2024-12-31")}, "b": {"days": ("2024-06-01", "2024-12-31")}})
    tax = measures()["nev_purchase_tax"]
    made = Calendar({"gift": plain, "tax": tax}, "car", product("car"))
    assert {made.top_ups(month) for month in range(FIRST, LAST)} == {()}
    loans = Calendar({"loans": measures()["car_loans"]}, "car", product("car"))
    assert {loans.top_ups(month) for month in range(parse_month("2017-01"), LAST)} == {()}
    assert loans.measures == loans.versions == ()


# Real ones.


def test_one_claim_a_person_counts_from_2026_on_and_trucks_need_no_purchase() -> None:
    for month, once in (("2025-06", 0), ("2026-06", 1)):
        assert set(calendar("car").rules(parse_month(month), LAST).entitlements.once.tolist()) == {once}
        assert set(calendar("car").rules(parse_month(month), LAST).entitlements.purchase_required.tolist()) == {1}
        assert set(calendar("truck").rules(parse_month(month), LAST).entitlements.purchase_required.tolist()) == {0}


def test_scrapping_and_replacing_are_different_disposal_routes() -> None:
    ent = calendar("car").rules(parse_month("2025-06"), LAST).entitlements
    routes = {calendar("car").measures[m]: int(route) for m, route in zip(ent.measure, ent.route, strict=True)}
    assert routes == {"car_scrappage": 1, "car_replacement": 2}


def test_a_lever_set_to_its_default_changes_nothing_that_owners_know() -> None:
    same = measures() | {"car_loans": measure("car_loans", levers_from="2025-05-05")}
    assert Calendar(same, "car", product("car")).knowledge_months(FIRST, LAST) == calendar("car").knowledge_months(FIRST, LAST)


def test_a_law_that_a_temporary_version_replaced_holds_again_after_it() -> None:
    tax = calendar("car").rules(parse_month("2030-01"), LAST).taxes
    assert [calendar("car").versions[each.version] for each in tax] == [("nev_purchase_tax", "v2019")]


@pytest.mark.parametrize("good", VEHICLES)
def test_expectations_change_only_in_months_with_news(good: str) -> None:
    cal = calendar(good)
    news = set(cal.knowledge_months(FIRST, LAST))
    for known_at in range(FIRST, LAST):
        if known_at + 1 not in news:
            for month in range(known_at + 2, LAST + 12):
                assert cal.rules(month, known_at) is cal.rules(month, known_at + 1), month_text(month)


@pytest.mark.parametrize("good", VEHICLES)
def test_nothing_of_the_future_is_known_before_it_is_announced(good: str) -> None:
    cal = calendar(good)
    for known_at in range(FIRST, LAST):
        for month in range(known_at + 1, LAST):
            ent = cal.rules(month, known_at).entitlements
            for name, version in {cal.versions[v] for v in ent.version}:
                announced = measures()[name].versions[version].announced
                assert month_of_day(day_number(announced)) <= known_at


def test_news_of_the_second_half_of_a_month_is_known_in_the_next() -> None:
    news = calendar("car").knowledge_months(FIRST, LAST)
    assert parse_month("2024-08") in news, "doubling, announced 2024-07-25"
    assert parse_month("2025-01") in news, "terms of 2025, announced 2025-01-08"
