"""What users type: Hydra's override grammar, sorted into choices of files and changes of values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.object_type import ObjectType
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, QuotedString
from hydra.errors import HydraException

from sim.config.sources import CHOSEN, GLOBAL, TAKEN, Sources
from sim.config.strict_yaml import FINITE, NO_CODE, refuse_code, refuse_unprintable
from sim.errors import COMMAND_LINE, BadInput, Both, joined, refused

LIMIT_CELLS = 500
"""Most cells of one sweep: each is validated and held before the first is run."""
_KEY_VALUE = Both("键=值", "KEY=VALUE")
_NAME_THEM = Both("逐个列出，或用 range(a,b,步长)", "name them, or use range(a,b,step)")
_WIDEN = Both("放宽范围或通配符", "widen the range or the pattern")
_NOT_HYDRA = Both("删除该项：Hydra 自身的设置不能在此更改", "remove it: Hydra's own settings cannot be changed here")
_NO_DELETING = Both(
    "不能删除任何项；取消一项措施输入 policy.名称.enabled=false",
    "nothing can be deleted; to drop a measure type policy.NAME.enabled=false",
)


@dataclass(frozen=True)
class Change:
    """One value typed by the user. ``adds``: it was marked with +, as an entry that may be new."""

    path: tuple[str, ...]
    value: object
    adds: bool


@dataclass(frozen=True)
class Given:
    """All that the user typed."""

    choices: dict[str, str]
    changes: tuple[Change, ...]


def read_overrides(lines: Sequence[str]) -> Given:
    """Sort overrides into choices and changes; raises BadInput for what cannot be one."""
    choices: dict[str, str] = {}
    changes: list[Change] = []
    for line, override in zip(lines, parse(lines), strict=True):
        key = override.key_or_group
        if override.is_sweep_override():
            raise _bad(
                line,
                override.get_value_string(),
                Both("一个取值", "one value"),
                Both(
                    "要对多个取值批量预测，在动词后加 -m；文字中含逗号的，加引号",
                    "add -m after the verb to sweep over several, or put quotes round a text that holds a comma",
                ),
            )
        if key in (*CHOSEN, *GLOBAL) and not isinstance(override.value(), dict):
            choices[key] = _choice(line, override)
        else:
            changes += _changes(line, override)
    return Given(choices, tuple(changes))


def parse(lines: Sequence[str], sources: Sources | None = None) -> list[Override]:
    """Parse every line by itself, so that the message names the one that is wrong."""
    loader: Any = _Names(sources) if sources else None
    parser = OverridesParser.create(config_loader=loader)
    parsed = []
    for line in lines:
        refuse_code(line, COMMAND_LINE, line.split("=", 1)[0])
        refuse_unprintable(line, COMMAND_LINE, ascii(line.split("=", 1)[0])[1:-1])
        try:
            parsed += parser.parse_overrides([line])
        except (HydraException, RecursionError, ValueError):
            raise _malformed(line) from None
        _refuse_unfit(line, parsed[-1])
    return parsed


def expand(lines: Sequence[str], sources: Sources) -> list[list[str]]:
    """Cells of a sweep, each a list of overrides, in the order of Hydra's own sweeper."""
    overrides = parse(lines, sources)
    cells = 1
    for line, override in zip(lines, overrides, strict=True):
        if not override.is_sweep_override():
            continue
        if not override.is_discrete_sweep():
            raise _bad(line, override.get_value_string(), Both("取值的列表", "a list of values"), _NAME_THEM)
        try:
            count = sum(1 for _ in islice(override.sweep_iterator(), LIMIT_CELLS + 1))
        except (ArithmeticError, ValueError):  # range(0,10,0)
            count = 0
        if count == 0:
            raise _bad(line, override.get_value_string(), Both("至少一个取值", "at least one value"), _WIDEN)
        cells *= count
    if cells > LIMIT_CELLS:
        raise BadInput(
            file=COMMAND_LINE,
            key="-m",
            value=Both(f"{cells} 个或更多组合", f"{cells} cells or more"),
            allowed=Both(f"一次最多 {LIMIT_CELLS} 个组合", f"at most {LIMIT_CELLS} cells in one sweep"),
            remedy=Both("减少取值", "take fewer values"),
        )
    (batch,) = BasicSweeper.split_arguments(overrides, max_batch_size=None)
    return batch


