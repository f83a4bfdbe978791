"""The verb local: a workbook of a district's numbers, the district that it tells, and districts from a dozen figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.config import load_settings
from sim.config.options import names_option, split_file, split_options, split_texts
from sim.config.region_saving import baseline_rows, region_chosen
from sim.config.sources import find_root, nearest
from sim.errors import Both, refused
from sim.report.terminal import terminal
from sim.runs.store.disk import write_file
from sim.schema.bricks import Title
from sim.settings import Settings
from sim.studies.common.declaring import overrides
from sim.studies.count.list_kept import list_of_region
from sim.studies.local import OPTIONS, TEXTS
from sim.studies.local.book_place import BookPlace, book_place
from sim.studies.local.changes_told import SAID, DistrictMade, show_changes
from sim.studies.local.contradictions import refuse_clashes
from sim.studies.local.district_files import DistrictFrame, files_of, put_district, require_name
from sim.studies.local.district_numbers import Numbers, numbers_of
from sim.studies.local.filled_sheets import LocalEntry, entries, open_book
from sim.studies.local.founding import Founding, example_districts, figures, founded, founding
from sim.studies.local.number_sheets import template_book
from sim.studies.local.reshaping import Reshaped, reshaped
from sim.studies.local.rule_book import Elsewhere, read_model, rule_book

MADE_UP = "synthetic example, made up in the order of magnitude of such a district"
EXAMPLE_HEAD = """\
A district that does not exist, to try things out on: figures of configs/local/examples.yaml, the rest by elsewhere.yaml.
Grade C throughout. Written by: python -m sim local examples"""
NEW_HEAD = "Written by: python -m sim local new, by configs/local/elsewhere.yaml from a few figures and configs/region/{}.yaml."
FIGURES = Both(
    "local --help 所列的数字（population、urban_share、income_urban……）和填报表中的任何编码",
    "the figures that local --help lists (population, urban_share, income_urban ...) and any code of the workbook",
)


def local_numbers(root: Path, region: str, words: Sequence[str]) -> Numbers:
    """The numbers of a region with their dates."""
    settings = load_settings(words, root)
    dates = {row["indicator"]: row["date"] for row in baseline_rows(root, region, settings.region.boundary)}
    return numbers_of(root, settings, dates)


def local(action: str, words: Sequence[str]) -> int:
    """Carry out one of the actions; ``words``: what was typed after it."""
    return {"template": _template, "read": _read, "new": _new, "examples": _examples}[action](words)


def _template(words: Sequence[str]) -> int:
    return template(book_place(words))


def _read(words: Sequence[str]) -> int:
    texts, others = split_texts(words, TEXTS)
    file, typed = split_file(others, "local read 本地数据.xlsx name=名称")
    options, _, rest = split_options(typed, OPTIONS)
    return read(file, {**options, **texts}, overrides(rest))


def _new(words: Sequence[str]) -> int:
    if not words or "=" in words[0] or words[0].startswith("-"):
        example = "local new mycounty population=420000 ..."
        named = Both("新地区的名称", "the name of the new district")
        raise refused("local new", " ".join(words[:1]), named, Both(f"例如 {example}", f"for instance {example}"))
    name, *typed = words
    texts, others = split_texts(typed, TEXTS)
    given, _, rest = split_options(others, figure_names())
    options, _, settings = split_options(rest, OPTIONS)
    for word in settings:
        key, _, value = word.partition("=")
        if key.lstrip("+").split(".")[0] not in Settings.model_fields:
            raise refused(key, value, FIGURES, nearest(key, (*figure_names(), *OPTIONS)))
    return new(name, given, {**options, **texts}, overrides(settings))


def _examples(words: Sequence[str]) -> int:
    if words:
        raise refused("local examples", words[0], Both("不带其他内容", "nothing else"), Both("删除该词", "leave it out"))
    return examples()


def figure_names() -> set[str]:
    """Words that ``local new`` takes for figures: those of the rules and every number of the default region's baseline."""
    root = find_root()
    elsewhere = read_model(root, "elsewhere", Elsewhere)
    return {*elsewhere.figures, *load_settings([], root).region.baseline}


