"""Standard output and error that no reader can break: who leaves early, or a full disk, does not stop the work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

ENCODING = "PYTHONIOENCODING"


class Enduring:
    """A stream that stops writing once it cannot, keeps in mind why, and is like the one it stands for in all else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write; how much was taken."""
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Hand on what was written."""
        self._try(self._stream.flush)

    def _try(self, act: Callable[[], object]) -> None:
        if self.failure is not None:
            return
        try:
            act()
        except OSError as error:
            self.failure = error
            # What the stream still holds would fail again when the interpreter ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


@contextmanager
def enduring() -> Iterator[tuple[Enduring, Enduring]]:
    """Standard output and error of this kind; they show marks for what their encoding lacks, UTF-8 unless another is chosen."""
    before = sys.stdout, sys.stderr
    for stream in before:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if os.environ.get(ENCODING) else "utf-8", errors="replace")
    out, told = Enduring(sys.stdout), Enduring(sys.stderr)
    sys.stdout, sys.stderr = out, told
    try:
        yield out, told
    finally:
        out.flush()
        told.flush()
        sys.stdout, sys.stderr = before
