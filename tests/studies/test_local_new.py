"""A district from a dozen figures: what is given stands, the rest is carried over by the rules, and doubt grows on the way."""

from __future__ import annotations

from math import log, sqrt
from pathlib import Path

import pytest
from local_book import ROOT, settings_copy

from sim import cli
from sim.config import load_cells, load_settings
from sim.settings import Settings
from sim.studies.local.founding import example_districts, founding, rules_elsewhere
from sim.studies.local.rescaling import KnownNumber, rescaled
from sim.studies.local.rule_book import Elsewhere, read_model, rule_book
from sim.studies.local.verb import example_files, local_numbers

EXAMPLES = ("example_county", "example_city")
NEEDED = ["population=420000", "urban_share=0.42", "income_urban=30500", "income_rural=19200"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settings_copy(tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def shipped() -> dict[str, Settings]:
    return {name: load_settings([f"region={name}"], ROOT) for name in ("dongchangfu", *EXAMPLES)}


@pytest.fixture
def typed(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("SIM_ROOT", str(shared))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["local", "new", *words, "language=en"]) == 2
    return capsys.readouterr().err


def test_the_example_districts_are_what_the_rules_make_of_their_figures() -> None:
    for name, files in example_files(ROOT).items():
        for path, content in files.items():
            assert (ROOT / "configs" / "region" / path).read_bytes() == content, f"{name}: python -m sim local examples"


def test_the_examples_are_marked_as_made_up_in_their_titles_their_files_and_every_number(shipped: dict[str, Settings]) -> None:
    for name in EXAMPLES:
        region = shipped[name].region
        assert "虚构" in region.title.zh
        assert "made up" in region.title.en
        assert {quantity.grade for quantity in region.baseline.values()} == {"C"}
        assert "does not exist" in (ROOT / "configs" / "region" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]


def test_the_examples_differ_in_kind(shipped: dict[str, Settings]) -> None:
    county, city = (shipped[name].region.baseline for name in EXAMPLES)

    def a_head(name: str) -> tuple[float, float]:
        return tuple(base[name].value / base["population"].value for base in (county, city))  # type: ignore[return-value]

    for name in ("tractor_stock", "organisations_farm", "trucks"):
        assert a_head(name)[0] > 1.5 * a_head(name)[1], name
    for name in ("nev_stock", "air_conditioner_stock", "taxi_stock"):
        assert a_head(name)[1] > 1.2 * a_head(name)[0], name


def test_figures_that_are_given_stand_as_they_are(shipped: dict[str, Settings]) -> None:
    for name, example in example_districts(ROOT).items():
        base = shipped[name].region.baseline
        for figure, value in example.figures.items():
            assert figure not in base or (base[figure].value, base[figure].low) == (value, None), figure


def test_goods_of_households_follow_households_and_the_urban_share(shipped: dict[str, Settings]) -> None:
    home, county = (shipped[name] for name in ("dongchangfu", "example_county"))
    held = home.products["air_conditioner"].stock
    assert held is not None
    urban, rural = held.per_household["urban"].value, held.per_household["rural"].value
    mix = [s * urban + (1.0 - s) * rural for s in (0.42, 0.7)]
    wanted = home.region.baseline["air_conditioner_stock"].value * 152000 / 523800 * mix[0] / mix[1]
    assert county.region.baseline["air_conditioner_stock"].value == pytest.approx(wanted, abs=0.5)


def test_money_and_promises_are_scaled_with_what_stands_behind_them(shipped: dict[str, Settings]) -> None:
    home, county = (shipped[name] for name in ("dongchangfu", "example_county"))
    people = 420000 / 1400100
    was, now = (each.pots["trade_in"].tranches["y2025"].amount for each in (home, county))
    assert (now.value, now.low) == (
        pytest.approx(was.value * people, rel=1e-4),
        pytest.approx((was.low or 0) * people, rel=1e-4),
    )
    farms = [each.pots["farm_machines"].tranches["y2025"].amount.value for each in (home, county)]
    assert farms[1] / farms[0] == pytest.approx(11500 / 9000, rel=1e-4)
    promised = [each.targets["nev_stock"].promise for each in (home, county)]
    assert promised == [50000, pytest.approx(50000 * 3600 / 26000, rel=1e-4)]
    assert county.targets["elv_recovered_growth"].promise == home.targets["elv_recovered_growth"].promise
    works = [each.products["car"].end_of_life.capacity_per_year.value for each in (home, county)]
    assert works[1] == works[0] / 2.0  # one works instead of two


def test_what_a_scenario_sets_counts_in_every_district() -> None:
    halved = load_settings(["region=example_county", "targets.nev_stock.promise=9000"], ROOT)
    assert halved.targets["nev_stock"].promise == 9000


def test_regions_can_be_swept() -> None:
    cells = load_cells(["region=dongchangfu,example_county,example_city"], ROOT)
    assert [settings.region.baseline["population"].value for _, settings in cells] == [1400100, 420000, 2600000]


def test_a_ratio_that_is_carried_to_another_district_is_less_certain_there() -> None:
    numbers = local_numbers(ROOT, "dongchangfu", [])
    plan = founding(ROOT, "shandong", "A")
    rules = rules_elsewhere(rule_book(ROOT, numbers.settings), plan, numbers)
    old = {**numbers.settings.region.baseline, **{name: each.value for name, each in plan.elsewhere.beside.items()}}
    given = {"population": KnownNumber(420000.0), "urban_share": KnownNumber(0.42), "civil_vehicles": KnownNumber(92000.0)}
    moved = rescaled(old, given, rules, numbers.derived)
    was = old["first_buyer_share"]
    width = sqrt(log((was.high or 0) / was.value) ** 2 + plan.elsewhere.spread["share"] ** 2)
    assert moved["first_buyer_share"].width.up == pytest.approx(width)
    assert moved["first_buyer_share"].value == was.value
    rate = plan.elsewhere.rates_of("shandong")["nev_stock"]
    assert moved["nev_stock"].value == pytest.approx(rate.value * 92000)
    assert moved["new_registrations"].value == pytest.approx(0.0731 * 92000)


def test_the_rates_of_a_province_go_before_those_of_the_nation() -> None:
    elsewhere = read_model(ROOT, "elsewhere", Elsewhere)
    assert elsewhere.rates_of("shandong")["civil_vehicles"].value == 0.28
    assert elsewhere.rates_of("nation")["civil_vehicles"].value == 0.2385
    assert elsewhere.rates_of("shandong")["elv_recovered"] == elsewhere.rates_of("nation")["elv_recovered"]


def test_every_name_in_the_rules_for_other_districts_is_known() -> None:
    elsewhere = read_model(ROOT, "elsewhere", Elsewhere)
    numbers = local_numbers(ROOT, "dongchangfu", [])
    known = {*numbers.settings.region.baseline, *elsewhere.beside}
    assert set(elsewhere.figures) <= known
    assert {*elsewhere.scales_with} <= known
    assert {base for powers in elsewhere.scales_with.values() for base in powers} <= known | set(numbers.derived)
    assert set(elsewhere.scaled.values()) <= known
    assert {name for rates in elsewhere.rates.values() for name in rates} <= known | {"title"}


def test_a_district_is_made_from_the_figures_that_are_needed_alone(
    typed: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["local", "new", "least", *NEEDED, "source=公报", "title=某县", "language=en"]) == 0, (
        capsys.readouterr().err
    )
    settings = load_settings(["region=least"], shared)
    base = settings.region.baseline
    assert (base["population"].grade, base["population"].source, settings.region.title.zh) == ("A", "公报", "某县")
    assert base["civil_vehicles"].value == pytest.approx(0.28 * 420000)
    assert base["civil_vehicles"].grade == "B"
    assert base["households"].value == round(420000 / 2.7 * 523800 * 2.67 / 1400100)
    assert load_settings(["region=least", "region.boundary=B"], shared).region.baseline == base


def test_a_district_can_start_from_another_than_the_default(typed: Path, shared: Path) -> None:
    twice = ["population=840000", *NEEDED[1:], "tractor_stock=20000"]
    assert cli.main(["local", "new", "twin", "region=example_county", *twice]) == 0
    home, county, twin = (load_settings([f"region={name}"], shared) for name in ("dongchangfu", "example_county", "twin"))
    assert (twin.region.baseline["institutions"].value, county.region.baseline["institutions"].value) == (300, 150)
    amounts = [each.pots["trade_in"].tranches["y2025"].amount.value for each in (home, county, twin)]
    assert amounts[2] == pytest.approx(2.0 * amounts[1], rel=1e-4)
    assert twin.region.baseline["tractor_stock"].value == 20000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", *NEEDED[1:]], ["population", "needed: population, urban_share, income_urban, income_rural"]),
        (["nothing", *NEEDED, "province=hebei"], ["province", "nation, shandong", "province=nation"]),
        (["nothing", *NEEDED, "trucks=-1"], ["trucks", "a whole number above 0"]),
        (["nothing", *NEEDED, "trucks=many"], ["trucks", "a whole number above 0"]),
        (["nothing", "population=42", *NEEDED[1:]], ["population", "ten thousands", "confirm=[population]"]),
        (
            ["nothing", *NEEDED, "civil_vehicles=92000", "trucks=91000", "passenger_cars=50000"],
            ["trucks in use", "141,000 against 92,000"],
        ),
        (["nothing", *NEEDED, "nev_stock=3600", "nev_trucks=5000"], ["new-energy trucks"]),
        (["nothing", *NEEDED, "grade=D"], ["grade", "A, B, C"]),
        (["nothing", *NEEDED, "cows=4"], ["cows"]),
        (["dongchangfu", *NEEDED], ["dongchangfu", "choose another"]),
        (["Nothing", *NEEDED], ["lower-case"]),
        (NEEDED, ["the name of the new district"]),
    ],
)
def test_figures_that_cannot_be_are_refused_and_nothing_is_written(
    words: list[str], said: list[str], typed: Path, shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = refused(words, capsys)
    for part in said:
        assert part in told, told
    assert not (shared / "configs" / "region" / "nothing.yaml").exists()
    assert not (shared / "configs" / "region" / "nothing").exists()


def test_constants_of_another_district_do_not_take_the_place_of_those_that_are_shipped(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["anchor", "region=example_county", "--write", "language=en"]) == 2
    assert "the default region, dongchangfu" in capsys.readouterr().err


def test_the_verb_names_what_it_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["local", "write", "language=en"]) == 2
    assert "template, read, new, examples" in capsys.readouterr().err


def test_the_template_goes_where_it_is_told_and_nowhere_else(typed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["local", "template", "output=表.csv", "language=en"]) == 2
    assert cli.main(["local", "template", "output=子/本地数据.xlsx", "region=example_county"]) == 0
    assert [path.name for path in typed.rglob("*.*")] == ["本地数据.xlsx"]
