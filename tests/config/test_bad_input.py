"""Bad input is refused at once, in words that name the place, the value, what is allowed and the remedy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from small_tree import BOMB, HEAD, files, refusal, write, write_tree

from sim import cli
from sim.config import checks, load_cells, load_settings
from sim.errors import Language

SECONDS = 5
CHINESE = re.compile("[一-鿿]")
LABELS = {"zh": ["文件", "键", "值", "允许", "办法"], "en": ["file", "key", "value", "allowed", "remedy"]}
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _one_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree of its own, to be damaged."""
    return write_tree(tmp_path)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree that stays as it is."""
    return write_tree(tmp_path_factory.mktemp("sound"))


TYPED = [
    ("+typo=1", "typo", "one of scenario, clock"),
    ("++typo=1", "typo", "one of scenario, clock"),
    ("typo=1", "typo", "one of scenario, clock"),
    ("population.scal=1", "population.scal", "scale"),
    ("policy.car_scrappage.nev_amunt=1", "policy.car_scrappage.nev_amunt", "nev_amount"),
    ("policy.car_scrapage.enabled=false", "policy.car_scrapage", "car_scrappage"),
    (
        "policy.car_scrappage.versions.v2024.grants.bve.amount=1",
        "policy.car_scrappage.versions.v2024.grants.bve",
        "bev",
    ),
    ("policy.car_scrappage.payers.centrl=1", "policy.car_scrappage.payers.centrl", "central"),
    ("products.car.variants.ice.prise=1", "products.car.variants.ice.prise", "price"),
    ("region.baseline.carz=1", "region.baseline.carz", "cars"),
    ("region.vintages.tractor.2010=1", "region.vintages.tractor", "car"),
    ("population.scale=much", "population.scale", "a number"),
    ("population.scale=true", "population.scale", "a number"),
    ("population.scale='0.1'", "population.scale", "a number"),
    ("ensemble.seeds=1.5", "ensemble.seeds", "a whole number"),
    ("behaviour.foresight=high", "behaviour.foresight", "a number"),
    ("policy.car_scrappage.enabled=perhaps", "policy.car_scrappage.enabled", "true or false"),
    ("policy.car_scrappage.until=2026-02-30", "policy.car_scrappage.until", "a date such as"),
    ("clock.end=2026", "clock.end", "text"),
    ("clock.end=2026-13", "clock.end", "a month such as"),
    ("clock=2026", "clock", "start, end"),
    ("region.season.x=1", "region.season.x", "region.season is a list"),
    ("population.scale.x=1", "population.scale.x", "population.scale is one value"),
    ("population.scale=nan", "population.scale", "a finite number"),
    ("population.scale=-inf", "population.scale", "a finite number"),
    ("population.scale=1e999", "population.scale", "a finite number"),
    ("ensemble={seeds: nan}", "ensemble", "a finite number"),
    ("population.scale=0", "population.scale", "greater than 0"),
    ("population.scale=2.5", "population.scale", "less than or equal to 2"),
    ("policy.car_scrappage.nev_amount=-1", "policy.car_scrappage.nev_amount", "greater than or equal to 0"),
    ("ensemble.draws=-1", "ensemble.draws", "greater than or equal to 0"),
    ("behaviour.foresight.value=3", "behaviour.foresight.value", "between low and high"),
    ("behaviour.foresight=7", "behaviour.foresight", "from 0 to 1"),
    ("behaviour.nest_dissimilarity=0", "behaviour.nest_dissimilarity", "above 0 and at most 1"),
    ("behaviour.nest_dissimilarity=0.2", "behaviour.nest_dissimilarity", "way_dissimilarity <= nest_dissimilarity"),
    ("products.car.variants.ice.price=-5", "products.car.variants.ice.price", "above 0"),
    ("behaviour.foresight={value: 0.8, low: 0.6, high: 1.4}", "behaviour.foresight", "from 0 to 1"),
    ("language=fr", "language", "'zh' or 'en'"),
    ("region.boundary=C", "region.boundary", "A or B"),
    ("clock.end=2022-12", "clock.end", "before"),
    (
        "policy.car_scrappage.versions.v2025.window.end=2024-06-30",
        "policy.car_scrappage.versions.v2025.window.end",
        "ends before it starts",
    ),
    (
        "policy.car_scrappage.versions.v2025.window.start=2024-04-24",
        "policy.car_scrappage.versions.v2025.window.start",
        "start on the same day",
    ),
    ("policy.car_scrappage.payers.central=0.7", "policy.car_scrappage.payers.central", "sum to 1"),
    ("region.vintages.car.2010=0.5", "region.vintages.car", "sum to 1"),
    ("region.season.0=3", "region.season", "sum to 12"),
    ("+products.car.owner_shares.household=0.3", "products.car.owner_shares", "sum to 1"),
    ("products.car.owner_shares.firm=1.2", "products.car.owner_shares.firm", "less than or equal to 1"),
    ("scenario=enactd", "scenario", "enacted"),
    ("scenario=../configs/defaults", "scenario", "scenarios/"),
    ("scenario=/etc/passwd", "scenario", "scenarios/"),
    ("scenario=[enacted,boundary_b]", "scenario", "one name"),
    ("+scenario=enacted", "+scenario", "KEY=NAME"),
    ("region=her", "region", "here"),
    ("behaviour=myopc", "behaviour", "myopic"),
    ("experiment=none", "experiment", "configs/experiment/"),
    ("policy=car_scrappage", "policy", "all its files are read"),
    ("policy.car_scrappage.pot=purse", "policy.car_scrappage.pot", "configs/pots/"),
    ("policy.car_scrappage.goods=[tractor]", "policy.car_scrappage.goods", "configs/products/"),
    ("policy.car_scrappage.instrument=gift", "policy.car_scrappage.instrument", "scrappage_subsidy"),
    ("targets.nev_stock.indicator=nev_stok", "targets.nev_stock.indicator", "sim/indicators/"),
    ("region.files.baseline=../behaviour/central.yaml", "region.files.baseline", "configs/region/"),
    ("region.files.baseline=missing.csv", "region.files.baseline", "configs/region/"),
    ("market.paths.petrol=[]", "market.paths.petrol", "at least one point"),
    ("draw=3", "draw", "by the ensemble"),
    ("a=", "a", "a value after the ="),
    ("output=", "output", "a value after the ="),
    ("=3", "(no key)", "KEY=VALUE"),
    ("no_policy", "no_policy", "KEY=VALUE"),
    ("output=结果", "output", "KEY=VALUE"),
    ("output=a(b", "output", "KEY=VALUE"),
    ("~policy", "~policy", "KEY=VALUE"),
    ("population.scale=0.1,0.2", "population.scale", "one value"),
    ("population.scale=range(0,1,0.1)", "population.scale", "one value"),
    ("hydra.run.dir=/tmp/x", "hydra.run.dir", "settings of this program"),
    ("hydra/launcher=joblib", "hydra/launcher", "settings of this program"),
    ("+hydra.callbacks.x._target_=os.system", "+hydra.callbacks.x._target_", "settings of this program"),
    ("+behaviour._target_=os.system", "+behaviour._target_", "run no code"),
    ("output=${oc.env:HOME}", "output", "plain text without ${...}"),
    ("output='${oc.env:HOME}'", "output", "plain text without ${...}"),
    ("policy@x=car_scrappage", "policy@x", "KEY=VALUE"),
]


@pytest.mark.parametrize(("override", "key", "allowed"), TYPED)
def test_typed_input_is_refused(sound: Path, override: str, key: str, allowed: str) -> None:
    error = refusal(sound, [override])
    assert error.file.en.startswith("command line")
    assert error.key.en == key
    assert allowed in error.allowed.en + error.remedy.en


def test_the_remedy_of_a_comma_is_a_sweep(sound: Path) -> None:
    assert "add -m" in refusal(sound, ["scenario=enacted,boundary_b"]).remedy.en


def test_the_remedy_of_bare_chinese_is_quotes(sound: Path) -> None:
    assert "'output=\"结果\"'" in refusal(sound, ["output=结果"]).remedy.en


@pytest.mark.parametrize("value", ["1万5", "５", "15，000"])
def test_a_number_in_other_digits_is_asked_for_in_plain_ones(sound: Path, value: str) -> None:
    remedy = refusal(sound, [f"policy.car_scrappage.nev_amount={value}"]).remedy
    assert "数字用半角，不带单位" in remedy.zh
    assert "plain digits" in remedy.en


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["clock.end=2024-06"], "acts from 2024-07-01 on; the months end with 2024-06"),
        (["policy.car_scrappage.until=2024-05-31"], "in force to 2024-05-31; the lever acts from 2024-07-01 on"),
    ],
)
def test_a_lever_that_would_move_nothing_is_refused(sound: Path, words: list[str], told: str) -> None:
    lever = "policy.car_scrappage.nev_amount"
    refused = refusal(sound, [f"{lever}=15000", "clock.now=2024-06", *words])
    assert refused.key.en == lever
    assert told in refused.allowed.en
    assert "levers_from=DATE" in refused.remedy.en
    assert load_settings([f"{lever}=15000", "clock.now=2024-03", *words], sound).policy["car_scrappage"].levers_set
    assert load_settings(words, sound), "nothing is amiss without the lever"


def test_the_nearest_name_is_suggested(sound: Path) -> None:
    assert "did you mean car_scrappage?" in refusal(sound, ["policy.car_scrapage.enabled=false"]).remedy.en
    assert "did you mean boundary_b?" in refusal(sound, ["scenario=boundry_b"]).remedy.en


@pytest.mark.parametrize(
    ("override", "allowed"),
    [
        ("population.scale=interval(0,1)", "a list of values"),
        ("population.scale=range(0,1000000)", "at most 500 cells"),
        ("scenario=glob(x*)", "at least one value"),
        ("population.scale=range(0,10,0)", "at least one value"),
        ("scenario=enacted,nothing", "scenarios/"),
    ],
)
def test_sweeps_that_cannot_be_run_are_refused(sound: Path, override: str, allowed: str) -> None:
    assert allowed in refusal(sound, [override], load_cells).allowed.en


@pytest.mark.parametrize(
    "words",
    [
        ["forecast", "+typo=1"],
        ["forecast", "population.scale=nan"],
        ["forecast", "scenario=../x"],
        ["forecast", "scenario=bomb"],
        ["forecast", "output=结果"],
        ["forecast", "-m", "scenario=enacted,nobody"],
        ["compare", "enacted", "nobody"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_program_answers_fast_with_exit_code_2(root: Path, words: list[str], language: Language) -> None:
    write(root, "scenarios/bomb.yaml", HEAD + BOMB)
    before = files(root)
    environment = os.environ | {"SIM_ROOT": str(root), "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "sim", *words, *(["language=en"] if language == "en" else [])],
        cwd=root,
        env=environment | {"PYTHONIOENCODING": "ascii" if language == "en" else "utf-8"},
        timeout=SECONDS,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    head, *lines = done.stderr.splitlines()
    assert head == cli.REFUSED.of(language)
    colon = "：" if language == "zh" else ": "
    for line, label in zip(lines, LABELS[language], strict=True):
        named, told = line.split(colon, 1)
        assert named.strip() == label
        assert told
    assert bool(CHINESE.search(done.stderr)) == (language == "zh")
    assert "Traceback" not in done.stderr
    assert files(root) == before
