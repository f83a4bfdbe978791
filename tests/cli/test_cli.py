"""The command line hands verbs the right settings, and says in plain words what it cannot do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from small_tree import measure, scenario, write, write_tree

import sim
import sim.studies
from sim import cli
from sim.config import checks, load_cells, load_settings
from sim.errors import Both, SimError
from sim.settings import Settings

EXPERIMENT = """# @package _global_
experiment:
  title: {zh: 名, en: name}
  factors:
    - {key: policy.car_scrappage.nev_amount, levels: [5000, 10000, 20000]}
    - {key: scenario, levels: [enacted, no_policy]}
population: {scale: 0.5}
"""
HANDED_OVER = {
    "sweep": "sim.studies.forecast.sweep",
    "solve": "sim.studies.solve.verb",
    "dashboard": "sim.dashboard.server",
}
"""Functions that a verb hands over to in another module than its own ``verb``."""
ALSO = (
    ("budget", "sim.studies.budget.plan_verb", ("outright", "template", "from_plan")),
    ("sensitivity", "sim.studies.sensitivity.lever_ranking", ("rank_levers",)),
)
"""Verbs that hand over to functions with names of their own."""
PROJECT = Path(__file__).resolve().parents[2]


class Calls:
    """What the verbs were asked to do, and what they shall answer."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []
        self.words: list[Any] = []
        self.answer: int | BaseException = 0

    def note(self, verb: str, given: Any, *words: Any) -> int:
        self.made.append((verb, given))
        self.words += words
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Calls:
    noted = Calls()
    for verb in (*cli.verbs(), "sweep", "solve"):
        module = ModuleType(HANDED_OVER.get(verb, f"sim.studies.{verb}.verb"))
        setattr(module, verb, lambda *given, verb=verb: noted.note(verb, *given))
        monkeypatch.setitem(sys.modules, module.__name__, module)
    for verb, name, functions in ALSO:
        module = ModuleType(name)
        for function in functions:
            setattr(module, function, lambda *given, verb=verb: noted.note(verb, *given))
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
    root = write_tree(tmp_path)
    write(root, "configs/experiment/scrappage_levels.yaml", EXPERIMENT)
    write(root, "scenarios/lapse_2027.yaml", scenario("lapse_2027"))
    write(root, "scenarios/no_policy.yaml", scenario("no_policy", policy={"car_scrappage": {"enabled": False}}))
    monkeypatch.setenv("SIM_ROOT", str(root))
    return noted


def test_forecast_gets_the_settings(calls: Calls) -> None:
    assert cli.main(["forecast", "scenario=no_policy", "population.scale=0.05"]) == 0
    ((verb, given),) = calls.made
    assert (verb, given.scenario.id, given.population.scale) == ("forecast", "no_policy", 0.05)


@pytest.mark.parametrize("option", ["-m", "--multirun"])
def test_a_sweep_gets_every_cell_with_the_line_that_repeats_it(calls: Calls, option: str) -> None:
    assert cli.main(["forecast", "scenario=enacted,no_policy", "output='甲 乙'", option]) == 0
    ((verb, cells),) = calls.made
    assert verb == "sweep"
    assert [settings.scenario.id for _, settings in cells] == ["enacted", "no_policy"]
    for line, settings in cells:
        assert load_settings(shlex.split(line)) == settings


def test_a_sweep_with_one_bad_cell_runs_none(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["forecast", "-m", "population.scale=0.1,3"]) == 2
    assert calls.made == []
    assert "population.scale" in capsys.readouterr().err


def test_compare_takes_scenarios_as_words(calls: Calls) -> None:
    assert cli.main(["compare", "enacted", "population.scale=0.1", "no_policy"]) == 0
    ((verb, given),) = calls.made
    assert verb == "compare"
    sides = [(side.id, side.settings.scenario.id, side.settings.population.scale) for side in given]
    assert sides == [("enacted", "enacted", 0.1), ("no_policy", "no_policy", 0.1)]


def test_compare_takes_changes_of_one_side_and_names(calls: Calls) -> None:
    changed, named = "enacted policy.car_scrappage.nev_amount=15000", "more: no_policy policy.car_scrappage.nev_amount=25000"
    assert cli.main(["compare", "enacted", changed, named, "甲：enacted clock.now=2025-03", "population.scale=0.1"]) == 0
    ((_, given),) = calls.made
    assert [side.id for side in given] == ["enacted", changed, "more", "甲"]
    assert [side.title for side in given] == [
        given[0].settings.scenario.title.zh, f"{given[0].settings.scenario.title.zh} + {changed.split()[1]}", "more", "甲",
    ]  # fmt: skip
    assert [side.settings.policy["car_scrappage"].nev_amount for side in given] == [None, 15000, 25000, None]
    assert {side.settings.population.scale for side in given} == {0.1}
    assert [side.settings.clock.now == "2025-03" for side in given] == [False, False, False, True]
    assert [load_settings(side.typed) for side in given] == [side.settings for side in given]
    assert len({side.file for side in given}) == len(given)


