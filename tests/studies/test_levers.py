"""The list of levers: every one with words, a range that holds, an example that can be typed, and what is in force."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import cli
from sim.config import load_settings
from sim.errors import BadInput
from sim.policy.instruments import measure_classes
from sim.report.lever_words import BY_INSTRUMENT
from sim.studies.levers.listing import LeverEntry, found_by, levers_of

CHINESE = re.compile("[一-鿿]")


@cache
def entries(*words: str) -> dict[str, LeverEntry]:
    return {entry.key: entry for entry in levers_of(load_settings(list(words)))}


def told(key: str, *words: str) -> str:
    return entries(*words)[key].told.zh


def test_every_lever_of_every_instrument_has_words_in_both_languages_and_no_words_are_left_over() -> None:
    levers = {kind.model_fields["instrument"].annotation.__args__[0]: set(kind.levers) for kind in measure_classes()}  # type: ignore[union-attr]
    assert {name: set(words) for name, words in BY_INSTRUMENT.items()} == {name: own for name, own in levers.items() if own}
    for words in (words for own in BY_INSTRUMENT.values() for words in own.values()):
        assert CHINESE.search(words.meaning.zh)
        assert CHINESE.search(words.unit.zh)
        assert not CHINESE.search(words.meaning.en + words.unit.en)


def test_every_measure_and_every_pot_in_force_is_listed() -> None:
    settings = load_settings([])
    assert {entry.owner for entry in entries().values()} == {
        *(f"policy.{name}" for name in settings.policy), *(f"pots.{name}" for name in settings.pots),
    }  # fmt: skip
    assert {f"policy.{name}.enabled" for name in settings.policy} <= set(entries())


def test_every_example_can_be_typed_and_moves_its_lever() -> None:
    groups: dict[str, list[LeverEntry]] = {"own": [], "common": [], "dates": []}
    for entry in entries().values():
        if not entry.key.endswith(".enabled"):
            groups["dates" if entry.key.endswith(".levers_from") else "common" if entry.common else "own"].append(entry)
    for chosen in groups.values():
        changed = entries(*dict.fromkeys(word for entry in chosen for word in entry.example.split()))
        still = [entry.key for entry in chosen if changed[entry.key].value == entry.value]
        assert len(chosen) > 10
        assert still == []


@pytest.mark.parametrize(
    "key",
    [
        "policy.car_scrappage.nev_amount", "policy.car_scrappage.cutoff_shift_years", "policy.car_loans.min_down_payment",
        "policy.mandatory_scrappage.years_cut", "pots.trade_in.amount_factor", "policy.pick_up_service.strength",
    ],
)  # fmt: skip
def test_the_range_that_is_told_is_the_range_that_is_accepted(key: str) -> None:
    low, high = entries()[key].range
    assert low is not None
    assert high is not None
    load_settings([f"{key}={low:g}"])
    load_settings([f"{key}={high:.8g}"])
    for outside in (low - 0.01, high + 0.01):
        with pytest.raises(BadInput):
            load_settings([f"{key}={outside:.10g}"])


def test_what_is_in_force_is_the_law_of_the_month_after_now() -> None:
    amount, until = "policy.car_scrappage.nev_amount", "policy.car_scrappage.until"
    assert told(amount) == "价格的12%，最高20,000元"
    assert told(amount, "clock.now=2025-01") == "20,000元"
    assert entries("clock.now=2025-01")[amount].number == entries()[amount].number == 20_000
    assert told(amount, "clock.now=2024-04") == "10,000元"
    assert told(amount, "clock.now=2023-06") == "当日未执行"
    assert told(amount, f"{until}=2025-12-31") == "当日未执行"
    assert told(until) == "2027-12-31"
    assert told(until, f"{until}=2026-06-30") == "2026-06-30"
    assert told("policy.car_scrappage.cutoff_shift_years") == "汽油2013-06-30、柴油2015-06-30、新能源2019-12-31"
    assert told("pots.trade_in.amount_factor") == "1（15,000万元）"


def test_a_lever_that_is_turned_is_told_with_its_own_value_and_departs() -> None:
    key = "policy.car_scrappage.nev_amount"
    assert not entries()[key].moved
    turned = entries(f"{key}=15000")[key]
    assert (turned.moved, turned.told.zh, turned.number) == (True, "15000", 15_000)


def test_a_lever_that_has_nothing_to_act_on_is_no_lever() -> None:
    assert "policy.appliance_trade_in.nev_amount" in entries()
    assert "policy.appliance_trade_in.ice_amount" not in entries()
    assert "policy.appliance_trade_in.cutoff_shift_years" not in entries()
    assert "policy.car_scrappage.ice_amount" in entries()


def test_words_choose_in_either_language() -> None:
    every = list(entries().values())
    chinese, english = ({e.owner for e in found_by(every, words)} for words in (["汽车报废更新"], ["Car", "Scrappage subsidy"]))
    assert chinese == english == {"policy.car_scrappage"}
    assert found_by(every, ["报废更新", "nothing"]) == []


@pytest.mark.parametrize(("language", "said"), [("zh", "现行：价格的12%，最高20,000元"), ("en", "in force: 12% of the price")])
def test_the_verb_prints_the_chosen_and_writes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: Any, said: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert cli.main(["levers", "car_scrappage", f"language={language}", f"output={tmp_path}"]) == 0
    out = capsys.readouterr().out
    assert said in out
    assert "policy.car_scrappage.nev_amount=15000" in out
    assert "truck" not in out
    table = pd.read_csv(tmp_path / "levers.csv").set_index("key")
    assert set(table.index) == {key for key in entries() if key.startswith("policy.car_scrappage.")}
    assert table.loc["policy.car_scrappage.amount_factor", ["low", "high", "decided_high"]].tolist() == [0.0, 10.0, 1.5]
    assert table.loc["policy.car_scrappage.nev_amount", ["from", "to"]].tolist() == ["2026-01-01", "2026-12-31"]


def test_words_that_nothing_has_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["levers", "no_such_lever"]) == 2
    assert "no_such_lever" in capsys.readouterr().err
