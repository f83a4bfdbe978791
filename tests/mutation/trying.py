"""Try one fault: a child of a process that has everything imported gets the fault and runs the tests that reach its line."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Sequence

import pytest

from mutation.mutants import Mutant
from mutation.planting import import_with, plant

SURVIVED, KILLED, UNREACHED = "survived", "killed", "unreached"
OPTIONS = (
    "-q",
    *("-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-W", "ignore:overflow encountered in scalar:RuntimeWarning"),
    *("-W", "ignore:Module already imported so cannot be rewritten"),
)
"""Of pytest: the words of luck wrap around, which plain Python remarks upon; the process is warm."""


def warm(tests: Sequence[str]) -> None:
    """Import the tests and what they need, once for all faults; runs none of them."""
    if pytest.main([*OPTIONS, "--collect-only", "-qq", *tests]) != pytest.ExitCode.OK:
        sys.exit("tests cannot be collected")


def _silenced(work: Callable[[], int]) -> int:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return work()


def _run(mutant: Mutant, tests: Sequence[str]) -> int:
    """In the child: 0 if no test notices."""
    if not plant(mutant):
        import_with(mutant)
    return int(pytest.main(["-x", *OPTIONS, *tests]))


def tried(mutant: Mutant, tests: Sequence[str], limit: float) -> str:
    """Whether a test fails, or they do not end within ``limit`` seconds of the processor, however busy the machine is."""
    if not tests:
        return UNREACHED
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, resource.RLIM_INFINITY))
            code = _silenced(lambda: _run(mutant, tests))
        finally:
            os._exit(min(code, 1))
    _, status = os.waitpid(child, 0)
    return SURVIVED if status == 0 else KILLED
