"""Small faults, by the operators of Cosmic Ray: one a place and family, drawn by key, and none that Python would not notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("NoOp", "RemoveDecorator", "ExceptionReplacer", "Variable", "_Is", "Is_", "IsNot_")
"""What says nothing here: decorators compile, and kernels run uncompiled; identity of small numbers is equality."""


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, what it is, and the file with it."""

    file: str
    line: int
    operator: str
    source: str

    @property
    def name(self) -> str:
        return f"{self.file}:{self.line} {self.operator}"


def _family(operator: str) -> str:
    return operator.split("/")[1].split("_")[0]


class _Bare(ast.NodeTransformer):
    """Takes off what has no effect when it runs: annotations and docstrings."""

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


def _places(source: str) -> Iterator[tuple[tuple[int, int], str, int]]:
    """(start, operator, occurrence) of everything that could be changed."""
    tree = get_ast(source)
    for name in operator_names():
        if any(part in name for part in LEFT_OUT) or get_operator(name).arguments():
            continue
        operator = get_operator(name)()
        starts = [start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node)]
        for occurrence, start in enumerate(starts):
            yield start, name, occurrence


def mutants(path: Path) -> list[Mutant]:
    """The faults of one file, in the order of their lines."""
    source, shown = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    choices: dict[tuple[tuple[int, int], str], list[tuple[str, int]]] = {}
    for start, name, occurrence in _places(source):
        choices.setdefault((start, _family(name)), []).append((name, occurrence))
    found, plain = [], _bare(source)
    for (start, family), some in sorted(choices.items()):
        name, occurrence = Random(f"{shown}/{start}/{family}").choice(some)
        changed = mutate_code(source, get_operator(name)(), occurrence)
        try:
            if changed is not None and _bare(changed) != plain:
                found.append(Mutant(shown, start[0], name.split("/")[1], changed))
        except SyntaxError:
            continue
    return found
