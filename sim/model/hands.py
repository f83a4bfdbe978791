"""What concerns one category alone is done for all of them by so many threads; kernels run without Python's lock.

Categories share nothing that these stages write, so neither the number of threads nor their order changes a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def each(names: Iterable[str], work: Callable[[str], T], threads: int) -> dict[str, T]:
    """``work`` of every name, begun in this order."""
    if threads == 1:
        return {name: work(name) for name in names}
    with ThreadPoolExecutor(threads) as pool:
        begun = {name: pool.submit(work, name) for name in names}
        return {name: done.result() for name, done in begun.items()}
