"""The verb coverage: where each promise and lever of the plan is found in the program, and what is not simulated yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.config.sources import find_root, nearest
from sim.config.strict_yaml import read_yaml
from sim.config.wording import refused_by
from sim.errors import BadInput, Both, Language, Unfit
from sim.policy.instruments import Measure
from sim.report.terminal import terminal
from sim.schema.bricks import Frozen, Month, Title
from sim.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

PLACE = "configs/coverage.yaml"
Status = Literal["simulated", "partly simulated", "not yet simulated", "not countable"]

SAID: dict[Language, dict[str, str]] = {
    "zh": {
        "title": "方案条文与模型对照（东昌政发〔2024〕2号）", "promise": "承诺或举措（方案原文）",
        "place": "在模型中的位置或原因", "status": "状态", "grade": "等级",
        "simulated": "已模拟", "partly simulated": "部分模拟",
        "not yet simulated": "尚未模拟", "not countable": "不可计数", "each year": "每年", "carried": "政策杠杆：",
        "target": "有数量的承诺：", "lever": "政策杠杆：", "statement": "无数量的表述：", "written": "结果：",
        "separator": "、", "stop": "；", "gap": "",
        "note": "等级：所依据数据中最弱的一级（A 区内观测或法规原文，B 由市、省或全国推算，C 假设）；尚未模拟的不评级。",
    },
    "en": {
        "title": "Where each promise of the plan is (东昌政发〔2024〕2号)", "promise": "promise or lever, in the plan's words",
        "place": "where it is in the program, or why not", "status": "status", "grade": "grade", "simulated": "simulated",
        "partly simulated": "partly simulated", "not yet simulated": "not yet simulated", "not countable": "not countable",
        "each year": "each year", "carried": "lever: ", "target": "promises with a number: ", "lever": "levers: ",
        "statement": "statements without a number: ", "written": "results: ", "separator": ", ", "stop": "; ", "gap": " ",
        "note": "Grade: the weakest of the data behind it (A observed in the district or read in the law, B scaled from city, "
        "province or nation, C assumption); what is not simulated yet has none.",
    },
}  # fmt: skip


class PlanEntry(Frozen):
    """What the plan says in one or more articles; ``quotes``: article -> its words."""

    title: Title
    quotes: Annotated[dict[str, str], Field(min_length=1)]


class Promise(PlanEntry):
    """A promise with a number; its key is the indicator's name."""

    by: tuple[Month, ...]
    """Months by which it is promised; none: each year."""
    counted: Title
    """How it is counted, with what had to be assumed."""
    files: tuple[str, ...] = ()
    """Files of ``configs/targets/``; none: the one that bears the indicator's name."""
    missing: Title | None


class PlanLever(PlanEntry):
    """Something that the plan wants done."""

    measures: tuple[str, ...]
    """Files of ``configs/policy/``."""
    missing: Title | None


class Statement(PlanEntry):
    """Something that cannot be counted."""

    reason: Title


class ActionPlan(Frozen):
    """The whole plan: every article with what it promises."""

    articles: dict[str, Title]
    targets: dict[str, Promise]
    levers: dict[str, PlanLever]
    statements: dict[str, Statement]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        entries = [*self.targets.values(), *self.levers.values(), *self.statements.values()]
        quoted = {article for entry in entries for article in entry.quotes}
        if quoted != set(self.articles):
            odd = "、".join(sorted(quoted ^ set(self.articles)))
            raise Unfit(
                Both(
                    f"每一条款须有条目，每个条目须有条款：{odd}", f"every article needs an entry, every entry an article: {odd}"
                )
            )
        return self


@dataclass(frozen=True)
class CoverageRow:
    """One promise, lever or statement in one article."""

    article: str
    kind: Literal["target", "lever", "statement"]
    id: str
    title: Title
    quote: str
    status: Status
    indicators: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    counted: Title | None = None
    remark: Title | None = None
    """What is missing, or why it cannot be counted."""
    grade: str = ""


def coverage(settings: Settings) -> int:
    """Print the coverage of the plan; with ``output`` write ``coverage.csv`` there."""
    plan = read_plan(find_root())
    rows = covered(plan, settings)
    console, written = terminal(), None
    if settings.output:
        from sim.studies.common.output import output_folder, write_csv  # loads the model, which printing does not need

        with output_folder("coverage", [settings]) as folder:
            written = write_csv(folder / "coverage.csv", frame(rows, settings.language))
    _print(rows, plan, settings.language, console)
    if written:
        console.print(f"{SAID[settings.language]['written']}{written}")
    return 0


def read_plan(root: Path) -> ActionPlan:
    """Read ``configs/coverage.yaml``; raises BadInput, naming the entry, if it is not whole."""
    content = read_yaml(root / PLACE, PLACE)
    try:
        return ActionPlan.model_validate(content)
    except ValidationError as error:
        raise refused_by(error, PLACE) from None


def covered(plan: ActionPlan, settings: Settings) -> list[CoverageRow]:
    """Rows of all articles in the plan's order: targets, levers, then what cannot be counted.

    Whether something is simulated follows from the targets and measures of the settings. Raises BadInput for a lever that
    names a measure without a file.
    """
    rows = [*_targets(plan, settings), *_levers(plan, settings), *_statements(plan)]
    order = list(plan.articles)
    return sorted(rows, key=lambda row: order.index(row.article))


