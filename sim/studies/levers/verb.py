"""The verb levers: everything that can be turned, with meaning, unit, value in force, dates, range and an example."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from sim.errors import Both, Language, refused
from sim.report.numerals import number
from sim.report.terminal import print_note, terminal
from sim.schema.bricks import Title
from sim.settings import Settings
from sim.studies.levers.listing import LeverEntry, found_by, frame, levers_of
from sim.studies.levers.terms import Dates

SAID = {
    "zh": {
        "head": "共{count}个杠杆；“现行”指{day}（clock.now 的次月，杠杆从此可动）的规定。"
        "用法：forecast 键=值；只看一部分：levers 词。",
        "value": "现行：{value}", "moved": "现行（已调整）：{value}", "range": "可取 {low} 至 {high}",
        "decided": "可议范围 {low}—{high}（{by}）", "example": "例：{example}", "unit": "（{unit}）",
        "dates": "执行期 {start} 至 {end}", "none": "当日未执行", "forever": "另有规定止",
        "common": "每项措施都有的杠杆（policy.措施.…）", "pots": "每项资金都有的杠杆（pots.资金.…）",
        "written": "已写入：", "stop": "；", "unlimited": "不限",
    },
    "en": {
        "head": "{count} levers; in force: in {day} (levers act from the month after clock.now). Use: forecast KEY=VALUE; "
        "fewer: levers WORD.",
        "value": "in force: {value}", "moved": "in force (changed): {value}", "range": "from {low} to {high}",
        "decided": "could be decided: {low} to {high} ({by})", "example": "e.g. {example}", "unit": " ({unit})",
        "dates": "in force {start} to {end}", "none": "not in force that day", "forever": "further notice",
        "common": "Every measure also has (policy.MEASURE.…)", "pots": "Every pot also has (pots.POT.…)",
        "written": "written: ", "stop": "; ", "unlimited": "any",
    },
}  # fmt: skip


def levers(settings: Settings, words: Sequence[str]) -> int:
    """Print the levers in which all words occur; with ``output`` write all of these to ``levers.csv`` there."""
    entries, language = levers_of(settings), settings.language
    chosen = found_by(entries, words)
    if not chosen:
        allowed = Both("键、措施名称或含义中出现的词", "words of keys, titles or meanings")
        remedy = Both("输入 levers 查看全部", "type levers to see all of them")
        raise refused("levers", " ".join(words), allowed, remedy)
    console = terminal()
    print_note(SAID[language]["head"].format(count=len(chosen), day=settings.clock.levers_from), console)
    for _, group in groupby(chosen, key=lambda entry: entry.owner):
        _print_owner(list(group), language, console)
    _print_common(chosen, language, console)
    if settings.output:
        from sim.studies.common.output import output_folder, write_csv  # loads the model, which printing does not need

        with output_folder("levers", [settings]) as folder:
            path = write_csv(folder / "levers.csv", frame(chosen, language))
        console.print(SAID[language]["written"] + str(path), soft_wrap=True)
    return 0


def _print_owner(entries: Sequence[LeverEntry], language: Language, console: Console) -> None:
    """A measure or a pot with the levers that are its own, and those common ones that are turned."""
    shown = [entry for entry in entries if not entry.common or _turned(entry)]
    if not shown:
        return
    first, said = shown[0], SAID[language]
    console.print(f"\n{first.owner}  {_pick(first.thing, language)}", style="bold", soft_wrap=True)
    print_note("  " + _dates(first.dates, said), console)
    for entry in shown:
        unit = _pick(entry.words.unit, language)
        head = f"  .{entry.key.rpartition('.')[2]}  {_pick(entry.words.meaning, language)}"
        print_note(head + (said["unit"].format(unit=unit) if unit else ""), console)
        for line in _standing(entry, language):
            console.print(f"    {line}", soft_wrap=True)


def _turned(entry: LeverEntry) -> bool:
    """Whether somebody has turned a lever that every measure has; the day from which levers act is always set."""
    return entry.moved and not entry.key.endswith(".levers_from")


def _standing(entry: LeverEntry, language: Language) -> list[str]:
    """Value and range, then an example: a line each."""
    said = SAID[language]
    parts = [said["moved" if entry.moved else "value"].format(value=entry.told.of(language))]
    if entry.range != (None, None):
        low, high = (said["unlimited"] if end is None else _short(end) for end in entry.range)
        parts.append(said["range"].format(low=low, high=high))
    lines = [said["stop"].join(parts)]
    if entry.bounds is not None:
        each = entry.bounds
        lines.append(said["decided"].format(low=f"{each.low:g}", high=f"{each.high:g}", by=getattr(each.decided_by, language)))
    return [*lines, said["example"].format(example=entry.example)]


def _short(value: float) -> str:
    return number(value) if float(value).is_integer() else f"{value:g}"


def _print_common(entries: Sequence[LeverEntry], language: Language, console: Console) -> None:
    """What every measure, and every pot, has besides: once."""
    said = SAID[language]
    for prefix, heading in (("policy.", "common"), ("pots.", "pots")):
        found = {e.key.rpartition(".")[2]: e for e in entries if e.common and e.key.startswith(prefix)}
        if found:
            console.print(f"\n{said[heading]}", style="bold", soft_wrap=True)
        for name, entry in found.items():
            line = f"  .{name}  {_pick(entry.words.meaning, language)}" + said["unit"].format(
                unit=_pick(entry.words.unit, language)
            )
            console.print(line, said["example"].format(example=entry.example), sep="\n    ", soft_wrap=True)


def _dates(dates: Dates | None, said: dict[str, str]) -> str:
    return said["none"] if dates is None else said["dates"].format(start=dates.start, end=dates.end or said["forever"])


def _pick(title: Title, language: Language) -> str:
    return title.zh if language == "zh" else title.en
