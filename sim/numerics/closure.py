"""Which source files a module is made from: its own, and those of every module of the package that it imports."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

IMPORTERS = ("import_module", "__import__")
BLOCKS = (ast.stmt, ast.excepthandler, ast.match_case)
"""Parts of a file that may hold statements."""


class Import(NamedTuple):
    """What one statement, or one call of ``import_module``, asks for."""

    module: str
    names: tuple[str, ...] = ()
    """Taken from it; each may be a module of its own."""
    types: bool = False
    """Under ``if TYPE_CHECKING``: never there when the program runs."""
    late: bool = False
    """Inside a function: there once that is called."""
    members: bool = False
    """``import_module(f"{module}.{name}")``: any module directly below it."""


def closure(root: Path, module: str, types: bool = False) -> tuple[str, ...]:
    """Files, relative to the package's folder ``root``, whose text decides what ``module`` does; sorted.

    Imports inside functions count, as the functions may be called. Imports under ``if TYPE_CHECKING`` count with ``types``
    alone: they decide nothing at run time, but say how the arguments of compiled code are laid out. A package on the way to
    one of its modules runs its top level and no function. Raises ModuleNotFoundError for a module that is not there, and
    ValueError for an import whose text does not tell what it asks for.
    """
    todo, done = [(module, True)], set[tuple[str, bool]]()
    while todo:
        name, used = todo.pop()
        if (name, used) in done:
            continue
        done.add((name, used))
        todo += [(package, False) for package in _packages(name)]
        for each in _imports(_file(root, name).read_text(encoding="utf-8"), _package(root, name)):
            if (used or not each.late) and (not each.types or (used and types)):
                todo += [(target, True) for target in _targets(root, each, name)]
    return tuple(sorted({_file(root, name).relative_to(root).as_posix() for name, _ in done}))


def digest_of(root: Path, names: Iterable[str], told: str = "") -> str:
    """Sixteen hexadecimal digits that stand for the text of these files and for ``told``."""
    digest = hashlib.blake2b(told.encode(), digest_size=8)
    for name in names:
        text = (root / name).read_text(encoding="utf-8").encode()
        digest.update(f"\0{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()


def _packages(name: str) -> list[str]:
    """The packages that are imported before a module."""
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts))]


def _place(root: Path, name: str) -> Path | None:
    """File of a module of the package; None if there is no such module."""
    below = root.joinpath(*name.split(".")[1:])
    places = (below / "__init__.py", below.with_name(below.name + ".py"))
    return next((place for place in places if place.is_file()), None) if name.split(".")[0] == root.name else None


def _file(root: Path, name: str) -> Path:
    place = _place(root, name)
    if place is None:
        raise ModuleNotFoundError(f"there is no module {name} below {root}", name=name)
    return place


def _package(root: Path, name: str) -> str:
    """What relative imports of a module start from."""
    return name if _file(root, name).name == "__init__.py" else name.rpartition(".")[0]


def _targets(root: Path, each: Import, asking: str) -> list[str]:
    """Modules of the package that an import leads to."""
    if not each.module:
        raise ValueError(f"{asking} imports something that its text does not name")
    if each.module.split(".")[0] != root.name:
        return []
    if each.members:
        below = _file(root, each.module).parent
        return [f"{each.module}.{path.stem}" for path in sorted(below.glob("*.py")) if path.stem != "__init__"]
    modules = [f"{each.module}.{name}" for name in each.names if _place(root, f"{each.module}.{name}")]
    return modules if modules and len(modules) == len(each.names) else [each.module, *modules]


@cache
def _imports(text: str, package: str) -> tuple[Import, ...]:
    """Every import that the text of a module makes."""
    calls = any(name in text for name in IMPORTERS)
    return tuple(_found(ast.parse(text), Import(package), calls))


def _found(node: ast.AST, here: Import, calls: bool) -> Iterator[Import]:
    """The imports below a node; ``here``: the file's package, and under what the node stands; ``calls``: look at calls too."""
    if isinstance(node, ast.Import):
        yield from (here._replace(module=name.name) for name in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = resolve_name("." * node.level + (node.module or ""), here.module)
        yield here._replace(module=module, names=tuple(name.name for name in node.names))
    elif isinstance(node, ast.Call) and _name(node.func) in IMPORTERS:
        yield _called(node, here)
    late = here.late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    checked = node.body if isinstance(node, ast.If) and _name(node.test) == "TYPE_CHECKING" else []
    for child in ast.iter_child_nodes(node):
        if calls or isinstance(child, BLOCKS):
            yield from _found(child, here._replace(late=late, types=here.types or child in checked), calls)


def _called(node: ast.Call, here: Import) -> Import:
    """What a call of ``import_module`` asks for; without a module if that cannot be read off."""
    match node.args:
        case [ast.Constant(value=str(name)), *_]:
            return here._replace(module=name)
        case [ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]), *_] if start.endswith("."):
            return here._replace(module=start[:-1], members=True)
    return here._replace(module="")


def _name(node: ast.expr) -> str:
    """Last word of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
