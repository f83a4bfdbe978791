"""Small faults, by the operators of Cosmic Ray: one a place and family, drawn by key, and none that Python would not notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("NoOp", "RemoveDecorator", "ExceptionReplacer", "Variable", "_Is", "Is_", "IsNot_")
"""What says nothing here: decorators compile, and kernels run uncompiled; identity of small numbers is equality."""
OPERATORS = tuple(
    (name, get_operator(name)())
    for name in operator_names()
    if not any(part in name for part in LEFT_OUT) and not get_operator(name).arguments()
)


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, what the line was and becomes, and the file with it."""

    file: str
    line: int
    was: str
    becomes: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} `{self.was}` -> `{self.becomes}`"

    @property
    def key(self) -> str:
        """The same wherever in the file the line stands."""
        return f"{self.file} `{self.was}` -> `{self.becomes}`"


@dataclass(frozen=True)
class _Place:
    """What an operator could change."""

    node: Any
    operator: str
    index: int
    start: tuple[int, int]

    @property
    def family(self) -> str:
        return self.operator.split("/")[1].split("_")[0]


class _Bare(ast.NodeTransformer):
    """Takes off what has no effect when it runs: annotations, docstrings, imports for the type checker."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        names = {each.id for each in ast.walk(node.test) if isinstance(each, ast.Name)}
        return None if names == {"TYPE_CHECKING"} and not node.orelse else self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for argument in (*node.args.args, *node.args.kwonlyargs):
            argument.annotation = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def _bare(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


def _places(source: str) -> Iterator[_Place]:
    """Everything that could be changed."""
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in OPERATORS:
        for node in nodes:
            for index, (start, _) in enumerate(operator.mutation_positions(node)):
                yield _Place(node, name, index, start)


def _changed(source: str, place: _Place) -> str | None:
    """The source with the change; None where the operator has none to offer."""
    node, operator = place.node, dict(OPERATORS)[place.operator]
    parent, node.parent = node.parent, None
    other = deepcopy(node)  # without the parent: the tree itself stays whole
    node.parent = other.parent = parent
    found = operator.mutate(other, place.index)
    lines = [*source.splitlines(keepends=True), ""]
    (first, left), (last, right) = node.start_pos, node.end_pos
    before, after = "".join(lines[: first - 1]) + lines[first - 1][:left], lines[last - 1][right:] + "".join(lines[last:])
    return None if found is None else before + found.get_code(include_prefix=False) + after


def _line(source: str, number: int) -> str:
    """A line without what stands round it."""
    lines = source.splitlines()
    return lines[number - 1].strip() if number <= len(lines) else ""


def mutants(path: Path) -> list[Mutant]:
    """The faults of one file, in the order of their lines; a fault stays the same where only lines before it change."""
    source, shown = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    choices: dict[tuple[tuple[int, int], str], list[_Place]] = {}
    for place in _places(source):
        choices.setdefault((place.start, place.family), []).append(place)
    found, plain = [], _bare(source)
    for ((number, column), family), some in sorted(choices.items(), key=lambda item: item[0]):
        was = _line(source, number)
        place = Random(f"{shown}/{was}/{column}/{family}").choice(some)
        changed = _changed(source, place)
        try:
            if changed is not None and _bare(changed) != plain:
                found.append(Mutant(shown, number, was, _line(changed, number), changed))
        except SyntaxError:
            continue
    return found


def unchanged(mutant: Mutant) -> Mutant:
    """The same without the fault."""
    return replace(mutant, becomes=mutant.was, source=(ROOT / mutant.file).read_text(encoding="utf-8"))
