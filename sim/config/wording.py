"""What the schema allows where it refuses a value, in the words of officials rather than those of pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.errors import MISSING, WHOLE_FILE, BadInput, Both, Unfit, Words, both
from sim.schema.bricks import MONTH_PATTERN

LONGEST = 120
"""Characters of a value that a message repeats."""
_DATE = Both("日期，如 2024-07-31", "a date such as 2024-07-31")
_NUMBER = Both("数（不加引号）", "a number (without quotes)")
_WHOLE = Both("整数（不加引号）", "a whole number (without quotes)")
_YES_NO = Both("true 或 false", "true or false")
_LIST = Both("方括号中的列表", "a list in brackets")
_ENTRIES = Both("若干项“名称: 取值”，而不是单个值", "names with values, not one value")
_TEXT = Both("文字", "text")
_FITTING = Both("互相一致的取值", "values that fit together")

PLAIN: Mapping[str, Both] = {
    "missing": Both("需要填写取值", "a value; nothing was given"),
    "extra_forbidden": Both("规定的键", "a key that belongs here"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": Both("有限数", "a finite number"),
    "greater_than": Both("大于 {gt} 的数", "a number greater than {gt}"),
    "greater_than_equal": Both("不小于 {ge} 的数", "a number greater than or equal to {ge}"),
    "less_than": Both("小于 {lt} 的数", "a number less than {lt}"),
    "less_than_equal": Both("不大于 {le} 的数", "a number less than or equal to {le}"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": Both("位数较少的整数", "a whole number of fewer digits"),
    "int_from_float": _WHOLE,
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "string_type": _TEXT,
    "string_unicode": Both("UTF-8 编码的文字", "text in UTF-8"),
    "string_too_short": Both("不少于 {min_length} 个字符的文字", "text of at least {min_length} characters"),
    "string_too_long": Both("不超过 {max_length} 个字符的文字", "text of at most {max_length} characters"),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": Both("不少于 {min_length} 项", "at least {min_length} entries"),
    "too_long": Both("不超过 {max_length} 项", "at most {max_length} entries"),
    "dict_type": _ENTRIES,
    "model_type": _ENTRIES,
    "model_attributes_type": _ENTRIES,
    "union_tag_not_found": Both("政策工具的名称", "the name of an instrument"),
    "json_invalid": Both("格式正确的 JSON", "well-formed JSON"),
    "json_type": Both("格式正确的 JSON", "well-formed JSON"),
    "out_of_range": Both("{zh}", "{en}"),
}
"""Type of an error -> what is allowed, filled in with what pydantic says of the rule."""


def allowed_by(problem: ErrorDetails) -> Both:
    """What would be accepted; raises KeyError for a type of error that has no words."""
    told = {name: _plain(value) for name, value in problem.get("ctx", {}).items()}
    said: Callable[[Mapping[str, Any]], Both] | None = TOLD.get(problem["type"])
    if said is not None:
        return said(told)
    words = PLAIN[problem["type"]]
    return Both(words.zh.format(**told), words.en.format(**told))


def refused_by(error: ValidationError, file: Words, remedy: Both | None = None) -> BadInput:
    """The refusal of a file of its own kind: its first fault."""
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    key = both(place) if place else WHOLE_FILE
    return BadInput(
        file=file,
        key=key,
        value=MISSING if problem["type"] == "missing" else shortened(problem["input"]),
        allowed=allowed_by(problem),
        remedy=remedy or Both(f"更正 {key.zh}", f"correct {key.en}"),
    )


def shortened(value: object) -> object:
    """A value that messages can show whole."""
    text = repr(value)
    return value if len(text) <= LONGEST else text[:LONGEST] + "..."


def _plain(value: object) -> object:
    """A bound as people write it: 2 and not 2.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _literal(told: Mapping[str, Any]) -> Both:
    names = str(told["expected"])
    return Both(names.replace(" or ", " 或 ").replace(", ", "、"), names)


def _pattern(told: Mapping[str, Any]) -> Both:
    if told["pattern"] == MONTH_PATTERN:
        return Both("月份，如 2025-12", "a month such as 2025-12")
    return Both(f"符合格式 {told['pattern']} 的文字", f"text that matches {told['pattern']}")


def _tag(told: Mapping[str, Any]) -> Both:
    names = str(told["expected_tags"])
    return Both("以下之一：" + names.replace("'", "").replace(", ", "、"), "one of " + names)


def _unfit(told: Mapping[str, Any]) -> Both:
    error = told["error"]
    if not isinstance(error, Unfit):
        return _FITTING
    return Both(f"{_FITTING.zh}（{error.words.zh}）", f"{_FITTING.en} ({error.words.en})")


TOLD: Mapping[str, Callable[[Mapping[str, Any]], Both]] = {
    "literal_error": _literal,
    "string_pattern_mismatch": _pattern,
    "union_tag_invalid": _tag,
    "value_error": _unfit,
}
"""Types of errors whose words take more than filling in."""
