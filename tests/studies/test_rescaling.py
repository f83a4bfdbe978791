"""What follows for a district's numbers when some are known: the values worked out by hand."""

from __future__ import annotations

from math import exp, log, sqrt

import pytest

from sim.schema.bricks import Grade, Quantity
from sim.studies.local.owner_margins import fitted_shares
from sim.studies.local.range_widths import Width, ranged
from sim.studies.local.rescaling import Derived, KnownNumber, Moved, rescaled
from sim.studies.local.rule_book import LocalRate, OwnerMargin, RuleBook

BAND = 1.1


def number(value: float, band: float | None = None, grade: Grade = "B") -> Quantity:
    """A number with a range of so many times up and down."""
    ends = {} if band is None else {"low": value / band, "high": value * band}
    return Quantity(value=value, unit="units", source="test", grade=grade, **ends)


def rules(**others: object) -> RuleBook:
    plain: dict[str, object] = {"wholes": {}, "ones": (), "scales_with": {}, "checks": (), "bands": {}, "capacity": {}}
    return RuleBook(**{**plain, **others})  # type: ignore[arg-type]


def values(moved: dict[str, Moved]) -> dict[str, float]:
    return {name: pytest.approx(each.value) for name, each in moved.items()}


VEHICLES = {"all": number(100.0), "cars": number(80.0), "trucks": number(15.0), "private": number(60.0)}
WHOLES = {"all": ("cars", "trucks"), "cars": ("private",)}


def test_a_number_moves_with_the_product_of_powers_of_what_it_scales_with() -> None:
    old = {"people": number(100.0), "size": number(2.0), "homes": number(50.0)}
    book = rules(scales_with={"homes": {"people": 1.0, "size": -1.0}})
    assert values(rescaled(old, {"people": KnownNumber(300.0), "size": KnownNumber(2.5)}, book, {})) == {
        "people": 300,
        "size": 2.5,
        "homes": 120,
    }


def test_a_chain_of_rules_is_followed_to_its_end() -> None:
    old = {"stock": number(100.0), "retired": number(10.0), "recovered": number(4.0)}
    book = rules(wholes={"retired": ("recovered",)}, scales_with={"retired": {"stock": 1.0}})
    assert values(rescaled(old, {"stock": KnownNumber(200.0)}, book, {})) == {"stock": 200, "retired": 20, "recovered": 8}


def test_what_nothing_moves_is_left_out() -> None:
    old = {"a": number(1.0), "b": number(2.0), "c": number(3.0)}
    assert set(rescaled(old, {"a": KnownNumber(5.0)}, rules(scales_with={"b": {"c": 1.0}}), {})) == {"a"}


def test_parts_share_a_whole_that_is_given_in_their_old_proportions() -> None:
    moved = rescaled(VEHICLES, {"all": KnownNumber(200.0)}, rules(wholes=WHOLES), {})
    assert values(moved) == {"all": 200, "cars": 160, "trucks": 30, "private": 120}


def test_a_whole_that_is_not_given_is_the_sum_of_its_parts_and_of_the_rest() -> None:
    moved = rescaled(VEHICLES, {"trucks": KnownNumber(25.0)}, rules(wholes=WHOLES), {})
    assert values(moved) == {"trucks": 25, "all": 110}


def test_a_part_deep_within_lifts_every_whole_above_it() -> None:
    moved = rescaled(VEHICLES, {"private": KnownNumber(90.0)}, rules(wholes=WHOLES), {})
    assert values(moved) == {"private": 90, "cars": 110, "all": 130}


def test_parts_that_are_not_given_share_what_a_given_whole_leaves() -> None:
    moved = rescaled(VEHICLES, {"all": KnownNumber(200.0), "trucks": KnownNumber(30.0)}, rules(wholes=WHOLES), {})
    # 170 are left for cars (80) and others (5)
    assert values(moved) == {"all": 200, "trucks": 30, "cars": 160, "private": 120}


def test_the_rest_of_a_whole_scales_by_its_own_rule_although_a_part_is_given() -> None:
    old = {**VEHICLES, "homes": number(10.0)}
    book = rules(wholes=WHOLES, scales_with={"all": {"homes": 1.0}})
    moved = rescaled(old, {"homes": KnownNumber(20.0), "trucks": KnownNumber(15.0)}, book, {})
    assert values(moved) == {"homes": 20, "trucks": 15, "cars": 160, "private": 120, "all": 185}


def test_shares_that_sum_to_one_make_room_for_those_that_are_given() -> None:
    old = {"a": number(0.5), "b": number(0.3), "c": number(0.2)}
    moved = rescaled(old, {"a": KnownNumber(0.6)}, rules(ones=(("a", "b", "c"),)), {})
    assert values(moved) == {"a": 0.6, "b": 0.24, "c": 0.16}


