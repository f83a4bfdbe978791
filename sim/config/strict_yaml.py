"""Read YAML as plain data and nothing else: no tags, no aliases, no interpolation, no key twice, no NaN."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.errors import BadInput

LIMIT_BYTES = 256 * 1024
LIMIT_DEPTH = 32
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of the text that follows, so that it reads as something else."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]{0,17})")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]{1,30}|(0|[1-9][0-9_]{0,30})(\.[0-9_]{0,30})?)([eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def read_yaml(path: Path, shown: str) -> dict[str, Any]:
    """The mapping a YAML file holds; dates stay text, keys are text.

    Raises BadInput, naming ``shown``, for anything that is not plain data.
    """
    return parse_yaml(read_text(path, shown, LIMIT_BYTES), shown)


def read_bytes(path: Path, shown: str, limit: int) -> bytes:
    """A file, refused when it is missing or larger than ``limit`` bytes."""
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)
    except OSError as error:
        raise BadInput(
            file=shown, key="(file)", value=error.strerror, allowed="a file that can be read", remedy="check the name"
        ) from None
    if len(raw) > limit:
        raise BadInput(
            file=shown,
            key="(file)",
            value=f"more than {limit} bytes",
            allowed=f"at most {limit} bytes",
            remedy="split it, or remove what does not belong there",
        )
    return raw


def read_text(path: Path, shown: str, limit: int) -> str:
    """A file as UTF-8 text, refused as by ``read_bytes`` or when it is something else."""
    raw = read_bytes(path, shown, limit)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            file=shown, key="(file)", value=str(error), allowed="UTF-8 text", remedy="save the file as UTF-8"
        ) from None


def parse_yaml(text: str, shown: str) -> dict[str, Any]:
    """As ``read_yaml``, for text that has been read already."""
    for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        refuse_unprintable(line, shown, f"line {number}")
    try:
        return _Parser(text, shown).mapping_document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            file=shown,
            key=f"line {mark.line + 1}, column {mark.column + 1}" if mark else "(file)",
            value=getattr(error, "problem", None) or str(error),
            allowed="well-formed YAML",
            remedy="check indentation, colons and quotes there",
        ) from None


def refuse_unprintable(text: str, shown: str, key: str, spaces: str = "\n\t") -> None:
    """Refuse characters that no reader sees and that terminals, Word or Excel would obey; ``spaces``: those allowed."""
    for letter in text:
        if letter in spaces:
            continue
        if unicodedata.category(letter) in ("Cc", "Cs") or letter in TURNING or ord(letter) & 0xFFFE == 0xFFFE:
            raise BadInput(
                file=shown,
                key=key,
                value=f"U+{ord(letter):04X} in {ascii(text)[1:-1]}",
                allowed="text that can be printed, without control characters",
                remedy="delete the character, or type the text anew",
            )


def refuse_code(text: str, shown: str, key: str) -> None:
    """Refuse text that Hydra or OmegaConf would evaluate."""
    if "${" in text or text == "???":
        raise BadInput(
            file=shown,
            key=key,
            value=text,
            allowed="plain text without ${...}: settings are data and evaluate nothing",
            remedy="write the value itself",
        )


class _Parser:
    """Builds plain data from the event stream, so that what is refused is never expanded first."""

    def __init__(self, text: str, shown: str) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._shown = shown

    def mapping_document(self) -> dict[str, Any]:
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            return {}
        content = self._node(next(self._events), ())
        next(self._events)
        if not isinstance(after := next(self._events), yaml.StreamEndEvent):
            raise self._bad(after, (), "a second document", "one document", "remove the line ---")
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise BadInput(
                file=self._shown,
                key="(file)",
                value=content,
                allowed="keys with values",
                remedy="write key: value lines",
            )
        return content

    def _node(self, event: yaml.Event, path: tuple[str, ...]) -> Any:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or anchor:
            raise self._bad(event, path, f"&{anchor}", "no anchors and aliases", "write the value out")
        if tag:
            raise self._bad(event, path, tag, "no YAML tags: settings are data", "remove the tag")
        if len(path) > LIMIT_DEPTH:
            raise self._bad(event, path[:3], "...", f"at most {LIMIT_DEPTH} levels", "nest less")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: tuple[str, ...]) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, str(len(items)))))
        return items

    def _mapping(self, path: tuple[str, ...]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, path)
            if key in content:
                raise self._bad(event, (*path, key), "given twice", "each key once", "keep one of the two")
            content[key] = self._node(next(self._events), (*path, key))
        return content

    def _key(self, event: yaml.Event, path: tuple[str, ...]) -> str:
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
            raise self._bad(event, path, "a key that is not text", "text as keys", "write key: value")
        key = str(event.value)
        if key == "hydra" or re.fullmatch("_.*_", key):
            raise self._bad(event, (*path, key), "...", "settings only: they run no code", f"remove {key}")
        refuse_code(key, self._shown, ".".join((*path, key)))
        refuse_unprintable(key, self._shown, ".".join(path) or "(key)", spaces="")
        return key

    def _scalar(self, event: yaml.ScalarEvent, path: tuple[str, ...]) -> Any:
        text = str(event.value)
        refuse_code(text, self._shown, ".".join(path))
        refuse_unprintable(text, self._shown, ".".join(path))
        value = _plain(text) if event.implicit[0] else text
        if isinstance(value, float) and not math.isfinite(value):
            raise self._bad(event, path, text, "a finite number", "write a number")
        return value

    def _bad(self, event: yaml.Event, path: tuple[str, ...], value: str, allowed: str, remedy: str) -> BadInput:
        line = f"line {event.start_mark.line + 1 if event.start_mark else '?'}"
        key = f"{'.'.join(path)} ({line})" if path else line
        return BadInput(file=self._shown, key=key, value=value, allowed=allowed, remedy=remedy)


def _plain(text: str) -> Any:
    """The value of unquoted text: YAML 1.2 core schema, and no octal, sexagesimal, yes/no or dates."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text.replace("_", ""))
    if _DECIMAL.fullmatch(text):
        return float(text.replace("_", ""))
    if _NOT_FINITE.fullmatch(text):
        return math.nan
    return text