class _Names:
    """What the grammar's glob(...) asks of a configuration loader."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def get_group_options(self, group_name: str, results_filter: ObjectType | None = None) -> list[str]:
        return self._sources.names(group_name) if group_name in (*CHOSEN, *GLOBAL) else []


def _choice(line: str, override: Override) -> str:
    value = override.value()
    if override.is_add() or override.is_force_add():
        plain = f"{override.key_or_group}={value}"
        raise _bad(line, value, Both("键=名称，不加 +", "a plain KEY=NAME"), Both(f"输入 {plain}", f"type {plain}"))
    if not isinstance(value, str):
        key = override.key_or_group
        raise _bad(line, value, Both("一个文件名", "one name of a file"), Both(f"输入 {key}=名称", f"type {key}=NAME"))
    return value


def _changes(line: str, override: Override) -> list[Change]:
    """The values of one override, those of {...} one by one."""
    key, value = override.key_or_group, _plain(line, override.value())
    if key in TAKEN and not isinstance(value, dict):
        allowed = Both(f"{key} 中某一项的取值：其文件全部读取", f"a value of one entry of {key}: all its files are read")
        remedy = Both(f"输入 {key}.名称.字段=值", f"type {key}.NAME.FIELD=VALUE")
        example = Both("，例如 policy.名称.enabled=false", ", for instance policy.NAME.enabled=false")
        raise _bad(line, value, allowed, joined([remedy, example]) if key == "policy" else remedy)
    if key == "draw":
        raise _bad(
            line,
            value,
            Both("由集合预测设定", "set by the ensemble"),
            Both("输入 ensemble.draws=次数", "type ensemble.draws=N"),
        )
    if key == "executor" and isinstance(value, str):
        key = "executor.name"
    adds = override.is_add() or override.is_force_add()
    return [Change(path, leaf, adds) for path, leaf in _leaves(tuple(key.split(".")), value)]


def _leaves(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    else:
        yield path, value


def _refuse_unfit(line: str, override: Override) -> None:
    """Refuse what the grammar allows and settings do not."""
    key = override.key_or_group
    if key.split(".")[0].split("/")[0] == "hydra":
        raise _bad(line, line, Both("本程序的设置", "settings of this program"), _NOT_HYDRA)
    if not key or "/" in key or override.package is not None:
        raise _malformed(line)
    if override.is_delete():
        raise _bad(line, line, _KEY_VALUE, _NO_DELETING)
    if any(part.startswith("_") and part.endswith("_") for part in key.split(".")):
        raise _bad(line, line, NO_CODE, Both("删除该项", "remove it"))
    if override.value() == "" and not isinstance(override._value, QuotedString):
        remedy = Both(f"输入 {key}=值；不要取值时输入 {key}=null", f"type {key}=VALUE, or {key}=null for nothing")
        raise _bad(line, "", Both("= 之后的取值", "a value after the ="), remedy)


def _plain(line: str, value: object) -> object:
    """A parsed value as plain data: text keys, finite numbers."""
    if isinstance(value, float) and not math.isfinite(value):
        raise _bad(line, value, FINITE, Both("输入一个数", "type a number"))
    if isinstance(value, dict):
        return {str(key): _plain(line, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(line, item) for item in value]
    return value


def _bad(line: str, value: object, allowed: Both, remedy: Both) -> BadInput:
    return refused(line.split("=", 1)[0] or line, value, allowed, remedy)


def _malformed(line: str) -> BadInput:
    key, _, value = line.partition("=")
    if key and not value.isascii() and any(letter.isdigit() for letter in value):
        remedy = Both(
            f"数字用半角，不带单位，例如 {key}=15000；文字加双引号，整体再加单引号",
            f"type numbers in plain digits without a unit, for instance {key}=15000; put text in quotes, the whole in others",
        )
    elif key and not value.isascii():
        quoted = f"'{key}=\"{value}\"'"
        remedy = Both(
            f"文字加双引号，整体再加单引号：{quoted}",
            f"put the text in quotes, and the whole in others for the shell: {quoted}",
        )
    elif key and value:
        quoted = f"'{key}=\"...\"'"
        remedy = Both(
            f"含空格、括号或符号的文字加引号：{quoted}", f"put text with spaces, brackets or signs in quotes: {quoted}"
        )
    else:
        remedy = Both(
            "输入键、=、值，中间不留空格，例如 scenario=no_policy；详见 --help",
            "type a key, =, and a value, without spaces, for instance scenario=no_policy; --help has more",
        )
    nameless = Both("（无键名）", "(no key)")
    return BadInput(file=COMMAND_LINE, key=key or nameless, value=line, allowed=_KEY_VALUE, remedy=remedy)