@pytest.mark.parametrize(
    "words",
    [
        ["enacted"],
        [],
        ["enacted", "enacted"],
        ["enacted", "no_polcy"],
        ["enacted", "it's"],
        ["enacted", "no_policy", "scenario=enacted"],
        ["enacted", "no_policy", "-m"],
        ["enacted", "a: enacted"],
        ["a: enacted", "a: no_policy"],
        ["enacted", "enacted population.scale=0.1"],
        ["enacted", "enacted ensemble.draws=3"],
        ["enacted", "enacted 15000"],
        ["enacted", "enacted scenario=no_policy"],
        ["enacted", "enacted policy.car_scrappage.nev_amount=-1"],
        ["enacted", "a: "],
    ],
    ids=" ".join,
)
def test_compare_refuses_what_it_cannot_compare(calls: Calls, words: list[str]) -> None:
    assert cli.main(["compare", *words]) == 2
    assert calls.made == []


def test_verbs_get_what_to_type_to_do_it_again(calls: Calls) -> None:
    assert cli.main(["forecast", "scenario=no_policy", "output='甲 乙'"]) == 0
    assert shlex.split(calls.words.pop()) == ["scenario=no_policy", "output='甲 乙'"]
    assert cli.main(["compare", "enacted", "no_policy", "population.scale=0.1"]) == 0
    assert [load_settings(side.typed).scenario.id for side in calls.made.pop()[1]] == ["enacted", "no_policy"]


def test_an_experiment_becomes_a_sweep_over_its_cells(calls: Calls) -> None:
    assert cli.main(["forecast", "experiment=scrappage_levels", "clock.end=2024-12"]) == 0
    ((verb, cells),) = calls.made
    assert verb == "sweep"
    wanted = [(amount, name) for amount in (5000, 10000, 20000) for name in ("enacted", "no_policy")]
    assert [(s.policy["car_scrappage"].nev_amount, s.scenario.id) for _, s in cells] == wanted
    assert {(s.population.scale, s.clock.end) for _, s in cells} == {(0.5, "2024-12")}
    for line, settings in cells:
        assert load_settings(shlex.split(line)) == settings


def test_one_cell_of_an_experiment_is_repeated_alone(calls: Calls) -> None:
    cli.main(["forecast", "experiment=scrappage_levels"])
    line, settings = calls.made.pop()[1][3]
    assert cli.main(["forecast", *shlex.split(line)]) == 0
    assert calls.made == [("forecast", settings)]


def test_an_experiment_is_not_swept_over(calls: Calls) -> None:
    assert cli.main(["forecast", "-m", "experiment=scrappage_levels", "population.scale=0.1,0.2"]) == 2
    assert calls.made == []


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["list"], ["list"]),
        (["show", "0a1b"], ["show", "0a1b"]),
        (["query", "SELECT 1"], ["query", "SELECT 1"]),
        (["export", "甲.csv"], ["export", "甲.csv"]),
        (["export", "a.csv", "select 1", "language=en"], ["export", "a.csv", "select 1"]),
        (["gc"], ["gc"]),
        (["gc", "--yes", "results.folder=here"], ["gc", "--yes"]),
    ],
    ids=str,
)
def test_results_gets_its_words(calls: Calls, words: list[str], given: list[str]) -> None:
    assert cli.main(["results", *words]) == 0
    assert calls.made == [("results", given)]


@pytest.mark.parametrize("words", [[], ["lost"], ["show"], ["query"], ["list", "--yes"], ["gc", "--all"]], ids=str)
def test_results_refuses_what_it_does_not_know(calls: Calls, words: list[str]) -> None:
    assert cli.main(["results", *words]) == 2
    assert calls.made == []


@pytest.mark.parametrize("words", [["executor=serial"], ["executor.name=serial"], ["executor=serial", "executor.workers=2"]])
def test_the_executor_may_be_named_in_short(calls: Calls, words: list[str]) -> None:
    assert cli.main(["forecast", *words]) == 0
    assert calls.made[0][1].executor.name == "serial"


def test_a_cluster_needs_an_address(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["forecast", "executor=dask"]) == 2
    assert "executor.address" in capsys.readouterr().err


def test_bench_gets_the_settings(calls: Calls) -> None:
    assert cli.main(["bench", "population.scale=0.1"]) == 0
    assert calls.made[0][1].population.scale == 0.1


@pytest.mark.parametrize("code", [0, 1])
def test_the_exit_code_is_the_verbs(calls: Calls, code: int) -> None:
    calls.answer = code
    assert cli.main(["forecast"]) == code


