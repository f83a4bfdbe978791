"""Results are kept whole or not at all, found by everything they depend on, and doubted when a byte of them has changed."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from fake_runs import FAKE, fake_run, settings_of
from model_settings import shared
from rich.console import Console

from sim.errors import BadInput
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.catalogue import ask, runs
from sim.runs.store.disk import NEW, STALE_SECONDS
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import SCHEMAS, decode, encode
from sim.runs.store.run_keys import run_key, settings_key
from sim.runs.store.tidying import throw_away, waste
from sim.runs.store.version import model_version
from sim.settings import Settings
from sim.studies.results import verb as results

KEY = "ab" + "0" * 38
OTHER = "ab" + "1" * 38


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Store:
    """Two runs, which differ in every table."""
    store = Store(tmp_path / "results")
    for key, seed in ((KEY, 1), (OTHER, 2)):
        store.save(key, encode(fake_run(settings, seed)), {"model": model_version(), "settings": "none", "seed": seed})
    return store


@pytest.fixture
def filled(settings: Settings) -> Store:
    """A store with two draws of two seeds, made in the ordinary way."""
    store = Store(Path(settings.results.folder))
    list(carry_out([Plan.of(settings, 2, 2)], store, SerialExecutor(), silent, FAKE))
    return store


# tables -------------------------------------------------------------------------------------------------------------


def test_tables_come_back_as_they_were(settings: Settings) -> None:
    result = fake_run(settings, 1)
    tables = encode(result)
    for name in ("monthly", "flows", "stocks", "ledger", "uptake", "targets"):
        pd.testing.assert_frame_equal(decode(tables[name]).to_pandas(), getattr(result, name))


def test_an_empty_table_keeps_its_types(settings: Settings) -> None:
    empty = decode(encode(fake_run(settings, 1))["pots"])
    assert empty.num_rows == 0
    assert empty.schema.remove_metadata() == SCHEMAS["pots"]


def test_the_tables_of_the_model_are_those_of_the_store() -> None:
    result = shared("clock.end=2023-02", scale=0.002).result
    tables = encode(result)
    assert set(tables) == {name for name in vars(result) if isinstance(getattr(result, name), pd.DataFrame)}
    for name, content in tables.items():
        back = decode(content).to_pandas()
        assert list(back.columns) == list(getattr(result, name).columns)
        assert len(back) == len(getattr(result, name))


def test_a_table_with_other_columns_is_refused(settings: Settings) -> None:
    result = fake_run(settings, 1)
    result.monthly.insert(0, "district", "here")
    with pytest.raises(ValueError, match="district"):
        encode(result)


# keys ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "override",
    [
        "scenario=boundary_b",
        "population.scale=0.5",
        "clock.end=2024-11",
        "policy.car_scrappage.nev_amount=1",
        "behaviour.foresight=0.5",
        "region.baseline.cars=1000",
        "targets.nev_stock.promise=7",
        "behaviour=myopic",
    ],
)
def test_whatever_may_change_a_run_changes_its_key(tmp_path: Path, settings: Settings, override: str) -> None:
    assert settings_key(settings_of(tmp_path, override)) != settings_key(settings)


@pytest.mark.parametrize(
    "override",
    ["executor=local", "output=elsewhere", "language=en", "ensemble.draws=3", "ensemble.seeds=9"],
)
def test_what_changes_no_number_leaves_the_key(tmp_path: Path, settings: Settings, override: str) -> None:
    assert settings_key(settings_of(tmp_path, override)) == settings_key(settings)


def test_draw_design_seed_and_model_are_part_of_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = run_key("settings", 2, 12, 1)
    assert len({key, run_key("others", 2, 12, 1), run_key("settings", 3, 12, 1), run_key("settings", 2, 13, 1)}) == 4
    assert run_key("settings", 2, 12, 2) != key
    monkeypatch.setattr("sim.runs.store.run_keys.model_version", lambda: "another")
    assert run_key("settings", 2, 12, 1) != key


def test_central_values_are_the_same_in_every_design() -> None:
    assert run_key("settings", 0, 0, 1) == run_key("settings", 0, 12, 1)


# damage -------------------------------------------------------------------------------------------------------------


def truncated(store: Store) -> None:
    path = store.place(KEY) / "monthly.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def flipped(store: Store) -> None:
    path = store.place(KEY) / "flows.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def missing(store: Store) -> None:
    (store.place(KEY) / "uptake.parquet").unlink()


def another_runs_file(store: Store) -> None:
    (store.place(KEY) / "targets.parquet").write_bytes((store.place(OTHER) / "targets.parquet").read_bytes())


def another_runs_folder(store: Store) -> None:
    for path in store.place(OTHER).iterdir():
        (store.place(KEY) / path.name).write_bytes(path.read_bytes())


def changed_manifest(store: Store) -> None:
    path = store.place(KEY) / "manifest.json"
    path.write_text(path.read_text().replace('"seed": 1', '"seed": 7'))


def empty_manifest(store: Store) -> None:
    (store.place(KEY) / "manifest.json").write_bytes(b"")


DAMAGES: list[Callable[[Store], None]] = [
    truncated, flipped, missing, another_runs_file, another_runs_folder, changed_manifest, empty_manifest,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_not_given_out_and_the_others_are(
    store: Store, settings: Settings, damage: Callable[[Store], None]
) -> None:
    damage(store)
    assert store.load(KEY) is None
    assert store.damaged == [store.place(KEY)]
    assert store.load(OTHER) == encode(fake_run(settings, 2))


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_replaced_by_a_new_one(store: Store, settings: Settings, damage: Callable[[Store], None]) -> None:
    damage(store)
    tables = encode(fake_run(settings, 1))
    store.save(KEY, tables, {"model": model_version()})
    assert store.load(KEY) == tables
    assert not list(store.folder.rglob(f"{NEW}*"))


def test_every_flipped_bit_of_a_manifest_shows_or_changes_nothing(store: Store) -> None:
    path = store.place(KEY) / "manifest.json"
    whole, tables = path.read_bytes(), store.load(KEY)
    for place in range(0, len(whole), 7):
        content = bytearray(whole)
        content[place] ^= 4
        path.write_bytes(content)
        assert store.load(KEY) in (None, tables), place


def test_settings_and_anchors_with_a_changed_byte_are_not_given_out(store: Store) -> None:
    key = store.keep_settings({"a": 1.5})
    store.keep_anchor("0123", {"car": {"effort_first": 1.0}}, {"draw": 1})
    assert store.settings(key) == {"a": 1.5}
    assert store.anchor("0123") == {"car": {"effort_first": 1.0}}
    for path in (store.folder / "settings" / f"{key}.json", store.folder / "anchors" / "0123.json"):
        path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    assert store.settings(key) is None
    assert store.anchor("0123") is None
    assert store.keep_settings({"a": 1.5}) == key
    assert store.settings(key) == {"a": 1.5}


def test_what_was_never_kept_is_not_there(store: Store) -> None:
    assert store.load("ff" * 20) is None
    assert store.anchor("ff" * 20) is None
    assert store.settings("ff" * 20) is None
    assert store.damaged == []


def test_many_writers_of_one_run_leave_one_whole_run(store: Store, settings: Settings) -> None:
    tables, key, seen, stop = encode(fake_run(settings, 3)), "cd" * 20, [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.append(store.load(key))

    writers = [threading.Thread(target=store.save, args=(key, tables, {"writer": n})) for n in range(8)]
    reader = threading.Thread(target=look)
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    assert store.load(key) == tables
    assert all(got is None or got == tables for got in seen)
    assert not list(store.folder.rglob(f"{NEW}*"))


# asking -------------------------------------------------------------------------------------------------------------


def test_runs_are_catalogued_with_what_they_are(filled: Store) -> None:
    table = runs(filled).sort_values(["draw", "seed"], ignore_index=True)
    assert table[["scenario", "draw", "draws", "seed"]].to_numpy().tolist() == [
        ["enacted", draw, 2, seed] for draw in (1, 2) for seed in (1, 2)
    ]
    assert table["current"].all()
    assert table["settings"].nunique() == 1


def test_results_answer_sql(filled: Store) -> None:
    answer = ask(filled, "SELECT draw, max(value) AS value FROM runs JOIN targets USING (run) GROUP BY draw ORDER BY draw")
    # 1,000 + 10 a draw + seed 2 + 10 thousand yuan - 2 a draw
    assert answer.to_numpy().tolist() == [[1, 1020.0], [2, 1028.0]]
    levers = ask(filled, "SELECT json_extract(content, '$.policy.car_scrappage.title.en') FROM settings").iloc[0, 0]
    assert json.loads(levers) == "name"


@pytest.mark.parametrize("table", ["runs", "settings", *SCHEMAS])
def test_every_table_can_be_asked_even_if_there_is_nothing(tmp_path: Path, table: str) -> None:
    assert ask(Store(tmp_path), f"SELECT * FROM {table}").empty


def test_a_folder_may_have_any_name(tmp_path: Path, settings: Settings) -> None:
    store = Store(tmp_path / "Li's 结果")
    store.save(KEY, encode(fake_run(settings, 1)), {"model": "x"})
    assert ask(store, "SELECT DISTINCT run FROM monthly").iloc[0, 0] == KEY


def test_a_truncated_run_is_left_out_of_answers(store: Store) -> None:
    truncated(store)
    assert ask(store, "SELECT DISTINCT run FROM monthly")["run"].tolist() == [OTHER]


@pytest.mark.parametrize("sql", ["SELECT nothing FROM runs", "SELEC 1", "", "DROP VIEW monthly; SELECT 1 FROM nowhere"])
def test_what_is_not_a_question_is_bad_input(store: Store, sql: str) -> None:
    with pytest.raises(BadInput, match="query"):
        ask(store, sql)


def printed(words: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch, *, answer: str | None = None) -> str:
    """What the verb prints; with an answer as on a terminal where that is typed."""
    told = io.StringIO()
    console = Console(file=told, force_terminal=answer is not None, width=200, no_color=True)
    monkeypatch.setattr(console, "input", lambda question: told.write(question) and answer)
    monkeypatch.setattr(results, "terminal", lambda: console)
    assert results.results(words, settings) == 0
    return told.getvalue()


def test_the_list_counts_runs_by_scenario(filled: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    heading, row = printed(["list"], settings, monkeypatch).strip().splitlines()
    told = dict(zip(heading.split(), row.replace("2023-01 - 2024-12", "-").split(), strict=True))
    assert (told["scenario"], told["draws"], told["runs"], told["seeds"], told["current"]) == ("enacted", "2", "4", "2", "True")


def test_an_empty_list_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(["list"], settings, monkeypatch).strip() == "没有结果"


def test_one_run_is_shown_by_the_beginning_of_its_key(
    filled: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Plan.of(settings, 2, 2).key(2, 1)
    told = printed(["show", key[:10]], settings, monkeypatch)
    assert f'"key": "{key}"' in told
    assert "nev_stock" in told
    assert "1027.0" in told
    for unknown in ("zz", ""):
        with pytest.raises(BadInput, match="the beginning of the key"):
            results.results(["show", unknown], settings)


def test_targets_are_exported(filled: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(["export", str(tmp_path / "a.csv")], settings, monkeypatch)
    table = pd.read_csv(tmp_path / "a.csv")
    assert table["value"].tolist() == [1019.0, 1020.0, 1027.0, 1028.0]
    printed(["export", str(tmp_path / "b.csv"), "SELECT count(*) AS n FROM runs"], settings, monkeypatch)
    assert (tmp_path / "b.csv").read_bytes() == b"\xef\xbb\xbfn\n4\n"


# tidying ------------------------------------------------------------------------------------------------------------


def aged(path: Path) -> Path:
    """The same path, with an age at which nobody can still be writing there."""
    past = time.time() - STALE_SECONDS - 60.0
    os.utime(path, (past, past))
    return path


def test_only_what_nobody_will_read_may_go(filled: Store, settings: Settings) -> None:
    kept = {path for path in filled.folder.rglob("*") if path.is_file()}
    assert waste(filled) == []
    young, old = filled.runs / f"{NEW}young", filled.runs / f"{NEW}old"
    for folder in (young, old):
        folder.mkdir()
        (folder / "monthly.parquet").write_bytes(b"part")
    aged(old)
    filled.save(KEY, encode(fake_run(settings, 1)), {"model": "an older one", "settings": "x"})
    filled.save(OTHER, encode(fake_run(settings, 1)), {"model": model_version(), "settings": "x"})
    (filled.place(OTHER) / "manifest.json").write_bytes(b"{")
    filled.keep_anchor("0123", {}, {"model": "an older one"})
    aged(filled.folder / "settings" / f"{filled.keep_settings({'a': 1})}.json")
    found = waste(filled)
    assert {(item.path.name, item.reason) for item in found} == {
        (old.name, "leftover"),
        (KEY, "outdated"),
        (OTHER, "damaged"),
        ("0123.json", "outdated"),
        (f"{Store(filled.folder).keep_settings({'a': 1})}.json", "unused"),
    }
    throw_away(found)
    assert {path for path in filled.folder.rglob("*") if path.is_file()} == kept | {young / "monthly.parquet"}


@pytest.mark.parametrize(("words", "answer", "gone"), [
    (["gc"], None, False), (["gc", "--yes"], None, True), (["gc"], "n", False), (["gc"], "", False), (["gc"], "y", True),
])  # fmt: skip
def test_nothing_is_deleted_without_a_yes(
    filled: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, words: list[str], answer: str | None, gone: bool
) -> None:
    filled.save(KEY, encode(fake_run(settings, 1)), {"model": "an older one"})
    told = printed(words, settings, monkeypatch, answer=answer)
    assert str(filled.place(KEY)) in told
    assert filled.place(KEY).exists() is not gone
    assert len(runs(filled)) == (4 if gone else 5)
