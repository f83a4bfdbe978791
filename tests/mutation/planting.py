"""Put a fault into what is imported already: the code of functions and methods, and plain attributes of classes, in place.

Whoever holds a function then runs the faulty one. What runs on import alone, such as a constant that other modules have
taken over, cannot be put in so: everything of the project is forgotten and imported again.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Mapping
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

from mutation.mutants import Mutant

PLAIN = (bool, int, float, str, tuple, type(None))


def plant(mutant: Mutant) -> bool:
    """Put the fault in; False if something has changed that cannot be reached."""
    name = _module(mutant.file)
    old = sys.modules.get(name)
    if old is None:
        return False
    fresh = ModuleType(name)
    fresh.__dict__.update(
        {key: vars(old)[key] for key in ("__file__", "__path__", "__package__", "__spec__") if key in vars(old)}
    )
    _execute(mutant, fresh)
    changes: list[tuple[FunctionType, FunctionType]] = []
    attributes: list[tuple[type, str, Any]] = []
    if not _compare(vars(old), vars(fresh), name, changes, attributes) or not (changes or attributes):
        return False
    for function, other in changes:
        function.__code__, function.__defaults__ = other.__code__, other.__defaults__
        function.__kwdefaults__ = other.__kwdefaults__
    for owner, key, value in attributes:
        setattr(owner, key, value)
    return True


def _compare(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    module: str,
    changes: list[tuple[FunctionType, FunctionType]],
    attributes: list[tuple[type, str, Any]],
    owner: type | None = None,
) -> bool:
    """Collect what differs between two name spaces; False if something does that cannot be changed in place."""
    whole = set(old) <= set(new) | {"__builtins__", "__cached__", "__loader__"} or owner is not None
    for name in set(old) & set(new):
        one, other = _function(old[name]), _function(new[name])
        if isinstance(one, FunctionType) and isinstance(other, FunctionType):
            if one.__module__ == module and _differ(one, other):
                changes.append((one, other))
        elif isinstance(one, type) and isinstance(other, type) and one.__module__ == module and one is not owner:
            whole &= _compare(vars(one), vars(other), module, changes, attributes, one)
        elif isinstance(one, PLAIN) and isinstance(other, PLAIN) and not name.startswith("__") and one != other:
            whole &= owner is not None
            attributes.append((owner or object, name, other))
    return whole


def _function(value: Any) -> Any:
    """The function within a property or a method."""
    for part in ("fget", "func", "__func__"):
        if isinstance(value, property | cached_property | classmethod | staticmethod) and hasattr(value, part):
            return getattr(value, part)
    return value


def _differ(one: FunctionType, other: FunctionType) -> bool:
    same = one.__code__ == other.__code__ and one.__defaults__ == other.__defaults__
    return not (same and one.__kwdefaults__ == other.__kwdefaults__)


def import_with(mutant: Mutant) -> None:
    """Forget the project and its tests; let the module with the fault be found when it is imported again."""
    for name in [name for name, module in sys.modules.items() if _ours(name, module)]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Faulty(mutant))


def _ours(name: str, module: ModuleType) -> bool:
    """Whether a module is of the project, and not of this driver."""
    file = getattr(module, "__file__", None) or ""
    here = os.getcwd() + os.sep
    return name.split(".")[0] not in ("mutation", "__main__") and file.startswith(
        (f"{here}sim{os.sep}", f"{here}tests{os.sep}")
    )


def _module(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _execute(mutant: Mutant, module: ModuleType) -> None:
    exec(compile(mutant.source, os.path.abspath(mutant.file), "exec"), module.__dict__)


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, with a fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != _module(self.mutant.file):
            return None
        package = self.mutant.file.endswith("__init__.py")
        spec = importlib.util.spec_from_file_location(name, os.path.abspath(self.mutant.file), loader=self)
        if spec is not None and package:
            spec.submodule_search_locations = [os.path.dirname(os.path.abspath(self.mutant.file))]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        _execute(self.mutant, module)
