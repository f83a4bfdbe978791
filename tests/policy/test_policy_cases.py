"""Every measure, worked by hand: just before, on and just after each date, one yuan around each cap."""

from __future__ import annotations

import pytest
from policy_cases import Answer, Case, read_cases
from policy_files import measures

CASES = read_cases()
FEWEST = 5


@pytest.mark.parametrize("case", CASES, ids=[f"{case.measure}: {case.name}" for case in CASES])
def test_hand_worked_case(case: Case) -> None:
    answer = Answer(case)
    worked = {quantity: answer.ask(quantity) for quantity in case.expect}
    for quantity, expected in case.expect.items():
        if expected is None:
            assert worked[quantity] is None, quantity
        else:
            assert worked[quantity] == pytest.approx(expected, abs=0.005), quantity


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_measure_is_worked_by_hand(name: str) -> None:
    assert len([case for case in CASES if case.measure == name]) >= FEWEST


def test_every_case_file_belongs_to_a_measure() -> None:
    assert {case.measure for case in CASES} <= set(measures())


def test_cases_are_sentences() -> None:
    assert all(len(case.name.split()) >= 5 and case.name.endswith(".") for case in CASES)
    assert len({(case.measure, case.name) for case in CASES}) == len(CASES)
