"""The one place where kernels are compiled, and where compiled code is kept.

Numba's disk cache looks only at the file a kernel is written in, not at the kernels that it calls. So each module's code is
kept in a folder that carries a digest of every file the module is made from, wherever that folder lies: a changed rule never
meets a stale caller, and code whose sources did not change is not compiled again.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numba

from sim.numerics.closure import closure, digest_of

F = TypeVar("F", bound=Callable[..., Any])

CONFIG: Any = numba.config
ROOT = Path(__file__).resolve().parents[1]
WHERE = "NUMBA_CACHE_DIR"
NO_MATTER = (WHERE, "NUMBA_NUM_THREADS")
"""Variables of Numba that change nothing in the code that it makes."""
LOCATOR = "UserProvidedCacheLocator"
"""Of Numba's ways to find a folder the one that takes what it is given, and no other instead."""
TEMPORARY = """\
编译结果无处保存，本次存入临时文件夹 {folder}，用后即删；要保留请将 NUMBA_CACHE_DIR 设为可写的文件夹
no folder for compiled code can be written: it is kept in {folder} until the program ends; set NUMBA_CACHE_DIR to keep it"""
NOWHERE = "编译结果无处保存 / compiled code can be kept nowhere: set NUMBA_CACHE_DIR to a folder that can be written"
_kept: dict[str, Path] = {}
"""Module -> folder of its compiled code."""


def compiled() -> bool:
    """Whether earlier runs have left compiled code, or nothing is to be compiled."""
    return bool(CONFIG.DISABLE_JIT) or any(next(folder.rglob("*.nbi"), None) for folder in _kept.values())


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept: ``NUMBA_CACHE_DIR``, else the user's cache, else a temporary folder; None: nowhere."""
    usable = next((place for place in _places() if _writable(place)), None)
    return usable or _temporary()


def _places() -> list[Path]:
    """Folders in the order in which they are tried."""
    given = [Path(os.environ[WHERE]).absolute()] if os.environ.get(WHERE) else []
    caches = [Path(os.environ.get("XDG_CACHE_HOME", "")), Path(os.path.expanduser("~")) / ".cache"]
    return [*given, *(place / "tradein" for place in caches if place.is_absolute())]


def _writable(folder: Path) -> bool:
    """Try it: rights alone do not tell of full or read-only disks."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _temporary() -> Path | None:
    """A folder of this process and of those that it starts; says so, once."""
    try:
        folder = tempfile.mkdtemp(prefix="tradein-")
    except OSError:
        print(NOWHERE, file=sys.stderr)
        return None
    atexit.register(_remove, folder, os.getpid())
    os.environ[WHERE] = folder
    print(TEMPORARY.format(folder=folder), file=sys.stderr)
    return Path(folder)


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def code_digest(module: str) -> str:
    """Digest of everything that the compiled code of a module is made from: files, interpreter, settings of Numba.

    A module that is none of the package's may call any kernel of it.
    """
    ours = module.split(".")[0] == ROOT.name
    everything = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
    names = closure(ROOT, module, types=True) if ours else everything
    numbas = sorted((n, v) for n, v in os.environ.items() if n.startswith("NUMBA_") and n not in NO_MATTER)
    return digest_of(ROOT, names, f"{sys.version} {numbas}")


@contextmanager
def _keeping(module: str) -> Iterator[bool]:
    """Let Numba keep what is declared meanwhile in the folder of its module; whether there is one."""
    base = cache_folder()
    if base is not None and module not in _kept:
        _kept[module] = base / f"{module}-{code_digest(module)}"
    before = CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES
    CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES = str(_kept.get(module, "")), LOCATOR
    try:
        yield module in _kept
    finally:
        CONFIG.CACHE_DIR, CONFIG.CACHE_LOCATOR_CLASSES = before


if TYPE_CHECKING:

    def kernel(function: F) -> F:
        """Compile ``function`` on first use."""
        return function

    def in_place(function: F) -> F:
        """Compile ``function``, which makes no arrays, on first use."""
        return function

    def leaf(function: F) -> F:
        """Compile ``function``, which neither makes nor returns arrays, into whatever kernel calls it."""
        return function

    def view(function: F) -> F:
        """Compile ``function``, which returns parts of arrays, into whatever kernel calls it; not into one in place."""
        return function

    def prefetch(array: Any, index: int) -> None:
        """Ask the processor to bring ``array[index]`` into its cache; changes nothing, and any index is harmless."""

else:
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic, overload

    # Whether references are counted is said of every function: one that does not say it would take it over from whatever calls
    # it first, and hand arrays on uncounted to the next.
    PLAIN = {"nogil": True, "error_model": "numpy"}

    def kernel(function):
        """Compile ``function`` on first use: no Python objects, no GIL, IEEE arithmetic in the order written.

        Without fast-math and with our own ``exp`` and ``log`` every processor gives the same bits. The plain function
        stays reachable as ``.py_func``; ``NUMBA_DISABLE_JIT=1`` runs everything uncompiled.
        """
        with _keeping(function.__module__) as cache:
            return numba.njit(function, cache=cache, **PLAIN, _nrt=True)

    def in_place(function):
        """Compile a function that makes no arrays on first use: it counts no references to those that it is handed.

        Counting costs a call and an atomic addition wherever an array is taken out of a named tuple, in loops too.
        """
        with _keeping(function.__module__) as cache:
            return numba.njit(function, cache=cache, **PLAIN, _nrt=False)

    def leaf(function):
        """Compile a small function that neither makes nor returns arrays; always inlined, so that loops vectorise."""
        with _keeping(function.__module__) as cache:
            return numba.njit(function, cache=cache, **PLAIN, forceinline=True, _nrt=False)

    def view(function):
        """Compile a small function that returns parts of arrays, which are counted; for kernels alone, always inlined."""
        with _keeping(function.__module__) as cache:
            return numba.njit(function, cache=cache, **PLAIN, forceinline=True, _nrt=True)

    def prefetch(array, index):
        """Ask the processor to bring ``array[index]`` into its cache; changes nothing, and any index is harmless."""

    @intrinsic
    def _prefetch(typing, array, index):
        def generate(context, builder, signature, arguments):
            column = context.make_array(array)(context, builder, arguments[0])
            start = builder.bitcast(column.data, ir.IntType(8).as_pointer())
            step = builder.extract_value(column.strides, 0)
            byte, word = builder.gep(start, [builder.mul(arguments[1], step)]), ir.IntType(32)
            told = ir.FunctionType(ir.VoidType(), [byte.type, word, word, word])
            function = builder.module.declare_intrinsic("llvm.prefetch", [byte.type], told)
            builder.call(function, [byte, word(0), word(3), word(1)])
            return context.get_dummy_value()

        return types.void(array, types.intp), generate

    @overload(prefetch, inline="always")
    def _prefetch_array(array, index):
        return lambda array, index: _prefetch(array, index)
