"""What the pages say can be typed, followed and found; the worked examples of docs/guides/extending.md work in a copy."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from doc_pages import BLOCK, PAGES, ROOT, blocks, commands, inline, put, text
from policy_files import read

from sim import cli
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.config import load_cells, load_settings
from sim.report.generated import generated
from sim.report.words import INDICATORS
from sim.studies.backtest import backtest_page
from sim.studies.backtest import verb as backtest
from sim.studies.calibrate import calibration_page
from sim.studies.calibrate import verb as calibrate
from sim.studies.compare.sides import is_side, sides_typed
from sim.studies.levers.listing import found_by, levers_of
from sim.studies.local import ACTIONS as LOCAL
from sim.studies.local.verb import figure_names
from sim.studies.pedigree import verb as pedigree
from sim.studies.results import ACTIONS
from sim.studies.validate import scorecard as scorecard_page
from sim.studies.validate import verb as scorecard

EXTENDING = ROOT / "docs" / "guides" / "extending.md"
OVERRIDE = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*=[^\s=]+")
NAMED = {
    "targets": "configs/targets", "measures": "configs/policy", "pots": "configs/pots", "scenarios": "scenarios",
    "product categories": "configs/products",
}  # fmt: skip
ASKED = """
import json
from sim.clock import parse_month
from sim.config import load_settings
from sim.policy.calendar import Calendar
from sim.runs.result import indicator_names

def best(word, month):
    settings = load_settings([word])
    calendar = Calendar(settings.policy, "car", settings.products["car"])
    rules = calendar.rules(parse_month(month), parse_month(month))
    rows = [calendar.measures[int(m)] == "district_nev_bonus" for m in rules.entitlements.measure]
    return float(rules.entitlements.tier_amount[rows].max(initial=0.0)), settings.pots["district_bonus"].amount_factor

enacted, neighbour = load_settings([]), load_settings(["scenario=neighbour"])
charged = load_settings(["in_force=[enacted,diesel_charge]"])
diesels = Calendar(charged.policy, "truck", enacted.products["truck"])
print(json.dumps({
    "bonus": [best("in_force=[enacted,district_nev_bonus]", m)[0] for m in ("2026-06", "2026-07", "2026-09", "2026-10")],
    "raised": best("scenario=district_bonus_raised", "2026-08"),
    "charge": [float(diesels.rules(m, m).restrictions.cost_per_month.min()) for m in map(parse_month, ("2025-12", "2026-01"))],
    "indicator": "nev_share_new" in indicator_names(),
    "target": enacted.targets["nev_share_new"].indicator,
    "variant": enacted.products["car"].variants["phev_family"].price.value,
    "neighbour": [neighbour.region.title.en, neighbour.region.baseline["households"].value],
}))
"""
"""What the copy with all examples in it must be able to tell."""


def all_commands() -> list[tuple[Path, list[str]]]:
    return [(page, words) for page in PAGES for words in commands(page)]


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with every worked example in its place."""
    copy = tmp_path_factory.mktemp("extended")
    skipped = shutil.ignore_patterns("__pycache__", "fonts", ".*_cache")
    for folder in ("sim", "configs", "scenarios"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=skipped)
    for path, where, content in BLOCK.findall(text(EXTENDING)):
        put(copy / path, where, content)
    (prepare,) = [block for block in blocks(EXTENDING, "sh") if block.startswith("mkdir")]
    subprocess.run(["bash", "-ec", prepare], cwd=copy, check=True)
    return copy


