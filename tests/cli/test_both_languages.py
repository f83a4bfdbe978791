"""Whatever is refused or fails is told in Chinese and in English, and in one of them at a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter
from pydantic_core import ErrorDetails, core_schema

from sim import errors
from sim.config.wording import PLAIN, TOLD, allowed_by
from sim.dashboard.server import Inquiry
from sim.errors import BadInput, Both, SimError, Unfit
from sim.schema.bricks import MONTH_PATTERN
from sim.settings import Settings
from sim.studies.calibrate.evidence import Observation
from sim.studies.coverage.verb import ActionPlan
from sim.studies.solve.levers import LeverFile
from sim.studies.validate.case import Case

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile("[一-鿿]")
LETTERS = re.compile("[A-Za-z]{2}")
FAILURES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, SimError | Unfit)}
MAKERS = {"bad", "_bad", "refused"}
"""Functions that end in a refusal: their last two arguments are what is allowed and what to do."""


# ---- every refusal and failure of the code base


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "sim").rglob("*.py"))}


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in trees().items():
        yield from ((path, node) for node in ast.walk(tree))


def callee(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_both(annotation: ast.expr | None) -> bool:
    return annotation is not None and ast.unparse(annotation) in ("Both", "Both | None", "Mapping[str, Both]")


@cache
def functions() -> frozenset[str]:
    """Names of the functions that return a pair."""
    return frozenset(node.name for _, node in nodes() if isinstance(node, ast.FunctionDef) and is_both(node.returns))


@cache
def fields() -> frozenset[str]:
    """Names of the fields that hold a pair."""
    named = {ast.unparse(node.target) for _, node in nodes() if isinstance(node, ast.AnnAssign) and is_both(node.annotation)}
    return frozenset(named | {"words"})


@cache
def constants() -> frozenset[str]:
    """Names of the constants of modules that hold a pair, or pairs by name."""
    return frozenset(
        target.id
        for tree in trees().values()
        for node in tree.body
        if isinstance(node, ast.Assign) and holds_pairs(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def holds_pairs(value: ast.expr) -> bool:
    values = value.values if isinstance(value, ast.Dict) else [value]
    return all(isinstance(each, ast.Call) and callee(each) == "Both" for each in values)


def bilingual(value: ast.expr, local: frozenset[str]) -> bool:
    """Whether an expression is a pair in every case."""
    match value:
        case ast.Call():
            return callee(value) == "Both" or callee(value) in functions()
        case ast.IfExp(body=body, orelse=other):
            return bilingual(body, local) and bilingual(other, local)
        case ast.BoolOp(values=values):
            return all(bilingual(each, local) for each in values)
        case ast.Subscript(value=within):
            return bilingual(within, local)
        case ast.Attribute(attr=name):
            return name in fields()
        case ast.Name(id=name):
            return name in local or name in constants()
    return False


def locals_of(function: ast.FunctionDef) -> frozenset[str]:
    """Names that hold a pair within a function."""
    every = [*function.args.args, *function.args.kwonlyargs]
    known = {each.arg for each in every if is_both(each.annotation)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and bilingual(node.value, frozenset(known)):
            known |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(known)


def prose_of(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that people are to read."""
    if callee(call) == "BadInput":
        return [each.value for each in call.keywords if each.arg in ("allowed", "remedy")]
    if callee(call) in MAKERS:
        return call.args[-2:]
    return call.args if callee(call) in FAILURES else []


def refusals() -> dict[str, tuple[ast.FunctionDef, ast.Call]]:
    """Every call that makes a refusal or a failure, by file and line."""
    return {
        f"{path.relative_to(ROOT)}:{call.lineno}": (function, call)
        for path, function in nodes()
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and prose_of(call)
    }


def test_every_refusal_and_every_failure_is_told_in_both_languages() -> None:
    found = refusals()
    assert len(found) > 150
    lacking = [
        f"{place}: {ast.unparse(each)}"
        for place, (function, call) in found.items()
        for each in prose_of(call)
        if not bilingual(each, locals_of(function))
    ]
    assert not lacking, "\n".join(lacking)


def test_the_search_finds_a_refusal_in_one_language() -> None:
    code = "def f(allowed: str):\n raise BadInput(allowed=allowed, remedy=Both('改', 'mend'))"
    (function,) = ast.parse(code).body
    assert isinstance(function, ast.FunctionDef)
    (call,) = [node for node in ast.walk(function) if isinstance(node, ast.Call) and prose_of(node)]
    assert [bilingual(each, locals_of(function)) for each in prose_of(call)] == [False, True]


def test_the_schemas_refuse_with_words_in_both_languages_only() -> None:
    validating = {
        path for path, node in nodes() if isinstance(node, ast.ImportFrom) and node.module == "pydantic"
        for name in node.names if "validator" in name.name.lower()
    }  # fmt: skip
    assert len(validating) > 10
    plain = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in nodes()
        if path in validating and isinstance(node, ast.Call) and callee(node) in ("ValueError", "AssertionError")
    ]
    assert plain == []


def literal(value: ast.expr) -> str | None:
    """The fixed part of a text; None for what is put together elsewhere."""
    if isinstance(value, ast.JoinedStr):
        return "".join(str(each.value) for each in value.values if isinstance(each, ast.Constant))
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def test_the_chinese_is_chinese_and_the_english_english() -> None:
    wrong = []
    for path, node in nodes():
        if not (isinstance(node, ast.Call) and callee(node) == "Both" and len(node.args) == 2):
            continue
        chinese, english = (literal(each) for each in node.args)
        prose = english is not None and LETTERS.search(re.sub(r"\{\w*\}", "", english))
        if chinese is not None and prose and not CHINESE.search(chinese):
            wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {chinese}")
        if english is not None and CHINESE.search(english):
            wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {english}")
    assert not wrong, "\n".join(wrong)


