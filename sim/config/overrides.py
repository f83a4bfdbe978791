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

from sim.config.sources import CHOSEN, COMMAND_LINE, GLOBAL, TAKEN, Sources
from sim.config.strict_yaml import refuse_code, refuse_unprintable
from sim.errors import BadInput

LIMIT_CELLS = 500
"""Most cells of one sweep: each is validated and held before the first is run."""


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
                "one value",
                "add -m after the verb to sweep over several, or put quotes round a text that holds a comma",
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
            raise _bad(line, override.get_value_string(), "a list of values", "name them, or use range(a,b,step)")
        count = sum(1 for _ in islice(override.sweep_iterator(), LIMIT_CELLS + 1))
        if count == 0:
            raise _bad(line, override.get_value_string(), "at least one value", "widen the range or the pattern")
        cells *= count
    if cells > LIMIT_CELLS:
        raise BadInput(
            file=COMMAND_LINE,
            key="-m",
            value=f"{cells} cells or more",
            allowed=f"at most {LIMIT_CELLS} cells in one sweep",
            remedy="take fewer values",
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
        raise _bad(line, value, "a plain KEY=NAME", f"type {override.key_or_group}={value}")
    if not isinstance(value, str):
        raise _bad(line, value, "one name of a file", f"type {override.key_or_group}=NAME")
    return value


def _changes(line: str, override: Override) -> list[Change]:
    """The values of one override, those of {...} one by one."""
    key, value = override.key_or_group, _plain(line, override.value())
    if key in TAKEN and not isinstance(value, dict):
        example = ", for instance policy.NAME.enabled=false" if key == "policy" else ""
        raise _bad(
            line,
            value,
            f"a value of one entry of {key}: all its files are read",
            f"type {key}.NAME.FIELD=VALUE{example}",
        )
    if key == "draw":
        raise _bad(line, value, "set by the ensemble", "type ensemble.draws=N")
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
        raise _bad(line, line, "settings of this program", "remove it: Hydra's own settings cannot be changed here")
    if not key or "/" in key or override.package is not None:
        raise _malformed(line)
    if override.is_delete():
        raise _bad(line, line, "KEY=VALUE", "nothing can be deleted; to drop a measure type policy.NAME.enabled=false")
    if any(part.startswith("_") and part.endswith("_") for part in key.split(".")):
        raise _bad(line, line, "settings only: they run no code", "remove it")
    if override.value() == "" and not isinstance(override._value, QuotedString):
        raise _bad(line, "", "a value after the =", f"type {key}=VALUE, or {key}=null for nothing")


def _plain(line: str, value: object) -> object:
    """A parsed value as plain data: text keys, finite numbers."""
    if isinstance(value, float) and not math.isfinite(value):
        raise _bad(line, value, "a finite number", "type a number")
    if isinstance(value, dict):
        return {str(key): _plain(line, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(line, item) for item in value]
    return value


def _bad(line: str, value: object, allowed: str, remedy: str) -> BadInput:
    key = line.split("=", 1)[0] or line
    return BadInput(file=COMMAND_LINE, key=key, value=value, allowed=allowed, remedy=remedy)


def _malformed(line: str) -> BadInput:
    key, _, value = line.partition("=")
    if key and not value.isascii():
        remedy = f"put the text in quotes, and the whole in others for the shell: '{key}=\"{value}\"'"
    elif key and value:
        remedy = f"put text with spaces, brackets or signs in quotes: '{key}=\"...\"'"
    else:
        remedy = "type a key, =, and a value, without spaces, for instance scenario=no_policy; --help has more"
    return BadInput(file=COMMAND_LINE, key=key or "(no key)", value=line, allowed="KEY=VALUE", remedy=remedy)