@pytest.fixture(scope="module")
def examples(extended: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the copy that this program, without the examples in Python, can read."""
    copy = tmp_path_factory.mktemp("examples")
    for folder in ("configs", "scenarios"):
        shutil.copytree(extended / folder, copy / folder)
    for folder, key, home in (("policy", "instrument", "policy/instruments"), ("targets", "indicator", "indicators")):
        for path in (copy / "configs" / folder).glob("*.yaml"):
            if not (ROOT / "sim" / home / f"{read(path)[key]}.py").exists():
                path.unlink()
    return copy


@cache
def targets_of_make() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def settle(verb: str, words: list[str], root: Path) -> None:
    """Check everything that the verb checks before it runs."""
    if "--help" in (verb, *words):
        return
    assert verb in cli.verbs()
    overrides = [word for word in words if "=" in word]
    plain = [word for word in words if word not in overrides]
    if verb == "compare":
        sides = [word for word in words if is_side(word)]
        sides_typed(sides, [word for word in words if word not in sides], lambda typed: load_settings(typed, root))
    elif verb == "levers":
        settings = load_settings(overrides, root)
        assert found_by(levers_of(settings), plain)
    elif verb == "results":
        assert plain[0] in ACTIONS
        load_settings([word for word in overrides if not word.startswith("SELECT")], root)
    elif verb == "local":
        assert plain[0] in LOCAL
        figures = {*figure_names(), *cli.verbs()[verb].options, "output"}
        load_settings([word for word in overrides if word.split("=")[0] not in figures], root)
    elif cli.verbs()[verb].options:
        words_of_its_own = {*cli.verbs()[verb].options, *(["output"] if "template" in plain else [])}
        assert set(plain) <= {"--write", "solve", "template", "actuals.csv"}
        load_settings([w for w in overrides if w.split("=")[0] not in words_of_its_own and "interval(" not in w], root)
    elif verb == "pedigree":
        assert plain in ([], ["--write"])
        load_settings(overrides, root)
    elif "-m" in plain:
        assert len(load_cells(overrides, root)) > 1
    else:
        assert plain == []
        load_settings(overrides, root)


@pytest.mark.parametrize(
    ("page", "words"), all_commands(), ids=lambda given: given.name if isinstance(given, Path) else " ".join(given)
)
def test_every_command_can_be_typed(page: Path, words: list[str], examples: Path) -> None:
    root = examples if page == EXTENDING else ROOT
    if words[0] == "make":
        assert words[1] in targets_of_make()
        typed = [word.removeprefix("ARGS=") for word in words[2:]]
        settle(words[1], [part for word in typed for part in shlex.split(word)], root) if typed else None
    else:
        settle(words[3], words[4:], root)


CHINESE = re.compile(r"[\u4e00-\u9fff]")
PAIRED = sorted(page for page in PAGES if page.name.endswith(".zh.md"))


def prose(page: Path) -> str:
    """A page without its code, links and generated tables."""
    plain = re.sub(r"```.*?```|<!-- generated .*?<!-- generated: end -->", "", text(page), flags=re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)", "", plain)


def test_pages_for_offices_are_whole_in_both_languages() -> None:
    offices = {
        "howto_analyst",
        "howto_finance",
        "howto_presenter",
        "howto_modeller",
        "limitations",
        "budget",
        "nowcast",
        "local_numbers",
        "tutorial",
    }
    assert {page.name.removesuffix(".zh.md") for page in PAIRED} == {*offices, "README"}


@pytest.mark.parametrize("page", PAIRED, ids=lambda page: page.name)
def test_both_languages_of_a_page_have_the_same_commands_and_none_mixes_them(page: Path) -> None:
    other = page.with_name(page.name.replace(".zh.md", ".md"))
    assert f"]({other.name})" in text(page)
    assert f"]({page.name})" in text(other)
    if page.parent != ROOT:
        assert list(commands(page)) == list(commands(other))
        english = [line for line in prose(other).splitlines() if CHINESE.search(line)]
        assert english == ["[中文"], "nothing else in Chinese"
        assert len(re.findall(r"(?m)^#+ ", text(page))) == len(re.findall(r"(?m)^#+ ", text(other))), "section by section"
        lines = [line for line in prose(page).splitlines() if len(line) > 20]
        assert [line for line in lines if not CHINESE.search(line)] == []


def test_the_readme_starts_with_the_two_commands() -> None:
    first, second = (line.split("#")[0].split() for line in blocks(ROOT / "README.md", "sh")[0].splitlines())
    assert (first, second) == (["make", "forecast"], ["make", "test"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_override_in_the_text_composes(page: Path, examples: Path) -> None:
    for override in sorted({code for code in inline(page) if OVERRIDE.fullmatch(code)}):
        load_settings([override], examples if page == EXTENDING else ROOT)


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.strip().lower()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https://)([^)]+)\)", text(page)):
        place, _, anchor = target.partition("#")
        aim = (page.parent / place).resolve() if place else page
        assert aim.is_relative_to(ROOT), target
        assert aim.exists(), target
        if anchor:
            assert anchor in {slug(heading) for heading in re.findall(r"^#+ (.*)$", text(aim), re.MULTILINE)}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist_and_no_path_is_absolute(page: Path, extended: Path) -> None:
    for code in inline(page):
        assert not re.match(r"(/|~|[A-Z]:\\|file:)", code), code
        if re.fullmatch(r"(sim|configs|scenarios|tests|docs)/[\w./-]*", code):
            assert (extended / code).exists() or (ROOT / code).exists(), code


READMES = (ROOT / "README.md", ROOT / "README.zh.md")


def rows_of(page: Path, block: str) -> list[list[str]]:
    """Cells of the table that docs/make_numbers.py has written there."""
    mark = f"<!-- generated by docs/make_numbers.py: {block} -->"
    lines = text(page).partition(mark)[2].partition("<!-- generated: end -->")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_forecast_shows_every_promise_with_its_date_and_grade(language: str) -> None:
    table = rows_of(ROOT / "docs" / "reference" / "forecast.md", f"forecast_{language}")
    for path in sorted((ROOT / "configs" / "targets").glob("*.yaml")):
        target = read(path)
        words = target["title"][language][1:]  # the table begins in capitals
        (row,) = [cells for cells in table if cells[0].replace("\\*", "").rpartition(" (")[0][1:] == words]
        assert (row[1], row[7]) == (target["by"], target["grade"]), path.stem


def test_the_readmes_are_short_and_show_a_figure() -> None:
    for page in READMES:
        assert len(text(page).splitlines()) <= 80, page.name
        (image,) = re.findall(r"!\[[^]]+\]\((docs/images/[^)]+\.png)\)", text(page))
        assert (ROOT / image).stat().st_size > 10_000


def test_the_six_promises_of_the_readmes_are_those_of_the_forecast() -> None:
    for page, language in zip(READMES, ("en", "zh"), strict=True):
        table = [cells[1:7] for cells in rows_of(ROOT / "docs" / "reference" / "forecast.md", f"forecast_{language}")]
        shown = [cells[1:7] for cells in rows_of(page, f"six_{language}")[1:]]
        assert len(shown) == 6
        assert all(cells in table for cells in shown)


def test_the_levels_are_said_to_be_estimates_in_both_languages() -> None:
    for page in (ROOT / "README.md", ROOT / "docs" / "trust" / "limitations.md"):
        assert "no validation" in re.sub(r"[*\s]+", " ", text(page))
    for page in (ROOT / "README.zh.md", ROOT / "docs" / "trust" / "limitations.zh.md"):
        assert "没有本区观测数据" in text(page) or "未找到本区的官方统计" in text(page)


def titles() -> list[tuple[str, str, str, str]]:
    """Kind, id, Chinese and English title of everything that has a name."""
    rows = [("indicators", name, zh, en) for name, (zh, en, _) in INDICATORS.items()]
    for kind, folder in NAMED.items():
        for path in sorted((ROOT / folder).glob("*.yaml")):
            content = read(path)
            title = content["scenario"]["title"] if kind == "scenarios" else content["title"]
            rows.append((kind, path.stem, title["zh"], title["en"]))
    return rows


def test_every_name_has_its_titles_in_the_glossary() -> None:
    glossary = text(ROOT / "docs" / "reference" / "glossary.md")
    sections = dict(re.findall(r"^## Names of ([a-z ]+) [^\n]*\n(.*?)(?=^## |\Z)", glossary, re.MULTILINE | re.DOTALL))
    missing = [
        f"{kind}: | `{name}` | {zh} | {en} |"
        for kind, name, zh, en in titles()
        if f"| `{name}` | {zh} | {en} |" not in sections[kind]
    ]
    assert not missing, "\n".join(missing)
    listed = [(kind, name) for kind, section in sections.items() for name in re.findall(r"^\| `(\w+)` ", section, re.MULTILINE)]
    assert sorted(listed) == sorted((kind, name) for kind, name, _, _ in titles())


def test_every_title_is_chinese_and_english() -> None:
    for _, name, zh, en in titles():
        assert re.search(r"[\u4e00-\u9fff]", zh), name
        assert re.search(r"[A-Za-z]", en), name
        assert not re.search(r"[\u4e00-\u9fff]", en), name


def test_the_description_lists_every_column() -> None:
    section = text(ROOT / "docs" / "reference" / "odd.md").partition("## 2 ")[2].partition("## 3 ")[0]
    rows = re.findall(r"^\| (`[\w`, ]+`) \| (?:int|float)\d+ ", section, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert listed == [*OwnerColumns._fields, *GoodColumns._fields]


def test_the_description_tells_the_stages_of_the_month_in_their_order() -> None:
    source = (ROOT / "sim" / "model" / "trade_in_model.py").read_text(encoding="utf-8")
    step = source.partition("def step(")[2].partition("\n    # ")[0]
    stages = [name.replace("_", " ") for name in re.findall(r"self\.(\w+)\(", step)]
    section = text(ROOT / "docs" / "reference" / "odd.md").partition("## 3 ")[2].partition("## 4 ")[0]
    assert [name.lower() for name in re.findall(r"^\d+\. \*\*([\w ]+)\.\*\*", section, re.MULTILINE)] == stages


def test_the_verb_of_the_example_is_one_like_the_others(extended: Path) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sim", *words, "language=en"],
            cwd=extended,
            capture_output=True,
            text=True,
            check=False,
            env={"SIM_ROOT": str(extended)},
        )

    done = typed("due", "clock.end=2025-12")
    assert done.returncode == 0, done.stderr
    assert "2025-12  nev_stock  new-energy vehicles in use" in done.stdout
    assert "2027-12" not in done.stdout
    assert "which promises fall due when?" in typed("--help").stdout
    refused = typed("due", "clock.end=2025-13")
    assert (refused.returncode, "clock.end" in refused.stderr) == (2, True)


def test_the_worked_examples_work(extended: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=extended,
        capture_output=True,
        text=True,
        check=False,
        env={"SIM_ROOT": str(extended)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "bonus": [0.0, 3000.0, 3000.0, 0.0],
        "raised": [5000.0, 2.0],
        "charge": [750.0, 100.0],
        "indicator": True,
        "target": "nev_share_new",
        "variant": 140000.0,
        "neighbour": ["A neighbouring district", 523800.0],
    }


def test_the_python_example_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = blocks(ROOT / "README.md", "python")
    small = code.replace('"population.scale=0.05"', '"population.scale=0.002", "clock.end=2023-02"')
    assert small != code
    exec(compile(small, "README.md", "exec"), {})
    assert float(capsys.readouterr().out.split()[-1]) > 3.0, "the mean emission standard of the cars in use"


def test_tables_of_results_are_what_the_stored_numbers_give() -> None:
    source = importlib.util.spec_from_file_location("make_numbers", ROOT / "docs" / "make_numbers.py")
    assert source is not None
    assert source.loader is not None
    numbers = importlib.util.module_from_spec(source)
    source.loader.exec_module(numbers)
    marked = {name for page in PAGES for name in re.findall(r"<!-- generated by docs/make_numbers.py: (\w+) -->", text(page))}
    assert marked == set(numbers.BLOCKS)
    for name, (page, write) in numbers.BLOCKS.items():
        content = text(ROOT / "docs" / page)
        assert numbers.written(content, name, write()) == content, "run python docs/make_numbers.py"
        assert numbers.written(content, name, "other") != content


def test_every_page_that_a_command_writes_begins_with_the_mark_of_its_generator() -> None:
    heads = {
        scorecard.PAGE: scorecard_page.HEAD, pedigree.PAGE: pedigree.HEAD, backtest.PAGE: backtest_page.TEXT,
        calibrate.PAGE: calibration_page.TEXT, "docs/trust/mutation.md": generated("make mutation"),
        "docs/trust/identical.md": generated("make identical"), "docs/trust/estimates.md": generated("make estimates"),
    }  # fmt: skip
    sources = [path for folder in ("sim", "tests") for path in (ROOT / folder).rglob("*.py")]
    written = [page for path in sources for page in re.findall(r'^PAGE = "(docs/.*)"$', text(path), re.MULTILINE)]
    assert sorted(written) == sorted(heads), "whatever names a page to write is among them"
    for page, head in heads.items():
        assert text(ROOT / page).splitlines()[0] == head.splitlines()[0], page
        command = re.fullmatch(r"<!-- generated by `(.*)`; do not edit -->", head.splitlines()[0])
        assert command is not None, page
        assert command[1].split()[:1] in (["make"], ["python"]), page
    marked = {page.relative_to(ROOT).as_posix() for page in PAGES if text(page).startswith("<!-- generated by `")}
    assert marked == set(heads), "and nothing else claims to be"
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [page for page in heads if page.removeprefix("docs/") not in nav] == []


def test_what_the_pages_import_exists() -> None:
    lines = [line for page in PAGES for block in blocks(page, "python") for line in block.splitlines()]
    imports = {line for line in lines if re.match(r"(from sim[\w.]* )?import ", line)}
    known = {line for line in imports if "Charge" not in line}
    assert known
    exec("\n".join(sorted(known)), {})
