"""Terms of pots at the edge of what can be meant, and money by day in small: two pots, two caps, the last fen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from sim.clock import date_of, parse_month
from sim.errors import BalanceBroken
from sim.policy.pot import Pot, Tranche
from sim.policy.pots import Pots
from sim.policy.rationing import (
    DAYS,
    NO_CAP,
    UNLIMITED,
    Ration,
    by_period,
    drain,
    drainable,
    free_from,
    pass_on,
    plain_ration,
    suffices,
    takes_claims,
)
from sim.policy.releases import period_numbers, release_days, schedule, shared_parts

JUNE = parse_month("2025-06")
YEAR = {"start": "2025-01-01", "end": "2025-12-31"}
NEVER = parse_month("2050-01")


def window(start: str, end: str) -> dict[str, str]:
    return {"start": start, "end": end}


def pot(tranche: dict[str, Any] | None = None, **said: Any) -> Pot:
    """A pot of 100 yuan for 2025."""
    tranches = said.pop("tranches", {"only": {"window": YEAR, "amount": 100.0, **(tranche or {})}})
    return Pot.model_validate({"title": {"zh": "资金", "en": "money"}, "tranches": tranches, **said})


def cap(per: str, amount: float = 10.0, days: dict[str, str] = YEAR) -> dict[str, Any]:
    return {"window": days, "per": per, "amount": amount}


# what can be meant ---------------------------------------------------------------------------------------------

PERIODS = ("day", "week", "month", "quarter", "year")


@pytest.mark.parametrize("per", PERIODS)
@pytest.mark.parametrize("lottery", PERIODS[:3])
def test_a_lottery_draws_at_least_as_often_as_the_cap_begins_anew(lottery: str, per: str) -> None:
    said = {"lottery": lottery, "caps": {"only": cap(per)}}
    if PERIODS.index(lottery) <= PERIODS.index(per):
        assert pot(**said).lottery == lottery
        return
    with pytest.raises(ValidationError, match="must not be longer than that of a cap"):
        pot(**said)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"when_dry": "queue", "queue_carries_over": False}, None),
        ({"when_dry": "refuse", "queue_carries_over": False}, "there is a queue with when_dry: queue only"),
        ({"when_dry": "refuse", "queue_carries_over": True}, None),
        ({"when_dry": "queue", "lottery": "day"}, "a lottery has no queue"),
        ({"caps": {"early": cap("day", days=window("2024-12-31", "2025-02-01"))}}, "early lies outside the tranches"),
        ({"caps": {"late": cap("day", days=window("2025-12-31", "2026-01-01"))}}, "late lies outside the tranches"),
        ({"caps": {"whole": cap("day")}}, None),
        ({"stops": {"late": {"window": window("2025-12-31", "2026-01-01")}}}, "late lies outside the tranches"),
        ({"stops": {"one": {"window": window("2025-12-31", "2025-12-31")}}}, None),
        ({"tranches": {}, "caps": {"only": cap("day")}}, "only lies outside the tranches"),
        (
            {
                "caps": {
                    "a": cap("day", days=window("2025-02-01", "2025-03-01")),
                    "b": cap("day", days=window("2025-03-01", "2025-04-01")),
                }
            },
            "caps overlap",
        ),
        (
            {
                "caps": {
                    "a": cap("day", days=window("2025-02-01", "2025-02-28")),
                    "b": cap("day", days=window("2025-03-01", "2025-04-01")),
                }
            },
            None,
        ),
    ],
)
def test_terms_of_pots_that_cannot_be_meant_are_refused(said: dict[str, Any], refusal: str | None) -> None:
    if refusal is None:
        assert pot(**said).title.en == "money"
        return
    with pytest.raises(ValidationError, match=refusal):
        pot(**said)


def delayed(value: float, high: float | None = None) -> dict[str, Any]:
    return {"value": value, "unit": "days", "source": "made up", "grade": "C", "low": 0.0 if high else None, "high": high}


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ([{"start": "2025-01-01", "share": 1.0}], None),
        ([{"start": "2025-12-31", "share": 1.0}], None),
        ([{"start": "2024-12-31", "share": 1.0}], "instalment 0 lies outside the window"),
        ([{"start": "2025-12-01", "share": 1.0, "delay_days": 30}], None),
        (
            [{"start": "2025-12-01", "share": 1.0, "delay_days": 31}],
            "instalment 0 lies outside the window: 2025-12-01 – 2026-01-01",
        ),
        ([{"start": "2025-12-01", "share": 1.0, "delay_days": delayed(3.0, 30.0)}], None),
        ([{"start": "2025-12-01", "share": 1.0, "delay_days": delayed(3.0, 31.0)}], "instalment 0 lies outside the window"),
        ([{"start": "2025-01-01", "share": 0.5}, {"start": "2025-02-01", "share": 0.5}], None),
        (
            [{"start": "2025-01-01", "share": 0.5}, {"start": "2026-02-01", "share": 0.5}],
            "instalment 1 lies outside the window",
        ),
        ([{"start": "2025-01-01", "share": 0.5}, {"start": "2025-01-01", "share": 0.5}], "start on the same day"),
        ([{"start": "2025-01-01", "share": 0.5}, {"start": "2025-02-01", "share": 0.49}], "must sum to 1, here 0.99"),
        ([{"start": "2025-01-01", "share": 1.0, "announced": "2025-01-01"}], None),
        ([{"start": "2025-01-01", "share": 1.0, "announced": "2025-01-02"}], "announced after it starts"),
    ],
)
def test_instalments_make_up_the_tranche_and_come_within_it(parts: list[dict[str, Any]], refusal: str | None) -> None:
    said = {"instalments": {str(n): part for n, part in enumerate(parts)}}
    if refusal is None:
        assert len(pot(said).tranches["only"].instalments) == len(parts)
        return
    with pytest.raises(ValidationError, match=refusal):
        pot(said)


def test_money_is_known_when_it_is_announced_or_as_it_starts() -> None:
    assert pot().tranches["only"].known == dt.date(2025, 1, 1)
    assert pot({"announced": "2024-11-05"}).tranches["only"].known == dt.date(2024, 11, 5)
    parts = {"a": {"start": "2025-03-01", "share": 0.5}, "b": {"start": "2025-05-01", "share": 0.5, "announced": "2025-02-02"}}
    made = pot({"instalments": parts}).tranches["only"].instalments
    assert [made[name].known for name in "ab"] == [dt.date(2025, 3, 1), dt.date(2025, 2, 2)]
    assert pot(caps={"only": cap("day", days=window("2025-04-01", "2025-05-01"))}).caps["only"].known == dt.date(2025, 4, 1)


# when it comes -------------------------------------------------------------------------------------------------


def released(**said: Any) -> dict[str, int]:
    tranche = Tranche.model_validate({"window": window("2025-06-01", "2025-06-06"), "amount": 10.0, **said})
    found = schedule(tranche, 1.0, 1.0, NEVER)
    return {date_of(day).isoformat(): fen for day, fen in zip(found.days.tolist(), found.fen.tolist(), strict=True)}


def test_an_instalment_by_day_lasts_to_the_day_before_the_next() -> None:
    parts = {"b": {"start": "2025-06-04", "share": 0.7}, "a": {"start": "2025-06-01", "share": 0.3}}
    assert released(release="day", instalments=parts) == {
        "2025-06-01": 100, "2025-06-02": 100, "2025-06-03": 100, "2025-06-04": 233, "2025-06-05": 233, "2025-06-06": 234,
    }  # fmt: skip


def test_shares_sum_to_the_whole_however_they_are_rounded() -> None:
    assert shared_parts(100, [1 / 3, 1 / 3, 1 / 3]) == [33, 34, 33]
    assert shared_parts(10**15 + 1, [0.1] * 10)[-1] + sum(shared_parts(10**15 + 1, [0.1] * 10)[:-1]) == 10**15 + 1
    assert shared_parts(3_000_000, [0.5, 0.4999995]) == [1_500_000, 1_500_000], "a millionth is rounding"
    assert shared_parts(1_000, [0.5, 0.25]) == [500, 250], "some are not known yet"
    assert shared_parts(1_000, [0.0, 1.0]) == [0, 1_000]


def test_releases_begin_with_the_first_day_and_then_with_every_period() -> None:
    days = release_days(2, 30, "week")
    assert days.tolist() == [2, 7, 14, 21, 28]
    assert release_days(5, 5, "day").tolist() == [5]
    assert release_days(5, 4, "day").tolist() == [5], "an instalment that comes late is there all the same"
    assert period_numbers(np.array([0, 6, 7, 13]), "week").tolist() == [0, 0, 1, 1]


# what is there by day ------------------------------------------------------------------------------------------


def two_pots() -> Ration:
    """Ten fen and twenty; the second has a cap of four on the first two days, of six on the third and fourth."""
    ration = plain_ration(np.array([10, 20]))
    ration.period[1, :4], ration.quota[1, :2] = [0, 0, 1, 1], [4, 6]
    ration.turn[1] = np.arange(DAYS)
    return ration


def test_a_plain_pot_has_one_heap_and_no_cap() -> None:
    ration = plain_ration(np.array([10, 20]))
    assert ration.free.tolist() == [[10] * 31, [20] * 31]
    assert ration.quota.shape == (2, 32)
    assert ration.quota[:, NO_CAP].tolist() == [UNLIMITED] * 2
    assert not ration.quota[:, :NO_CAP].any()
    assert (ration.period == NO_CAP).all()
    assert (ration.turn == 30).all()


def test_a_claim_needs_its_money_on_all_later_days() -> None:
    ration = two_pots()
    ration.free[0, 10], ration.free[0, 30] = 3, 5
    assert [free_from(ration, 0, day) for day in (0, 10, 11, 30)] == [3, 3, 5, 5]


def test_what_is_drained_is_taken_as_early_as_caps_and_money_allow() -> None:
    ration = two_pots()
    assert drainable(ration, 1, 9) == 9
    assert ration.quota[1, :2].tolist() == [4, 6], "asking takes nothing"
    assert drain(ration, 1, 9) == 9
    assert ration.quota[1, :2].tolist() == [0, 1]
    assert ration.free[1, :4].tolist() == [16, 16, 11, 11]
    assert drain(ration, 1, 1) == 1, "the last fen of the cap"
    assert ration.quota[1, :2].tolist() == [0, 0]
    assert drain(ration, 1, 99) == 10
    assert ration.free[1].tolist() == [16, 16, 10, 10, *[0] * 27]
    assert ration.free[0].tolist() == [10] * 31
    assert drain(ration, 0, 0) == 0


def test_nothing_is_drained_from_a_cap_overdrawn() -> None:
    ration = two_pots()
    ration.quota[1, 0] = -3
    assert drain(ration, 1, 5) == 5
    assert ration.quota[1, :2].tolist() == [-3, 1]
    assert ration.free[1, :4].tolist() == [20, 20, 15, 15]


def test_the_rest_of_a_cap_passes_to_the_next_period_of_its_own_pot() -> None:
    ration = two_pots()
    pass_on(ration, 1, 0)
    assert ration.quota[1, :2].tolist() == [0, 10]
    pass_on(ration, 1, 3)
    assert ration.quota[1, :2].tolist() == [0, 10], "after it there is no cap that could take it"
    assert ration.quota[1, NO_CAP] == UNLIMITED
    assert ration.quota[0, :2].tolist() == [0, 0]


def test_sums_by_period_are_those_of_each_pot() -> None:
    asked = np.zeros((2, DAYS))
    asked[0, :3], asked[1, :6] = [1.0, 2.0, 4.0], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    sums = by_period(two_pots(), asked)
    assert sums.shape == (2, 32)
    assert sums[0, NO_CAP] == 7.0
    assert sums[1, [0, 1, NO_CAP]].tolist() == [3.0, 12.0, 48.0]
    assert sums.sum() == 70.0


@pytest.mark.parametrize(
    ("first", "second", "enough"),
    [
        ({0: 10}, {0: 4, 2: 6}, True),
        ({0: 11}, {}, False),
        ({0: 5, 30: 5}, {}, True),
        ({0: 5, 30: 6}, {}, False),
        ({}, {0: 2, 1: 2}, True),
        ({}, {0: 2, 1: 3}, False),
        ({}, {2: 7}, False),
        ({}, {4: 20}, True),
        ({}, {0: 4, 4: 16}, True),
        ({}, {0: 4, 4: 17}, False),
        ({0: 10}, {4: 20}, True),
    ],
)
def test_whether_all_that_is_asked_can_be_paid(first: dict[int, int], second: dict[int, int], enough: bool) -> None:
    asked = np.zeros((2, DAYS))
    for n, days in enumerate((first, second)):
        asked[n, list(days)] = list(days.values())
    assert suffices(two_pots(), asked) == enough


def test_a_pot_takes_claims_if_one_fen_of_one_day_can_be_paid_or_wait() -> None:
    def takes(ration: Ration, waits: int = 0) -> list[bool]:
        return [bool(x) for x in takes_claims(ration, np.array([0, waits], dtype=np.int8))]

    ration = plain_ration(np.array([1, 0]))
    assert takes(ration) == [True, False]
    assert takes(ration, waits=1) == [True, True]
    ration.turn[1] = -1
    assert takes(ration, waits=1) == [True, False], "a closed counter has no line"
    ration.free[0, 30] = 0
    assert takes(ration) == [False, False], "what later claims have had is not there"
    capped = two_pots()
    assert takes(capped) == [True, True]
    capped.period[1], capped.quota[1, :2] = np.minimum(np.arange(DAYS) // 15, 1), [0, 1]
    assert takes(capped) == [True, True]
    capped.quota[1, 1] = 0
    assert takes(capped) == [True, False]


# pots that are opened month by month ---------------------------------------------------------------------------


def opened(given: Pot, month: int = JUNE, scale: float = 1.0) -> Pots:
    pots = Pots({"p": given}, scale)
    pots.open_month(month)
    return pots


def test_caps_that_follow_one_another_in_a_month_have_quotas_of_their_own() -> None:
    """By day to the tenth, 10 yuan; by month from the eleventh to the twentieth, 30 yuan; then none."""
    first, then = window("2025-01-01", "2025-06-10"), window("2025-06-11", "2025-06-20")
    ration = opened(pot(caps={"a": cap("day", 10.0, first), "b": cap("month", 30.0, then)})).ration
    assert ration.period[0].tolist() == [*range(10), *[10] * 10, *[NO_CAP] * 11]
    assert ration.quota[0, :12].tolist() == [1_000] * 10 + [3_000, 0]
    assert ration.turn[0].tolist() == [*range(30), 29], "June has no thirty-first"


def test_a_cap_is_scaled_with_the_district_and_by_its_lever() -> None:
    said: dict[str, Any] = {"caps": {"only": cap("month", 10.0)}, "amount_factor": 3.0, "levers_from": "2025-07-01"}
    pots = opened(pot(**said), scale=0.5)
    assert pots.ration.quota[0, 0] == 500
    pots.open_month(JUNE + 1)
    assert pots.ration.quota[0, 0] == 1_500


@pytest.mark.parametrize(("per", "left"), [("month", 1_000), ("quarter", 1_000), ("year", 300)])
def test_a_period_that_goes_on_has_what_is_left_of_it(per: str, left: int) -> None:
    """Seven of ten yuan are spent in June; July begins a month and a quarter anew."""
    pots = opened(pot(caps={"only": cap(per, 10.0)}))
    pots.spend("p", JUNE, 700)
    pots.open_month(JUNE + 1)
    assert pots.ration.quota[0, 0] == left


@pytest.mark.parametrize(("end", "left"), [("2025-06-30", 0), ("2025-07-31", 300)])
def test_a_cap_over_two_months_goes_on_only_while_it_holds(end: str, left: int) -> None:
    pots = opened(pot(caps={"only": cap("year", 10.0, window("2025-06-30", end))}))
    assert pots.payable("p", JUNE, 700) == 700
    ration = pots.ration
    ration.quota[0, 0] -= 700
    pots.open_month(JUNE + 1)
    assert pots.ration.quota[0, 0] == left
    assert (pots.ration.period[0, 0] == NO_CAP) == (left == 0)


def test_days_make_a_difference_only_where_money_or_caps_differ_by_day() -> None:
    assert opened(pot()).ration.turn[0].tolist() == [30] * 31
    assert opened(pot(caps={"only": cap("month")})).ration.turn[0].tolist() == [30] * 31
    for per in ("day", "week"):
        assert opened(pot(caps={"only": cap(per)})).ration.turn[0].tolist() == [*range(30), 29]
    late = window("2025-06-30", "2025-12-31")
    assert opened(pot(caps={"only": cap("month", 10.0, late)})).ration.turn[0].tolist() == [*range(30), 29]
    first = window("2025-01-01", "2025-06-01")
    assert opened(pot(caps={"only": cap("month", 10.0, first)})).ration.turn[0].tolist() == [*range(30), 29]
    coming = {"only": {"window": window("2025-06-02", "2025-12-31"), "amount": 100.0, "release": "day"}}
    assert opened(pot(tranches=coming)).ration.turn[0].tolist() == [*range(30), 29]


def drawn(pots: Pots, fen: int, day: int = 0, quota: int = 0) -> None:
    """Draw as if claims had taken so many fen from a day on, and so much of the first cap."""
    before = pots.ration.copy()
    after = before.copy()
    after.free[0, day:] -= fen
    after.quota[0, 0] -= quota
    pots.draw(JUNE, before, after, np.zeros((1, DAYS), np.int8))


def test_what_claims_took_is_committed_to_the_last_fen_and_no_further() -> None:
    pots = opened(pot())
    drawn(pots, 9_999)
    drawn(pots, 1, day=30)
    assert [(row.committed, row.balance) for row in pots.records()] == [(10_000, 0)]
    with pytest.raises(BalanceBroken, match="pot p, 2025-06: 1 fen asked of 0"):
        drawn(pots, 1, day=30)


def test_claims_give_nothing_back_and_stay_below_the_cap() -> None:
    with pytest.raises(BalanceBroken, match="-1 fen asked of 10000"):
        drawn(opened(pot()), -1)
    pots = opened(pot(caps={"only": cap("month", 10.0)}))
    drawn(pots, 1_000, quota=1_000)
    with pytest.raises(BalanceBroken, match="pot p, 2025-06: 1 fen asked of 9000"):
        drawn(pots, 1, quota=1)


def test_the_pot_that_is_overdrawn_is_named() -> None:
    pots = Pots({"first": pot(), "second": pot({"amount": 50.0})}, 1.0)
    pots.open_month(JUNE)
    before = pots.ration.copy()
    after = before.copy()
    after.free[0] -= 10_000
    after.free[1] -= 5_001
    with pytest.raises(BalanceBroken, match="pot second, 2025-06: 5001 fen asked of 5000"):
        pots.draw(JUNE, before, after, np.zeros((2, DAYS), np.int8))