def test_a_named_failure_ends_with_1_and_its_words(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    calls.answer = SimError(Both("资金池不平", "the pot is not whole"))
    assert cli.main(["forecast"]) == 1
    assert capsys.readouterr().err == "失败：资金池不平\n"
    assert cli.main(["forecast", "language=en"]) == 1
    assert capsys.readouterr().err == "failed: the pot is not whole\n"


def test_an_interruption_ends_with_130(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    calls.answer = KeyboardInterrupt()
    assert cli.main(["forecast"]) == 130
    assert capsys.readouterr().err == "已中断\n"
    assert cli.main(["forecast", "language=en"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_a_key_that_is_typed_twice_is_refused(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["forecast", "population.scale=0.1", "language=en", "population.scale=0.2"]) == 2
    assert "typed 2 times" in capsys.readouterr().err
    assert calls.made == []


def test_a_comma_without_m_is_told_about_m(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["forecast", "scenario=enacted,no_policy"]) == 2
    assert "在动词后加 -m" in capsys.readouterr().err
    assert cli.main(["forecast", "scenario=enacted,no_policy", "language=en"]) == 2
    assert "add -m" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["forcast"], ["population.scale=0.1"], ["--verbose"], ["forcast", "--help"]], ids=" ".join)
def test_an_unknown_verb_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    told = capsys.readouterr()
    assert "以下之一：" + "、".join(cli.verbs()) in told.err
    assert told.out == ""


def test_the_nearest_verb_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["forcast"])
    assert "办法：是否为：forecast" in capsys.readouterr().err
    cli.main(["forcast", "language=en"])
    assert "did you mean forecast" in capsys.readouterr().err


def test_a_verb_is_added_by_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "from sim.studies.common.declaring import Verb\n"
        "VERB = Verb(15, {'zh': '数一数', 'en': 'count'}, {'zh': '数', 'en': 'count words'}, lambda words: len(words))\n"
    )
    (tmp_path / "tally.py").write_text(code, encoding="utf-8")
    monkeypatch.setattr(sim.studies, "__path__", [*sim.studies.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "sim.studies.tally", raising=False)
    assert cli.main(["tally", "a", "b"]) == 2
    assert cli.main(["tally", "--help", "language=en"]) == 0
    assert capsys.readouterr().out.strip() == "count words"
    assert list(cli.verbs())[:2] == ["forecast", "tally"]


def test_unknown_options_are_refused(calls: Calls) -> None:
    assert cli.main(["forecast", "--dry-run"]) == 2
    assert calls.made == []


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]], ids=repr)
def test_without_a_verb_all_of_them_are_listed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("zh", "en"):
        assert cli.main([*words, f"language={language}"]) == 0
        told = capsys.readouterr().out
        assert told.strip() == cli.listing(language).strip()
        assert [line.split()[0] for line in told.splitlines() if line.startswith("  ")] == list(cli.verbs())
        assert all(verb.summary[language] in told for verb in cli.verbs().values())


@pytest.mark.parametrize("verb", list(cli.verbs()))
def test_every_verb_has_a_page_in_both_languages(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("zh", "en"):
        assert cli.main([verb, "--help", f"language={language}"]) == 0
        told = capsys.readouterr().out
        assert told.startswith(verb)
        assert "{" not in told
        assert "python -m sim " + verb in told


def examples() -> list[list[str]]:
    lines = [line for verb in cli.verbs().values() for language in ("zh", "en") for line in verb.told(language).splitlines()]
    return [shlex.split(line, comments=True)[3:] for line in lines if re.match("  python -m sim [a-z]", line)]


@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_the_examples_on_the_pages_work(calls: Calls, words: Sequence[str]) -> None:
    assert cli.main([re.sub("^region=.*", "region=here", word) for word in words]) == 0  # the only one in this tree
    assert len(calls.made) == 1


def test_output_survives_a_terminal_that_knows_ascii_only(calls: Calls) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--help"],
        cwd=PROJECT,
        env={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    assert "目标" in done.stdout.decode("utf-8")


def test_refusing_loads_nothing_heavy(tmp_path: Path) -> None:
    look = "import sys, sim.cli; code = sim.cli.main(['forecast', '+typo=1']); print(code, *sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], cwd=PROJECT, capture_output=True, text=True, check=True)
    code, *loaded = done.stdout.split()
    assert code == "2"
    assert not {"mesa", "numba", "numpy", "pandas", "matplotlib", "scipy"} & set(loaded)


def test_the_package_offers_its_names_and_no_others() -> None:
    assert sim.Settings is Settings
    assert sim.load_settings is load_settings
    with pytest.raises(AttributeError, match="no attribute 'forecast'"):
        _ = sim.forecast


def test_levers_of_every_measure_can_be_swept(calls: Calls, tmp_path: Path) -> None:
    write(tmp_path, "configs/policy/vouchers.yaml", measure())
    cells = load_cells(
        ["in_force=[enacted,vouchers]", "policy.vouchers.amount_factor=0.5,1,2", "policy.vouchers.enabled=true,false"]
    )
    assert len(cells) == 6
