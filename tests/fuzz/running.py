"""Make inputs one after the other and have them judged; every input can be made again from its kind and number."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz.kinds import KINDS, Input, whole_tree
from fuzz.watch import Verdict, judged


@dataclass
class Tally:
    """How the inputs of a kind ended; the slowest; and what went wrong, with the number of the first input that shows it."""

    ended: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: dict[str, list[int]] = field(default_factory=dict)

    def add(self, number: int, verdict: Verdict) -> None:
        self.ended[verdict.ended] += 1
        self.slowest = max(self.slowest, verdict.seconds)
        if verdict.fault is not None:
            self.faults.setdefault(verdict.fault, []).append(number)


def made(kind: str, number: int, seed: int, tree: Path) -> Input:
    """One input; equal for equal kind, number and seed."""
    return KINDS[kind][1](Random(f"fuzz/{seed}/{kind}/{number}"), tree)


def judge(given: Input, tree: Path) -> Verdict:
    """Put an input in its place, read it, and put back what stood there."""
    place = tree / given.place
    good = place.read_bytes() if place.exists() else None
    for name, content in {**given.beside, given.place: given.content}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
    try:
        return judged(lambda: given.read(tree))
    finally:
        if good is None:
            place.unlink()
        else:
            place.write_bytes(good)


def numbers(inputs: int) -> Iterator[tuple[str, int]]:
    """So many inputs, shared out among the kinds."""
    for kind, (share, _) in KINDS.items():
        for number in range(max(inputs * share // 100, 1)):
            yield kind, number


def fuzz(inputs: int, seed: int) -> dict[str, Tally]:
    """Judge so many inputs; kind -> tally."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        tree = whole_tree(folder)
        found = {kind: Tally() for kind in KINDS}
        for kind, number in numbers(inputs):
            found[kind].add(number, judge(made(kind, number, seed, tree), tree))
        return found
    finally:
        shutil.rmtree(folder)
