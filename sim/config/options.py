"""Words of a verb's own, beside the settings: ``p=0.8``, ``targets=[a,b]``, ``policy.x.y=interval(0,2)``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.override_parser.types import IntervalSweep, Override

from sim.clock import parse_month
from sim.config.overrides import parse
from sim.config.sources import nearest
from sim.errors import BadInput, Both, refused

_PATH = re.compile(r"[^=]*|[^=]*[/\\\\][^=]*=.*", re.DOTALL)
"""A word without =, or with a separator of folders before it: no key of a setting holds one."""


class Interval(NamedTuple):
    """Where a lever may be set."""

    low: float
    high: float


def split_options(words: Sequence[str], names: Collection[str]) -> tuple[dict[str, Any], dict[str, Interval], list[str]]:
    """(own options by name, intervals by key, all other words); raises BadInput for what cannot be read."""
    options: dict[str, Any] = {}
    intervals: dict[str, Interval] = {}
    rest: list[str] = []
    for word in words:
        key = word.partition("=")[0]
        if key not in names and "interval(" not in word:
            rest.append(word)
            continue
        (override,) = parse([word])
        if override.is_interval_sweep():
            intervals[key] = _interval(key, override)
        elif key in names:
            options[key] = _plain(override)
        else:
            rest.append(word)
    return options, intervals, rest


def split_texts(words: Sequence[str], names: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """(own words by name whose value is text as it was typed, all other words); quotes around a text may stay."""
    texts: dict[str, str] = {}
    rest: list[str] = []
    for word in words:
        key, mark, text = word.partition("=")
        if key in names and mark:
            texts[key] = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
        else:
            rest.append(word)
    return texts, rest


def split_file(words: Sequence[str], example: str) -> tuple[Path, list[str]]:
    """(the one file that is named, all other words), as ``split_files``."""
    files, rest = _files_among(words)
    if len(files) != 1:
        raise _no_file(files, Both("一个 .xlsx 文件", "one .xlsx file"), example)
    return _expanded(files[0]), rest


def split_files(words: Sequence[str], example: str) -> tuple[list[Path], list[str]]:
    """(the files that are named, all other words); their names may hold =, blanks and Chinese, and begin with ~.

    A word is a file if it has no = at all, or is a path before its =; else if there is such a file. Each is named once.
    """
    files, rest = _files_among(words)
    if not files or len(set(files)) != len(files):
        raise _no_file(files, Both("一个或几个 CSV 或 .xlsx 文件，各写一次", "CSV or .xlsx files, each named once"), example)
    return [_expanded(file) for file in files], rest


def _files_among(words: Sequence[str]) -> tuple[list[str], list[str]]:
    named = [word for word in words if not word.startswith("-") and _PATH.fullmatch(word)]
    files = named or [word for word in words if _is_file(word)]
    return files, [word for word in words if word not in files]


def _no_file(files: Sequence[str], allowed: Both, example: str) -> BadInput:
    return refused("file", " ".join(files), allowed, Both(f"输入 {example}", f"type {example}"))


def _is_file(word: str) -> bool:
    try:
        return Path(word).expanduser().is_file()
    except (OSError, RuntimeError):
        return False


def _expanded(word: str) -> Path:
    """The file as it is named, or else with ~ for the home folder."""
    path = Path(word)
    try:
        return path if path.exists() else path.expanduser()
    except (OSError, RuntimeError) as error:
        raise refused(
            "file",
            word,
            Both("可以读取的文件", "a file that can be read"),
            Both(f"检查文件名（{error}）", f"check the name ({error})"),
        ) from None


def number_option(options: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    """A number among the options, within bounds."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        allowed = Both(f"{low:g} 到 {high:g} 之间的数", f"a number from {low:g} to {high:g}")
        raise refused(name, value, allowed, _for_instance(name, f"{default:g}"))
    return float(value)


def count_option(options: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    """A whole number among the options, within bounds."""
    value = options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        allowed = Both(f"{low} 到 {high} 之间的整数", f"a whole number from {low} to {high}")
        raise refused(name, value, allowed, _for_instance(name, default))
    return value


def month_option(options: Mapping[str, Any], name: str, default: str) -> str:
    """A month among the options, as YYYY-MM."""
    value = options.get(name, default)
    try:
        parse_month(value)
    except (TypeError, ValueError):
        allowed = Both("月份，格式 YYYY-MM", "a month, YYYY-MM")
        raise refused(name, value, allowed, _for_instance(name, default)) from None
    return str(value)


def names_option(options: Mapping[str, Any], name: str, known: Collection[str]) -> list[str] | None:
    """A list of known names among the options; None if it is not given."""
    value = options.get(name)
    if value is None:
        return None
    listed = [value] if isinstance(value, str) else value
    for item in listed if isinstance(listed, list) and listed else [value]:
        if item not in known:
            allowed = Both("这些名称：" + "、".join(sorted(known)), "names out of " + ", ".join(sorted(known)))
            raise refused(name, item, allowed, nearest(str(item), known))
    return list(dict.fromkeys(listed))


def _for_instance(name: str, default: object) -> Both:
    return Both(f"例如 {name}={default}", f"for instance {name}={default}")


def _plain(override: Override) -> Any:
    if override.is_sweep_override():
        allowed = Both("一个取值，或方括号中的列表", "one value or [a list]")
        remedy = Both("列表写在方括号中", "write lists in brackets")
        raise refused(override.key_or_group, override.get_value_string(), allowed, remedy)
    value = override.value()
    return [str(item) for item in value] if isinstance(value, list) else value


def _interval(key: str, override: Override) -> Interval:
    swept = override.value()
    assert isinstance(swept, IntervalSweep)
    low, high = swept.start, swept.end
    if low is None or high is None or not low < high:
        allowed = Both("interval(下限,上限)，下限小于上限", "interval(low,high) with low < high")
        remedy = Both(f"输入 {key}=interval(0.5,2)", f"type {key}=interval(0.5,2)")
        raise refused(key, override.get_value_string(), allowed, remedy)
    return Interval(float(low), float(high))
