"""Run one reader and judge what it does: how it ends, how long it takes, and what it writes."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import SimError

SECONDS = 2.0
"""Of the processor: on a busy machine the clock on the wall says nothing."""
CHANGES = {
    "os.mkdir",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "shutil.rmtree",
}


@dataclass
class Watch:
    """What is written while a reader runs."""

    active: bool = False
    allowed: tuple[Path, ...] = ()
    written: tuple[str, ...] = ()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook: note every file that is opened for writing, made, moved or removed."""
        if not self.active:
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, str | bytes | os.PathLike) or not (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event in CHANGES:
            path = arguments[0]
        else:
            return
        place = Path(os.path.abspath(os.fsdecode(path)))
        if not any(place.is_relative_to(folder) for folder in self.allowed):
            self.written = (*self.written, f"{event} {place}")


WATCH = Watch()
sys.addaudithook(WATCH.hear)


@contextmanager
def watched(*allowed: Path) -> Iterator[Watch]:
    """Watch what is written below none of these folders."""
    WATCH.active, WATCH.allowed, WATCH.written = True, allowed, ()
    try:
        yield WATCH
    finally:
        WATCH.active = False


@dataclass(frozen=True)
class Verdict:
    """How one input ended: ``refused`` or ``read``, and what is wrong with that, if anything."""

    ended: str
    seconds: float
    fault: str | None


def judged(read: Callable[[], object], *allowed: Path) -> Verdict:
    """Read one input and say what is wrong with how that went."""
    began, ended, fault = time.process_time(), "read", None
    with watched(*allowed) as watch:
        try:
            read()
        except SimError as refusal:
            ended = "refused"
            fault = None if str(refusal).strip() else "a refusal without a word"
        except Exception:
            ended, fault = "broken", traceback.format_exc(limit=-4)
    seconds = time.process_time() - began
    if fault is None and seconds > SECONDS:
        fault = f"took {seconds:.1f} s"
    if fault is None and watch.written:
        fault = "wrote " + ", ".join(watch.written[:5])
    return Verdict(ended, seconds, fault)
