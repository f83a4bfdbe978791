"""Which test runs which line, and how long it takes uncompiled: the tests of a room once, under coverage."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest

from mutation.mutants import Mutant
from mutation.trying import OPTIONS

LONGEST = 5
"""Seconds of the processor after which a test is too slow, uncompiled, to be run for every fault."""
FEW_SECONDS, FEW = 3.0, 80
"""Tests of a line are taken from the quickest on, until they take so long together, or are so many."""


@dataclass(frozen=True)
class Covering:
    """Tests by file and line, and what each costs."""

    lines: dict[str, dict[str, list[str]]]
    seconds: dict[str, float]

    def tests(self, mutant: Mutant) -> list[str]:
        """The quickest tests that run the line; for what runs on import alone, first those that run anything of the file."""
        of_file = self.lines.get(mutant.file, {})
        reached, first = set(of_file.get(str(mutant.line), ())), set[str]()
        if not reached and str(mutant.line) in of_file:
            reached, first = set(self.seconds), {test for tests in of_file.values() for test in tests}
        taken, total = [], 0.0
        for test in sorted(reached, key=lambda test: (test not in first, self.seconds[test], test)):
            total += self.seconds[test]
            if taken and (total > FEW_SECONDS or len(taken) == FEW):
                break
            taken.append(test)
        return taken

    def limit(self, tests: list[str]) -> float:
        """Seconds after which these tests are taken to hang."""
        return 10.0 + 4.0 * sum(self.seconds[test] for test in tests)


class TooSlow(BaseException):
    """Not an Exception: no test may catch it."""


class Recorder:
    """A plug-in of pytest that gives every test a context of its own."""

    def __init__(self, cover: coverage.Coverage) -> None:
        self.cover = cover
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.cover.switch_context(item.nodeid)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        began = time.process_time()
        try:
            result = yield
            self.seconds[item.nodeid] = time.process_time() - began
            return result
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


def _stop(*_: object) -> None:
    raise TooSlow


def record(tests: list[str], packages: list[str], place: Path) -> None:
    """Run the tests and write {lines: {file: {line: [tests]}}, seconds: {test: seconds}}; failed and slow ones are left out."""
    cover = coverage.Coverage(data_file=None, source=packages, config_file=False)
    recorder = Recorder(cover)
    cover.start()
    pytest.main([*OPTIONS, *tests], plugins=[recorder])
    cover.stop()
    data = cover.get_data()
    lines: dict[str, dict[str, list[str]]] = {}
    for file in data.measured_files():
        shown = Path(file).relative_to(Path.cwd()).as_posix()
        contexts = data.contexts_by_lineno(file)
        lines[shown] = {str(line): sorted(set(names) & recorder.seconds.keys()) for line, names in contexts.items()}
    place.parent.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"lines": lines, "seconds": recorder.seconds}
    place.write_text(json.dumps(told), encoding="utf-8")


def read(place: Path) -> Covering:
    """What ``record`` has written."""
    return Covering(**json.loads(place.read_text(encoding="utf-8")))