def template(place: BookPlace) -> int:
    """Write the workbook of a region."""
    region, path, words = place
    numbers = local_numbers(find_root(), region, words)
    write_file(path, template_book(numbers, region, list_of_region(numbers.settings, region)))
    said = SAID[numbers.settings.language]
    terminal().print(said["template"].format(count=len(numbers.listed), path=path), soft_wrap=True)
    return 0


def read(file: Path, options: Mapping[str, Any], words: Sequence[str]) -> int:
    """Check a workbook that was filled in and write the district that it tells."""
    root, book = find_root(), open_book(file)
    fixed = [f"region={book.region}", f"region.boundary={book.boundary}"]
    numbers = local_numbers(root, book.region, [*words, *fixed])
    name = require_name(root, options.get("name"), book.region, options.get("replace") is True)
    given = entries(book, numbers, names_option(options, "confirm", list(numbers.listed)) or ())
    after = reshaped(numbers, given.entries, rule_book(root, numbers.settings), {}, {})
    if after.faults:
        raise refuse_clashes(str(file), after.faults)
    title = numbers.settings.region.title
    frame = DistrictFrame(
        name, book.region, _title(options, Title(zh=f"{title.zh}（本地数据）", en=f"{title.en} (local numbers)")),
        f"Written by: python -m sim local read, from {file.name} and configs/region/{book.region}.yaml.",
    )  # fmt: skip
    path = put_district(root, name, files_of(root, frame, numbers, after, {}))
    for line in given.told:
        terminal().print(line.of(numbers.settings.language), soft_wrap=True)
    show_changes(DistrictMade(numbers, after, name, book.region, path), standing_for(root))
    return 0


def new(name: str, given: Mapping[str, Any], options: Mapping[str, Any], words: Sequence[str]) -> int:
    """Make a district from a dozen figures."""
    root = find_root()
    base = region_chosen(root, words)
    numbers = local_numbers(root, base, words)
    require_name(root, name, base, options.get("replace") is True)
    plan = founding(root, options.get("province", "shandong"), options.get("grade", "A"))
    source = str(options.get("source", "figure given on the command line"))
    confirmed = names_option(options, "confirm", list(given)) or []
    after, files = founded_files(
        root, DistrictFrame(name, base, _title(options, Title(zh=name, en=name)), NEW_HEAD.format(base), "both", apart=True),
        numbers, figures(given, plan, numbers, source, confirmed), plan,
    )  # fmt: skip
    path = put_district(root, name, files)
    show_changes(DistrictMade(numbers, after, name, base, path), standing_for(root))
    return 0


def examples() -> int:
    """Make the districts anew that are shipped to try things out on."""
    root = find_root()
    for name, files in example_files(root).items():
        terminal().print(str(put_district(root, name, files)), soft_wrap=True)
    return 0


def example_files(root: Path) -> dict[str, dict[str, bytes]]:
    """Their files, by district."""
    base = region_chosen(root, [])
    numbers = local_numbers(root, base, [])
    found = {}
    for name, example in example_districts(root).items():
        plan = founding(root, example.province, "C")
        entered = figures(example.figures, plan, numbers, MADE_UP, list(example.figures))
        frame = DistrictFrame(name, base, example.title, EXAMPLE_HEAD, "both", apart=True)
        found[name] = founded_files(root, frame, numbers, entered, plan)[1]
    return found


def founded_files(
    root: Path, frame: DistrictFrame, numbers: Numbers, given: Mapping[str, LocalEntry], plan: Founding
) -> tuple[Reshaped, dict[str, bytes]]:
    """A district from figures, and its files; raises BadInput where the figures contradict one another."""
    after, scaled = founded(root, numbers, given, plan)
    if after.faults:
        raise refuse_clashes("local new", after.faults)
    return after, files_of(root, frame, numbers, after, scaled)


def standing_for(root: Path) -> dict[str, str]:
    """Target -> number of the district that stands behind it."""
    scaled = read_model(root, "elsewhere", Elsewhere).scaled
    return {path.split(".")[1]: name for path, name in scaled.items() if path.startswith("targets.")}


def _title(options: Mapping[str, Any], default: Title) -> Title:
    given = options.get("title")
    return default if given is None else Title(zh=str(given), en=str(given))
