"""``python tests/fuzz [inputs=10000] [seed=1] [show=KIND:NUMBER]``: exits with 1 if any input ends as none may."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in (".", "helpers")]
sys.dont_write_bytecode = True

from fuzz.kinds import whole_tree  # noqa: E402
from fuzz.running import fuzz, judge, made  # noqa: E402


def show(kind: str, number: int, seed: int) -> int:
    """One input: what it is, and how it ends."""
    with tempfile.TemporaryDirectory() as folder:
        tree = whole_tree(Path(folder))
        given = made(kind, number, seed, tree)
        print(given.place, given.content[:4000].decode("utf-8", "backslashreplace"), sep="\n", end="\n\n")
        print(judge(given, tree))
    return 0


def main(words: list[str]) -> int:
    """Judge all inputs and say what was wrong, fault by fault."""
    said = {"inputs": "10000", "seed": "1"} | dict(word.split("=", 1) for word in words)
    if "show" in said:
        kind, number = said["show"].split(":")
        return show(kind, int(number), int(said["seed"]))
    found = fuzz(int(said["inputs"]), int(said["seed"]))
    for kind, tally in found.items():
        ended = ", ".join(f"{count} {how}" for how, count in sorted(tally.ended.items()))
        print(f"{kind:<10} {ended}; slowest {tally.slowest:.2f} s; {len(tally.faults)} faults")
    for kind, tally in found.items():
        for fault, at in tally.faults.items():
            print(f"\n--- {kind}: {len(at)} inputs, the first {kind}:{at[0]}\n{fault}")
    return int(any(tally.faults for tally in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