# ---- every type of error that the schemas can raise

RAISED: Mapping[str, tuple[str, ...]] = {
    "float": ("float_type", "float_parsing"),
    "int": ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    "bool": ("bool_type", "bool_parsing"),
    "str": ("string_type", "string_unicode"),
    "date": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "literal": ("literal_error",),
    "dict": ("dict_type",),
    "list": ("list_type",),
    "tuple": ("tuple_type",),
    "model": ("model_type", "model_attributes_type"),
    "model-fields": ("missing", "extra_forbidden"),
    "tagged-union": ("union_tag_invalid", "union_tag_not_found"),
    "function-after": ("value_error", "out_of_range"),
    "function-before": (),
    "nullable": (),
    "default": (),
    "union": (),
    "any": (),
    "definitions": (),
    "definition-ref": (),
    "model-field": (),
}
"""Kind of a schema -> the errors it has of its own."""
BOUNDED = {
    "gt": "greater_than", "ge": "greater_than_equal", "lt": "less_than", "le": "less_than_equal",
    "pattern": "string_pattern_mismatch",
}  # fmt: skip
RULES = {
    "gt": 0, "ge": 0, "lt": 1, "le": 1, "min_length": 1, "max_length": 9, "actual_length": 0, "field_type": "Tuple",
    "expected": "'a' or 'b'", "expected_tags": "'a', 'b'", "pattern": "^a$", "zh": "大于 0 的数", "en": "a number above 0",
    "error": Unfit(Both("低于下限", "below the least")),
}  # fmt: skip
"""What pydantic may say of the rule that was broken."""


def kinds_below(schema: Any) -> Iterator[dict[str, Any]]:
    """A schema and all that it is made of."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for key, below in schema.items():
            if key not in ("metadata", "serialization", "expected", "function", "default", "cls", "config"):
                yield from kinds_below(below)
    elif isinstance(schema, list | tuple):
        for below in schema:
            yield from kinds_below(below)


def errors_of(kind: dict[str, Any]) -> set[str]:
    found = {BOUNDED[rule] for rule in BOUNDED if rule in kind}
    found |= {"finite_number"} if kind.get("allow_inf_nan") is not True and kind["type"] == "float" else set()
    text = "string_" if kind["type"] == "str" else ""
    found |= {f"{text}too_{end}" for end, rule in (("short", "min_length"), ("long", "max_length")) if rule in kind}
    return found | set(RAISED[kind["type"]])


SCHEMAS = [Settings, Observation, ActionPlan, LeverFile, Case, Inquiry]


@cache
def raised() -> frozenset[str]:
    """Types of errors that the settings, the files of the studies and the questions of the page can have."""
    every = [kind for schema in SCHEMAS for kind in kinds_below(TypeAdapter(schema).core_schema)]
    return frozenset({"json_invalid", "json_type"}.union(*map(errors_of, every)))


def test_no_error_of_the_schemas_is_without_chinese_words() -> None:
    assert {"missing", "extra_forbidden", "greater_than", "literal_error", "date_type", "string_pattern_mismatch"} <= raised()
    assert raised() - {*PLAIN, *TOLD} == set()
    for kind in raised():
        problem: ErrorDetails = {"type": kind, "loc": (), "msg": "", "input": None, "ctx": RULES}
        told = allowed_by(problem)
        assert CHINESE.search(told.zh) or kind == "literal_error", kind
        assert not CHINESE.search(told.en), kind
        assert "{" not in told.zh + told.en, kind


def test_words_are_held_for_real_errors_only() -> None:
    assert {*PLAIN, *TOLD} - {*get_args(core_schema.ErrorType), "out_of_range"} == set()


@pytest.mark.parametrize(
    ("problem", "chinese"),
    [
        ({"type": "string_pattern_mismatch", "ctx": {"pattern": MONTH_PATTERN}}, "月份，如 2025-12"),
        ({"type": "literal_error", "ctx": {"expected": "'zh' or 'en'"}}, "'zh' 或 'en'"),
        ({"type": "less_than_equal", "ctx": {"le": 2.0}}, "不大于 2 的数"),
        (
            {"type": "value_error", "ctx": {"error": Unfit(Both("low 应小于 high", "low < high"))}},
            "互相一致的取值（low 应小于 high）",
        ),
    ],
    ids=lambda case: case["type"] if isinstance(case, dict) else "",
)
def test_a_rule_of_the_schema_is_told_in_chinese(problem: ErrorDetails, chinese: str) -> None:
    assert allowed_by(problem).zh == chinese


# ---- one language at a time


def test_a_refusal_is_told_in_one_language_at_a_time() -> None:
    told = BadInput(
        file=Both("命令行", "command line"),
        key="population.scale",
        value=Both("（缺失）", "(missing)"),
        allowed=Both("0 到 1 之间的数", "a number from 0 to 1"),
        remedy=Both("改为 0.5", "type 0.5"),
    )
    assert told.words.zh == "命令行：population.scale = （缺失） 不能使用。允许：0 到 1 之间的数。办法：改为 0.5"
    assert str(told) == told.words.en
    assert str(told).startswith("command line: population.scale = (missing) cannot be used. Allowed: a number from 0 to 1.")
    assert told.parts("zh")["allowed"] == "0 到 1 之间的数"
    assert told.parts("en")["value"] == "(missing)"
