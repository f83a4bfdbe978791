"""Constants of draws that come with the program: taken where they fit and only there, and what solving would give."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sim.config import load_settings
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.reference_year import shipped_draws
from sim.runs.reference_year.anchor_keys import draws_mark, solved_for
from sim.runs.reference_year.constants import solve
from sim.runs.reference_year.shipped_draws import content_of, shipped
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.worker import Simulator
from sim.schema.product import Anchor
from sim.settings import Settings

RENEW = "run: python -m sim anchor of=draws --write"


@cache
def settings(*words: str) -> Settings:
    return load_settings(list(words))


def found(*words: str) -> dict[int, dict[str, Anchor]]:
    plan = Plan.of(settings(*words))
    return dict(plan.shipped)


def test_those_of_the_main_job_are_there() -> None:
    assert set(found()) == set(Plan.of(settings()).draw_numbers), RENEW


def test_every_scenario_has_the_same() -> None:
    assert found("scenario=no_policy") == found(), "what is done later moves nothing in the reference year"


@pytest.mark.parametrize("word", ["behaviour.foresight=0.9", "ensemble.draws=11", "population.scale=0.1", "parameters=prior"])
def test_other_values_have_none(word: str) -> None:
    assert found(word) == {}


def test_what_is_written_is_read_to_the_last_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = {3: {"car": Anchor(taste={"a": 0.1 + 0.2, "b": -1e-17}, effort_first=1 / 3), "phone": Anchor(entry_keep=2.0)}}
    told = settings()
    (tmp_path / "configs").mkdir()
    (tmp_path / shipped_draws.PLACE).write_bytes(content_of(draws_mark(told, solved_for(told), 10), constants))
    monkeypatch.setattr(shipped_draws, "find_root", lambda: tmp_path)
    assert shipped(told, solved_for(told), 10) == constants


def test_nothing_is_solved_that_is_shipped(tmp_path: Path) -> None:
    def never(*_: object) -> dict[str, Anchor]:
        raise AssertionError("solved")

    def cut_short(drawn: Settings, *_: object) -> None:
        raise RuntimeError(f"taste of {drawn.anchor['car'].taste['ice_family']!r}")

    plan = replace(Plan.of(settings()), draw_numbers=(2,), seeds=(1,))
    (cell,) = carry_out([plan], Store(tmp_path), SerialExecutor(), silent, Simulator(never, cut_short))  # type: ignore[arg-type]
    assert repr(plan.shipped[2]["car"].taste["ice_family"]) in cell.failures[0].traceback


def test_solving_one_anew_gives_the_same() -> None:
    plan = Plan.of(settings())
    again = solve(plan.settings, 1, plan.draws)
    assert {name: one.model_dump(exclude={"solved_for"}) for name, one in again.items()} == {
        name: one.model_dump(exclude={"solved_for"}) for name, one in plan.shipped[1].items()
    }, RENEW
