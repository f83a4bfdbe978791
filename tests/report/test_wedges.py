"""Figures of what each measure brings: steps that lead from one level to the other, and costs in their order."""

from __future__ import annotations

from typing import Literal

import pytest
from matplotlib.text import Text

from sim.config import load_settings
from sim.report.wedges import Climb, Step, cost_curve, wedges
from sim.report.words import Words

SURE = Step("dear", 500.0, 400.0, 600.0, 5_000_000.0, told=True)
CHEAP = Step("cheap", 2_000.0, 1_500.0, 2_500.0, 2_000_000.0, told=True)
BACK = Step("against", -300.0, -400.0, -200.0, 100_000.0, told=True)
CHANCE = Step("chance", 20.0, -50.0, 90.0, 70_000.0, told=False)
CLIMB = Climb("NEV", "vehicles", [SURE, CHEAP, BACK, CHANCE], 100.0, 10_000.0, 9_000.0, enough=True)


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return Words.of(load_settings([f"language={request.param}"]))


def test_steps_lead_from_none_to_all_the_largest_first(words: Words) -> None:
    data = wedges(CLIMB, 20, words).data
    assert data["step"].tolist()[1:5] == ["cheap", "dear", "against", "chance"]
    first, *between, rest, last = (tuple(row) for row in data[["from", "size"]].to_numpy())
    assert first == (0.0, 10_000.0 - 100.0 - 2_220.0)
    assert last == (0.0, 10_000.0)
    level = first[1]
    for start, size in [*between, rest]:
        assert start == pytest.approx(level)
        level += size
    assert level == pytest.approx(10_000.0), "the steps end at what is reached"
    assert rest[1] == 100.0


def test_too_few_pairs_are_said_to_tell_nothing(words: Words) -> None:
    few = CLIMB._replace(steps=[step._replace(told=False) for step in CLIMB.steps], enough=False)
    said = {"zh": "不能判断是否显著", "en": "too few pairs"}[words.language]
    for climb, there in ((CLIMB, False), (few, True)):
        figure = wedges(climb, 1, words).figure
        text = "".join(each.get_text() for each in figure.findobj(Text)).replace("\n", "")
        assert (said in text) is there


def test_what_cannot_be_told_from_nothing_is_faint(words: Words) -> None:
    bars = wedges(CLIMB, 20, words).figure.axes[0].patches
    faint = [n for n, bar in enumerate(bars) if bar.get_alpha() not in (None, 1.0)]
    assert faint == [4]


def test_measures_stand_by_what_one_more_costs_side_by_side(words: Words) -> None:
    drawn = cost_curve(CLIMB, 20, words)
    assert drawn is not None
    rows = drawn.data.to_dict("records")
    assert [(row["measure"], row["from"], row["more"], row["yuan_each"]) for row in rows] == [
        ("cheap", 0.0, 2_000.0, 1_000.0), ("dear", 2_000.0, 500.0, 10_000.0),
    ]  # fmt: skip
    note = drawn.figure.get_supxlabel()
    assert "against" in note, "what brings nothing is named"
    assert "chance" in note


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_is_no_cost_curve_where_nothing_is_sure(language: Literal["zh", "en"]) -> None:
    words = Words.of(load_settings([f"language={language}"]))
    assert cost_curve(CLIMB._replace(steps=[BACK, CHANCE]), 20, words) is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ratio_has_no_unit_to_pay_for(language: Literal["zh", "en"]) -> None:
    words = Words.of(load_settings([f"language={language}"]))
    assert cost_curve(CLIMB._replace(promise=2.0), 20, words) is None
