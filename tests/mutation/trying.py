"""Try one fault: a child of a warm process imports the file with the fault in it and runs the tests that reach its line."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import time
from collections.abc import Sequence
from types import ModuleType

import pytest

from mutation.mutants import Mutant

SURVIVED, KILLED, UNREACHED = "survived", "killed", "unreached"


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, with a fault in it."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant
        self.module = mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.module:
            return None
        package = self.mutant.file.endswith("__init__.py")
        spec = importlib.util.spec_from_file_location(name, os.path.abspath(self.mutant.file), loader=self)
        if spec is not None and package:
            spec.submodule_search_locations = [os.path.dirname(os.path.abspath(self.mutant.file))]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.mutant.source, os.path.abspath(self.mutant.file), "exec"), module.__dict__)


def _run(mutant: Mutant, tests: Sequence[str]) -> int:
    """In the child: 0 if no test notices."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sys.meta_path.insert(0, _Faulty(mutant))
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


def tried(mutant: Mutant, tests: Sequence[str], limit: float) -> str:
    """Whether a test fails, or none ends within ``limit`` seconds."""
    if not tests:
        return UNREACHED
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _run(mutant, tests)
        finally:
            os._exit(min(code, 1))
    began = time.monotonic()
    while time.monotonic() - began < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return SURVIVED if status == 0 else KILLED
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return KILLED
