"""A hundred thousand random applicants: the program pays to the fen what a second calculator, written from the law, says."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from law_answers import Counter, binding, calendar
from policy_files import ROOT, measures, pot, product, read
from reference.law.calculator import DOCUMENTS, interest, rights, taxes
from reference.law.cars import doubling
from reference.law.crowd import Drawn, Shop, draw
from reference.law.departures import DEPARTURES, departure, of_the_month
from reference.law.people import New, Right
from reference.law.purse import PAID, REFUSED, WAITS, Purse

from sim.clock import date_of, days_in, first_day, parse_month
from sim.markets.settlement import claim
from sim.markets.settlement_state import Funds, empty_tally
from sim.policy.instruments.interest_subsidy import InterestSubsidy
from sim.policy.instruments.purchase_tax import PurchaseTax
from sim.policy.instruments.tax_credit import TaxCredit
from sim.policy.pots import Pots
from sim.policy.rationing import DAYS, Ration
from sim.policy.subsidy import Subsidy

APPLICANTS = 100_000
POTS = sorted(path.stem for path in (ROOT / "configs" / "pots").glob("*.yaml"))
KINDS = sorted(path.stem for path in (ROOT / "configs" / "products").glob("*.yaml"))
WEIGHT = {"car": 60, "truck": 15, "tractor": 6, "combine": 6, "planter": 6, "e_bike": 6, "air_conditioner": 4}
"""How many times as many applicants as for other categories."""
EACH = -(-APPLICANTS // sum(WEIGHT.get(kind, 1) for kind in KINDS))


class Verdict(NamedTuple):
    """One question to both: what was asked, and the answers."""

    subject: str
    drawn: Drawn
    program: object
    law: object


def answers(drawn: Drawn) -> Iterator[Verdict]:
    """Every question about one applicant."""
    counter, applicant = Counter(drawn), drawn.applicant
    paid, due = counter.rights(), rights(applicant, binding(drawn.kind))
    for name in sorted({*paid, *due}):
        yield Verdict(name, drawn, paid.get(name, Right()), due.get(name, Right()))
    monthly = of_the_month(applicant)
    yield Verdict("taxes", drawn, counter.taxes(), taxes(monthly))
    yield Verdict("interest", drawn, counter.interest(), interest(monthly))


class Outcome(NamedTuple):
    """All questions about one category: how many answers were more than nothing, and those that differ."""

    applicants: int
    something: Count[str]
    differ: list[Verdict]


@cache
def outcome(kind: str) -> Outcome:
    variants = read(ROOT / "configs" / "products" / f"{kind}.yaml")["variants"]
    rng, shop = Random(f"applicants/{kind}"), Shop(kind, variants)
    something: Count[str] = Count()
    differ, count = [], EACH * WEIGHT.get(kind, 1)
    for _ in range(count):
        for verdict in answers(draw(rng, shop)):
            something[verdict.subject] += verdict.law not in (Right(), (0, 0), 0)
            if verdict.program != verdict.law:
                differ.append(verdict)
    return Outcome(count, something, differ)


@pytest.mark.parametrize("kind", KINDS)
def test_no_applicant_gets_a_fen_more_or_less_than_the_documents_say(kind: str) -> None:
    unexplained = [each for each in outcome(kind).differ if departure(each.subject, each.drawn.applicant) is None]
    assert unexplained == []


def test_a_hundred_thousand_apply_and_every_document_pays_somebody() -> None:
    assert sum(outcome(kind).applicants for kind in KINDS) >= APPLICANTS
    paid = sum((outcome(kind).something for kind in KINDS), Count[str]())
    assert [name for name in (*DOCUMENTS, "taxes", "interest") if paid[name] < 10] == []


@pytest.mark.parametrize("name", sorted(DEPARTURES))
def test_a_departure_that_is_declared_still_differs(name: str) -> None:
    explained = [
        each for kind in KINDS for each in outcome(kind).differ if departure(each.subject, each.drawn.applicant) == name
    ]
    assert explained


def test_every_measure_that_pays_has_its_document() -> None:
    paying = {name for name, measure in measures().items() if isinstance(measure, Subsidy)}
    assert paying == set(DOCUMENTS)
    others = {name for name, measure in measures().items() if isinstance(measure, PurchaseTax | TaxCredit | InterestSubsidy)}
    assert others == {"nev_purchase_tax", "equipment_tax_credit", "equipment_relending", "consumer_loan_subsidy"}


def test_claims_since_april_2024_are_topped_up_by_what_the_doubling_adds() -> None:
    months = range(parse_month("2023-01"), parse_month("2028-01"))
    found = [change for month in months for change in calendar("car").top_ups(month)]
    variants = product("car").variants.values()
    prices = np.array([each.price.value for each in variants])
    cars = [New("car", each.powertrain, each.size, each.label, each.displacement_l, prices[0]) for each in variants]
    assert [change.difference_fen(prices).tolist() for change in found] == [[doubling(car) for car in cars]]


def claim_at_the_counter(ration: Ration, waits: bool, amount: int, first: int, day: int) -> str:
    """What the program's counter says to one claimant of a day; takes what it pays out of ``ration``."""
    none, no_interest = np.zeros(1, dtype=np.int64), np.zeros((3, 0))
    line, no_draw, found = np.array([waits], dtype=np.int8), np.zeros(1, dtype=np.bool_), np.zeros((1, DAYS), dtype=np.int8)
    funds = Funds(none, none, none, ration, first, line, no_draw, found, no_interest, no_interest)
    tally = empty_tally(1, 1, 1)
    if not claim(funds, tally, 0, 0, 0, 0, amount, day):
        return REFUSED
    return WAITS if tally.waiting[0, 0] else PAID


@pytest.mark.parametrize("name", POTS)
def test_claimants_of_a_pot_are_paid_refused_or_kept_waiting_as_a_cashier_would(name: str) -> None:
    rng, purse, pots = (
        Random(f"pot/{name}"),
        Purse(read(ROOT / "configs" / "pots" / f"{name}.yaml")),
        Pots({name: pot(name)}, 1.0),
    )
    each = max(heap.total for heap in purse.heaps) // 200
    said: Count[str] = Count()
    for month in range(parse_month("2023-01"), parse_month("2028-02")):
        day = date_of(first_day(month))
        purse.open((day.year, day.month))
        pots.open_month(month)
        assert pots.available(name, month) == purse.money
        for on in sorted(rng.randrange(days_in(month)) for _ in range(rng.randrange(40))):
            amount, after = rng.randrange(1, 3 * each), pots.ration.copy()
            told = claim_at_the_counter(after, purse.queue, amount, first_day(month), first_day(month) + on)
            pots.draw(month, pots.ration.copy(), after, np.zeros((1, DAYS), dtype=np.int8))
            said[told] += 1
            assert told == purse.ask(amount, date_of(first_day(month) + on))
            assert pots.available(name, month) == purse.money
    assert said[PAID] > 50
    assert said[WAITS if purse.queue else REFUSED] > 50