def _targets(plan: ActionPlan, settings: Settings) -> Iterator[CoverageRow]:
    for name, promise in plan.targets.items():
        files = promise.files or (name,)
        found = [settings.targets[file] for file in files if file in settings.targets]
        indicators = tuple(dict.fromkeys(target.indicator for target in found)) or (name,)
        status = _status(len(found), len(files), promise.missing)
        grade = max((target.grade for target in found), default="")
        for article, quote in promise.quotes.items():
            yield CoverageRow(
                article, "target", name, promise.title, quote, status, indicators, (), promise.by, promise.counted,
                promise.missing, grade,
            )  # fmt: skip


def _levers(plan: ActionPlan, settings: Settings) -> Iterator[CoverageRow]:
    for name, lever in plan.levers.items():
        for measure in lever.measures:
            if measure not in settings.policy:
                raise BadInput(
                    file=PLACE,
                    key=f"levers.{name}.measures",
                    value=measure,
                    allowed=Both("configs/policy/ 中的文件名", "names of files in configs/policy/"),
                    remedy=nearest(measure, settings.policy),
                )
        status = _status(len(lever.measures), len(lever.measures), lever.missing)
        grade = max((_weakest(settings.policy[measure]) for measure in lever.measures), default="")
        for article, quote in lever.quotes.items():
            yield CoverageRow(
                article, "lever", name, lever.title, quote, status, (), lever.measures, remark=lever.missing, grade=grade
            )


def _statements(plan: ActionPlan) -> Iterator[CoverageRow]:
    for name, statement in plan.statements.items():
        for article, quote in statement.quotes.items():
            yield CoverageRow(article, "statement", name, statement.title, quote, "not countable", remark=statement.reason)


def _status(found: int, wanted: int, missing: Title | None) -> Status:
    if not found:
        return "not yet simulated"
    return "simulated" if found == wanted and missing is None else "partly simulated"


def _weakest(measure: Measure) -> str:
    """Weakest grade of a measure's terms and of the sizes of its effects."""
    return max(_grades(measure.model_dump(include={"versions"})))


def _grades(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("grade"), str):
            yield node["grade"]
        for part in node.values():
            yield from _grades(part)


def frame(rows: list[CoverageRow], language: Language) -> pd.DataFrame:
    """A table for other programs; ``status`` and ``kind`` are words of the program, whatever the language."""
    import pandas as pd  # slow to load, and most often no file is asked for

    return pd.DataFrame(
        {
            "article": row.article,
            "quote": row.quote,
            "indicator": " ".join(row.indicators),
            "reason": _reason(row, language),
            "grade": row.grade,
            "status": row.status,
            "kind": row.kind,
            "id": row.id,
            "title": getattr(row.title, language),
            "by": " ".join(row.by),
            "counted": getattr(row.counted, language) if row.counted else "",
            "measures": " ".join(row.measures),
        }
        for row in rows
    )


def _reason(row: CoverageRow, language: Language) -> str:
    """Which measures carry a lever out, and what is missing or cannot be counted."""
    said = SAID[language]
    carried = said["separator"].join(f"policy.{name}" for name in row.measures)
    parts = [said["carried"] + carried if carried else "", getattr(row.remark, language) if row.remark else ""]
    return said["stop"].join(part for part in parts if part)


def _print(rows: list[CoverageRow], plan: ActionPlan, language: Language, console: Console) -> None:
    said = SAID[language]
    table = Table(title=said["title"], title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    table.add_column(said["promise"], ratio=3, overflow="fold")
    longest = max(len(name) for row in rows for name in _names(row))
    table.add_column(said["place"], ratio=2, overflow="fold", min_width=longest)  # names are typed: none may be broken
    table.add_column(said["status"], overflow="fold", max_width=10)
    table.add_column(said["grade"], justify="center", no_wrap=True)
    article = ""
    for row in rows:
        if row.article != article:
            article = row.article
            table.add_row(Text(article + said["gap"] + getattr(plan.articles[article], language), style="bold"), "", "", "")
        words = Text(f"{getattr(row.title, language)}{_by(row, said)}\n").append(row.quote, style="dim")
        remark = [getattr(row.remark, language)] if row.remark else []
        table.add_row(words, Text("\n".join(_names(row) + remark)), said[row.status], row.grade)
    console.print(table)
    for kind in ("target", "lever", "statement"):
        counts = Counter(status for _, status in {(row.id, row.status) for row in rows if row.kind == kind})
        told = said["separator"].join(f"{said[status]} {count}" for status, count in sorted(counts.items(), reverse=True))
        console.print(said[kind] + told)
    console.print(said["note"])


def _names(row: CoverageRow) -> list[str]:
    """Indicators and measures, as they are typed."""
    return [*row.indicators, *(f"policy.{name}" for name in row.measures)]


def _by(row: CoverageRow, said: Mapping[str, str]) -> str:
    if row.kind != "target":
        return ""
    return f" ({said['separator'].join(row.by) or said['each year']})"
