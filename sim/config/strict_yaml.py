"""Read YAML as plain data and nothing else: no tags, no aliases, no interpolation, no key twice, no NaN."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.errors import WHOLE_FILE, BadInput, Both, Words, by_system, joined

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
NO_CODE = Both("只能是设置：设置不运行任何代码", "settings only: they run no code")
FINITE = Both("有限数", "a finite number")
_ONE_DOCUMENT = Both("文件只含一个文档", "one document")
_NO_DASHES = Both("删除 --- 一行", "remove the line ---")
_NO_ANCHORS = Both("不使用锚点和别名（& 和 *）", "no anchors and aliases")
_NO_TAGS = Both("不使用 YAML 标签：设置只是数据", "no YAML tags: settings are data")
_FEW_LEVELS = Both(f"最多 {LIMIT_DEPTH} 层", f"at most {LIMIT_DEPTH} levels")


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
            file=shown,
            key=WHOLE_FILE,
            value=by_system(error),
            allowed=Both("可以读取的文件", "a file that can be read"),
            remedy=Both("检查文件名和读取权限", "check the name, and the right to read it"),
        ) from None
    if len(raw) > limit:
        raise BadInput(
            file=shown,
            key=WHOLE_FILE,
            value=Both(f"超过 {limit} 字节", f"more than {limit} bytes"),
            allowed=Both(f"不超过 {limit} 字节", f"at most {limit} bytes"),
            remedy=Both("拆分文件，或删除不相关的内容", "split it, or remove what does not belong there"),
        )
    return raw


def read_text(path: Path, shown: str, limit: int) -> str:
    """A file as UTF-8 text, refused as by ``read_bytes`` or when it is something else."""
    raw = read_bytes(path, shown, limit)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            file=shown,
            key=WHOLE_FILE,
            value=str(error),
            allowed=Both("UTF-8 编码的文本", "UTF-8 text"),
            remedy=Both("将文件另存为 UTF-8 编码", "save the file as UTF-8"),
        ) from None


def parse_yaml(text: str, shown: str) -> dict[str, Any]:
    """As ``read_yaml``, for text that has been read already."""
    for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        refuse_unprintable(line, shown, _line(number))
    try:
        return _Parser(text, shown).mapping_document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            file=shown,
            key=Both(f"第 {mark.line + 1} 行第 {mark.column + 1} 列", f"line {mark.line + 1}, column {mark.column + 1}")
            if mark
            else WHOLE_FILE,
            value=getattr(error, "problem", None) or str(error),
            allowed=Both("格式正确的 YAML", "well-formed YAML"),
            remedy=Both("检查该处的缩进、冒号和引号", "check indentation, colons and quotes there"),
        ) from None


def refuse_unprintable(text: str, shown: Words, key: Words, spaces: str = "\n\t") -> None:
    """Refuse characters that no reader sees and that terminals, Word or Excel would obey; ``spaces``: those allowed."""
    if text.isprintable():  # nearly all is; the rest, line ends and Chinese spaces among it, is looked at letter by letter
        return
    for letter in text:
        if letter in spaces:
            continue
        if unicodedata.category(letter) in ("Cc", "Cs") or letter in TURNING or ord(letter) & 0xFFFE == 0xFFFE:
            raise BadInput(
                file=shown,
                key=key,
                value=f"U+{ord(letter):04X}: {ascii(text)[1:-1]}",
                allowed=Both("可显示的文字，不含控制字符", "text that can be printed, without control characters"),
                remedy=Both("删除该字符，或重新输入这段文字", "delete the character, or type the text again"),
            )


def refuse_code(text: str, shown: Words, key: Words) -> None:
    """Refuse text that Hydra or OmegaConf would evaluate."""
    if "${" in text or text == "???":
        raise BadInput(
            file=shown,
            key=key,
            value=text,
            allowed=Both(
                "不含 ${...} 的文字：设置只是数据，不作运算",
                "plain text without ${...}: settings are data and evaluate nothing",
            ),
            remedy=Both("直接写出取值", "write the value itself"),
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
            raise self._bad(after, (), Both("第二个文档", "a second document"), _ONE_DOCUMENT, _NO_DASHES)
        if content is None:
            return {}
        if not isinstance(content, dict):
            raise BadInput(
                file=self._shown,
                key=WHOLE_FILE,
                value=content,
                allowed=Both("键和值", "keys with values"),
                remedy=Both("每行写“键: 值”", "write key: value lines"),
            )
        return content

    def _node(self, event: yaml.Event, path: tuple[str, ...]) -> Any:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or anchor:
            raise self._bad(event, path, f"&{anchor}", _NO_ANCHORS, Both("写出完整的取值", "write the value out"))
        if tag:
            raise self._bad(event, path, tag, _NO_TAGS, Both("删除该标签", "remove the tag"))
        if len(path) > LIMIT_DEPTH:
            raise self._bad(event, path[:3], "...", _FEW_LEVELS, Both("减少嵌套层数", "nest less"))
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
                raise self._bad(
                    event, (*path, key), Both("重复出现", "given twice"), Both("每个键只出现一次", "each key once"),
                    Both("两处只保留一处", "keep one of the two"),
                )  # fmt: skip
            content[key] = self._node(next(self._events), (*path, key))
        return content

    def _key(self, event: yaml.Event, path: tuple[str, ...]) -> str:
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
            raise self._bad(
                event, path, Both("不是文字的键", "a key that is not text"), Both("键为文字", "text as keys"),
                Both("写成“键: 值”", "write key: value"),
            )  # fmt: skip
        key = str(event.value)
        if key == "hydra" or re.fullmatch("_.*_", key):
            raise self._bad(event, (*path, key), "...", NO_CODE, Both(f"删除 {key}", f"remove {key}"))
        refuse_code(key, self._shown, ".".join((*path, key)))
        refuse_unprintable(key, self._shown, ".".join(path) or Both("（键名）", "(key)"), spaces="")
        return key

    def _scalar(self, event: yaml.ScalarEvent, path: tuple[str, ...]) -> Any:
        text = str(event.value)
        refuse_code(text, self._shown, ".".join(path))
        refuse_unprintable(text, self._shown, ".".join(path))
        value = _plain(text) if event.implicit[0] else text
        if isinstance(value, float) and not math.isfinite(value):
            raise self._bad(event, path, text, FINITE, Both("写一个数", "write a number"))
        return value

    def _bad(self, event: yaml.Event, path: tuple[str, ...], value: Words, allowed: Both, remedy: Both) -> BadInput:
        line = _line(event.start_mark.line + 1 if event.start_mark else "?")
        key = joined([".".join(path), Both(f"（{line.zh}）", f" ({line.en})")]) if path else line
        return BadInput(file=self._shown, key=key, value=value, allowed=allowed, remedy=remedy)


def _line(number: int | str) -> Both:
    return Both(f"第 {number} 行", f"line {number}")


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
