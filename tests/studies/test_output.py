"""What a verb leaves for people: all of this time and nothing of the last, checked before it runs, readable anywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from fake_runs import FAKE, settings_of

from sim.cli import main, verbs
from sim.config import load_settings
from sim.dashboard.downloads import csv_bytes as of_the_page
from sim.errors import BadInput
from sim.report.csv_file import csv_bytes
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.store.provenance import commit_of
from sim.settings import Settings
from sim.studies.common.output import made_by, output_folder, write_csv
from sim.studies.report.verb import additionality

ROOT = Path(__file__).resolve().parents[2]
FOUND = pd.DataFrame({"measure": ["car_scrappage", "car_replacement"], "share": [0.25, 0.5]})
TABLE = pd.DataFrame({"标题": ["新能源", "=1+1"], "value": [1.5, 2.0]})


def placed(settings: Settings, folder: Path) -> Settings:
    return settings.model_copy(update={"output": str(folder)})


def written(verb: str, settings: Settings, *names: str) -> None:
    with output_folder(verb, [settings]) as folder:
        for name in names:
            write_csv(folder / name, TABLE)


def breaking(settings: Settings) -> None:
    """Write one file, then fail."""
    with output_folder("forecast", [settings]) as folder:
        write_csv(folder / "b.csv", TABLE)
        raise ZeroDivisionError


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name[0] != "."}


# folders that are used again ----------------------------------------------------------------------------------------


def test_of_an_earlier_run_only_what_is_rewritten_stays(tmp_path: Path) -> None:
    settings = placed(settings_of(tmp_path), tmp_path / "o")
    written("sweep", settings, "sweep.csv", "cells/0/targets.csv", "cells/1/targets.csv", "cells/1/figures/a.csv")
    written("sweep", settings, "sweep.csv", "cells/0/targets.csv")
    assert names(tmp_path / "o") == {"sweep.csv", "cells/0/targets.csv"}
    assert not (tmp_path / "o" / "cells" / "1").exists()


def test_files_of_others_and_of_other_verbs_stay(tmp_path: Path) -> None:
    settings = placed(settings_of(tmp_path), tmp_path / "o")
    (tmp_path / "o" / "figures").mkdir(parents=True)
    (tmp_path / "o" / "figures" / "mine.png").write_bytes(b"mine")
    written("forecast", settings, "targets.csv", "figures/old.csv", "monthly.csv")
    written("report", settings, "targets.csv", "report.csv")
    written("forecast", settings, "monthly.csv")
    assert names(tmp_path / "o") == {"figures/mine.png", "monthly.csv", "targets.csv", "report.csv"}


def test_a_run_that_fails_takes_nothing_away_and_the_next_one_still_knows_what_is_its_own(tmp_path: Path) -> None:
    settings = placed(settings_of(tmp_path), tmp_path / "o")
    written("forecast", settings, "a.csv")
    with pytest.raises(ZeroDivisionError):
        breaking(settings)
    assert names(tmp_path / "o") == {"a.csv", "b.csv"}
    written("forecast", settings, "c.csv")
    assert names(tmp_path / "o") == {"c.csv"}


def test_a_report_takes_what_budget_found_for_its_own_settings_and_nothing_else(tmp_path: Path) -> None:
    enacted = placed(settings_of(tmp_path), tmp_path / "o")
    without = placed(settings_of(tmp_path, "scenario=no_policy"), tmp_path / "o")
    assert additionality(enacted) is None
    with output_folder("budget", [enacted]) as folder:
        write_csv(folder / "additionality.csv", FOUND)
    pd.testing.assert_frame_equal(additionality(enacted), FOUND)
    assert additionality(without) is None
    assert made_by(tmp_path / "o", "budget", [enacted])
    elsewhere = enacted.model_copy(update={"output": None})
    with output_folder("budget", [elsewhere]) as folder:
        write_csv(folder / "additionality.csv", FOUND.head(1))
    assert len(additionality(elsewhere)) == 1


# before the first run -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["file", "file/below", "x" * 256, "/dev/full", "/dev/null/below", "/proc/below"])
def test_an_output_that_cannot_be_written_is_refused_before_the_first_run(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("here")
    settings = placed(settings_of(tmp_path), tmp_path / place)
    note = tmp_path / "note"
    fake = FAKE._replace(run=lambda *_: note.write_text("ran"))
    with pytest.raises(BadInput, match="output") as refusal:
        list(carry_out([Plan.of(settings, 1, 1)], Store(tmp_path / "results"), SerialExecutor(), silent, fake))
    assert refusal.value.value == str(tmp_path / place)
    assert not note.exists()


def test_looking_whether_an_output_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    settings = placed(settings_of(tmp_path), tmp_path / "new" / "below")
    list(carry_out([Plan.of(settings, 1, 1)], Store(tmp_path / "results"), SerialExecutor(), silent, FAKE))
    assert not (tmp_path / "new").exists()


WALK = """
import sys
from sim.cli import main, verbs
words = {"compare": ["enacted", "no_policy"], "results": ["list"], "local": ["template"]}
words |= {"nowcast": ["actuals.csv"], "briefing": ["actuals.csv"]}
for verb in [*verbs(), "budget solve"]:
    name, *more = verb.split()
    code = main([name, *more, *words.get(verb, []), "language=en", "output=taken/below"])
    heavy = {"sim.model", "sim.runs.schedule", "pandas", "numba"} & set(sys.modules)
    print(f"{verb}: {code}, {sorted(heavy)}", file=sys.stderr)