def test_what_is_worked_out_of_numbers_can_be_scaled_with() -> None:
    old = {"people": number(100.0), "urban": number(0.6), "farms": number(8.0)}
    rural = {"rural": Derived((("people", "-urban"),), (1.0,))}
    moved = rescaled(old, {"urban": KnownNumber(0.8)}, rules(scales_with={"farms": {"rural": 1.0}}), rural)
    assert values(moved) == {"urban": 0.8, "farms": 4}


def test_a_rate_takes_the_place_of_the_old_ratio_unless_the_number_is_given() -> None:
    old = {"people": number(100.0), "all": number(40.0), "trucks": number(4.0)}
    rate = LocalRate(value=0.3, unit="1/head", source="nation", grade="B", low=0.3, high=0.3, per="people")
    book = rules(wholes={"all": ("trucks",)}, rates={"all": rate})
    assert values(rescaled(old, {"people": KnownNumber(200.0)}, book, {})) == {"people": 200, "all": 60, "trucks": 6}
    assert values(rescaled(old, {"people": KnownNumber(200.0), "all": KnownNumber(50.0)}, book, {}))["all"] == 50


def test_rules_that_go_round_in_a_circle_are_told() -> None:
    old = {"a": number(1.0), "b": number(1.0)}
    with pytest.raises(ValueError, match="circle"):
        rescaled(old, {}, rules(scales_with={"a": {"b": 1.0}, "b": {"a": 1.0}}), {})


def test_what_is_given_is_exact_and_takes_its_doubt_away_from_what_was_scaled_from_it() -> None:
    wide = sqrt(2.0) * log(BAND)
    old = {"stock": number(100.0, BAND), "sales": number(10.0, exp(wide))}
    moved = rescaled(old, {"stock": KnownNumber(200.0)}, rules(scales_with={"sales": {"stock": 1.0}}), {})
    assert moved["stock"].width == Width()
    # width of the ratio: sqrt(2 w w - w w) = w
    assert ranged(20.0, moved["sales"].width) == pytest.approx((20.0 / BAND, 20.0 * BAND))


def test_the_range_of_an_assumption_stays_as_wide_as_it_was() -> None:
    old = {"stock": number(100.0, 1.3), "sales": number(10.0, BAND, "C")}
    moved = rescaled(old, {"stock": KnownNumber(200.0)}, rules(scales_with={"sales": {"stock": 1.0}}), {})
    assert ranged(20.0, moved["sales"].width) == pytest.approx((20.0 / BAND, 20.0 * BAND))


def test_a_doubt_of_the_base_is_added_to_that_of_the_ratio() -> None:
    old = {"stock": number(100.0), "sales": number(10.0, BAND)}
    known = {"stock": KnownNumber(100.0, Width(0.1, 0.2))}
    moved = rescaled(old, known, rules(scales_with={"sales": {"stock": 1.0}}), {})
    assert moved["sales"].width == pytest.approx(Width(sqrt(log(BAND) ** 2 + 0.01), sqrt(log(BAND) ** 2 + 0.04)))


def test_what_another_district_may_depart_by_widens_the_range() -> None:
    old = {"share": number(0.4, BAND)}
    moved = rescaled(old, {}, rules(spread={"share": 0.2}), {})
    assert moved["share"].width == pytest.approx(Width(*2 * [sqrt(log(BAND) ** 2 + 0.04)]))
    assert moved["share"].value == 0.4


def test_a_whole_with_a_counted_part_is_the_less_doubtful_the_larger_that_part() -> None:
    old = {"all": number(100.0, BAND), "trucks": number(60.0, BAND)}
    moved = rescaled(old, {"trucks": KnownNumber(60.0)}, rules(wholes={"all": ("trucks",)}), {})
    assert moved["all"].width == pytest.approx(Width(0.4 * log(BAND), 0.4 * log(BAND)))


def test_owners_shares_are_fitted_to_every_margin_and_stay_a_whole() -> None:
    shares = {"a_light": 0.2, "a_heavy": 0.3, "b_light": 0.4, "b_heavy": 0.1}
    margins = (
        OwnerMargin(held_by=("a_light", "a_heavy"), share="a"),
        OwnerMargin(held_by=("a_light", "b_light"), share="light"),
    )
    fitted = fitted_shares(shares, margins, {"a": 0.5, "light": 0.6}, {"a": 0.25, "light": 0.8})
    assert sum(fitted.values()) == pytest.approx(1.0)
    assert fitted["a_light"] + fitted["a_heavy"] == pytest.approx(0.25)
    assert fitted["a_light"] + fitted["b_light"] == pytest.approx(0.8)
    odds = fitted["a_light"] * fitted["b_heavy"] / (fitted["a_heavy"] * fitted["b_light"])
    assert odds == pytest.approx(0.2 * 0.1 / (0.3 * 0.4))


def test_owners_that_the_file_does_not_list_hold_what_is_left() -> None:
    margin = OwnerMargin(held_by=("firm", "body"), less="private", over="cars")
    fitted = fitted_shares({"firm": 0.05, "body": 0.02}, (margin,), {"private": 93, "cars": 100}, {"private": 86, "cars": 100})
    assert fitted == pytest.approx({"firm": 0.10, "body": 0.04})