"""
"""Gives every verb that there is an output that cannot be written."""


def test_every_verb_refuses_such_an_output_before_anything_is_loaded_that_could_run(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "actuals.csv").write_text("month,indicator,group,value\n")
    done = subprocess.run(
        [sys.executable, "-c", WALK], env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    every = [*verbs(), "budget solve"]
    assert [line for line in lines if line.endswith("[]")] == [f"{verb}: 2, []" for verb in every]
    assert sum(line.split() == ["key", ":", "output"] for line in lines) == len(every)
    assert {path.name for path in tmp_path.iterdir()} == {"taken", "actuals.csv"}


def test_no_verb_makes_a_folder_for_its_output_by_itself() -> None:
    own = re.compile(r"Path\([^()]*\.(output|folder)\)")
    studies = [path for path in (ROOT / "sim" / "studies").rglob("*.py") if path.parent.name != "common"]
    texts = {path: path.read_text(encoding="utf-8").replace("Store(Path(settings.results.folder))", "") for path in studies}
    assert [path for path, text in texts.items() if own.search(text)] == []
    writing = {path.parent.name for path, text in texts.items() if re.search(r"\bwrite_(csv|file|figures|ensemble)\(", text)}
    holding = {path.parent.name for path, text in texts.items() if "with output_folder(" in text}
    assert writing - holding == {"anchor", "results"}, "one writes settings, the other the file that was named"


@pytest.mark.parametrize(("verb", "file"), [("pedigree", "pedigree.csv"), ("coverage", "coverage.csv")])
def test_a_verb_takes_away_what_it_left_for_other_settings(tmp_path: Path, verb: str, file: str) -> None:
    folder = tmp_path / "o"
    with output_folder(verb, [placed(load_settings(["scenario=no_policy"]), folder)]) as place:
        write_csv(place / "old.csv", TABLE)
    (folder / "mine.csv").write_text("mine")
    assert main([verb, f"output={folder}"]) == 0
    assert names(folder) == {file, "mine.csv"}
    assert made_by(folder, verb, [load_settings([f"output={folder}"])])
    assert not made_by(folder, verb, [load_settings(["scenario=no_policy"])])


# CSV and the screen -------------------------------------------------------------------------------------------------


def test_every_csv_bears_the_mark_by_which_excel_knows_utf_8(tmp_path: Path) -> None:
    content = write_csv(tmp_path / "a.csv", TABLE).read_bytes()
    assert content == "\ufeff标题,value\n新能源,1.5\n'=1+1,2.0\n".encode()
    assert csv_bytes is of_the_page, "the page and the command line share one writer"
    back = pd.read_csv(tmp_path / "a.csv")
    pd.testing.assert_frame_equal(back.replace({"标题": {"'=1+1": "=1+1"}}), TABLE)


def called(*words: str, out: object = subprocess.PIPE, **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | variables
    return subprocess.run([sys.executable, "-m", "sim", *words], env=environment, stdout=out, stderr=subprocess.PIPE, cwd=ROOT)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("words", [["--help"], ["forecast", "--help"], []])
def test_a_full_device_is_told_without_a_traceback(words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = called(*words, out=full)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "磁盘已满" in said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_a_reader_who_leaves_early_stops_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as gone:
        done = called("forecast", "--help", out=gone)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_encoding_that_was_chosen_is_used_and_else_it_is_utf_8() -> None:
    assert "东昌府区" in called("--help", PYTHONIOENCODING="gbk").stdout.decode("gbk")
    assert "东昌府区" in called("--help", PYTHONIOENCODING="", LC_ALL="C").stdout.decode("utf-8")
    assert called("--help", PYTHONIOENCODING="ascii").stdout.decode("ascii")


# words of results ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [
    ["export", "results.folder={place}"], ["export"], ["export", "{place}/a.txt"], ["export", "SELECT 1"],
    ["show", "results.folder={place}"], ["query", "results.folder={place}"], ["list", "more"], ["gc", "--no"],
    ["export", "a.csv", "SELECT 1", "SELECT 2"],
])  # fmt: skip
def test_a_setting_is_never_taken_for_a_file_a_key_or_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["results", *(word.format(place=tmp_path) for word in words)]) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("turned", [False, True])
def test_settings_and_the_file_of_an_export_may_come_in_any_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["b.csv", f"results.folder={tmp_path / 'results'}"]
    assert main(["results", "export", *(reversed(words) if turned else words)]) == 0
    assert names(tmp_path) == {"b.csv"}


# the commit ---------------------------------------------------------------------------------------------------------


def git(root: Path, *words: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_the_projects_own_and_says_if_it_was_edited(tmp_path: Path) -> None:
    project = tmp_path / "around" / "project"
    (project / "sim").mkdir(parents=True)
    (project / "sim" / "a.py").write_text("")
    assert commit_of(project) == ""
    git(tmp_path / "around", "init", "-q")
    git(tmp_path / "around", "add", ".")
    git(tmp_path / "around", "commit", "-qm", "around")
    assert commit_of(project) == "", "a repository round the project says nothing of it"
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "own")
    commit = git(project, "rev-parse", "HEAD")
    assert commit_of(project) == commit
    (project / "notes.txt").write_text("beside")
    assert commit_of(project) == commit
    (project / "sim" / "new.py").write_text("")
    assert commit_of(project) == f"{commit} edited"
