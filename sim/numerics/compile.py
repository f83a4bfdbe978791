"""The one place where kernels are compiled.

Numba's disk cache looks only at the file a kernel is written in, not at the kernels that it calls; so the cache folder
carries a digest of every file that kernels are made from, and a changed rule can never meet a stale caller.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


ROOT = Path(__file__).parents[1]
AROUND = ("__main__.py", "cli.py", "config", "dashboard", "report", "runs", "studies")
"""Files and folders of the package that change no number of a run ..."""
DECIDING = ("runs/once.py", "runs/result.py", "runs/draws.py", "runs/as_known.py", "runs/reference_year")
"""... but for these in them."""
IMPORTED = re.compile(r"^\s*(?:from|import) sim\.([\w.]+)", re.MULTILINE)


@cache
def model_version() -> str:
    """Digest of the source files that decide what comes out of a run; results are kept under it."""
    names = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.rglob("*.py"))]
    return _digest("", [n for n in names if n.split("/")[0] not in AROUND or n.startswith(DECIDING)])


def kernel_files() -> list[str]:
    """Files that hold kernels, and those that they import; settings never reach a kernel."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py")}
    marked = re.compile(r"^from sim.numerics.compile import.*(kernel|leaf)", re.MULTILINE)
    found = {name for name, text in texts.items() if marked.search(text)}
    todo = list(found)
    while todo:
        for module in IMPORTED.findall(texts[todo.pop()]):
            name = module.replace(".", "/") + ".py"
            if name in texts and name not in found and name != "settings.py":
                found.add(name)
                todo.append(name)
    return sorted(found)


def _digest(told: str, names: list[str]) -> str:
    digest = hashlib.blake2b(told.encode(), digest_size=8)
    for name in names:
        digest.update(name.encode())
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _cache_folder() -> str:
    """Folder of the code compiled from these sources by this interpreter; ``NUMBA_CACHE_DIR`` moves it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    told = f"{sys.version} {os.environ.get('NUMBA_BOUNDSCHECK', '')}"
    return os.path.join(base, "tradein", "kernels-" + _digest(told, kernel_files()))


def compiled() -> bool:
    """Whether earlier runs have left compiled code, or nothing is to be compiled."""
    return os.environ.get("NUMBA_DISABLE_JIT") == "1" or any(Path(os.environ["NUMBA_CACHE_DIR"]).rglob("*.nbi"))


os.environ.setdefault("NUMBA_CACHE_DIR", _cache_folder())

import numba  # noqa: E402  (reads NUMBA_CACHE_DIR when it is imported)

if TYPE_CHECKING:

    def kernel(function: F) -> F:
        """Compile ``function`` on first use."""
        return function

    def leaf(function: F) -> F:
        """Compile ``function`` into whatever kernel calls it."""
        return function

    def prefetch(array: Any, index: int) -> None:
        """Ask the processor to bring ``array[index]`` into its cache; changes nothing, and any index is harmless."""

else:
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic, overload

    def kernel(function):
        """Compile ``function`` on first use: no Python objects, no GIL, IEEE arithmetic in the order written.

        Without fast-math and with our own ``exp`` and ``log`` every processor gives the same bits. The plain function
        stays reachable as ``.py_func``; ``NUMBA_DISABLE_JIT=1`` runs everything uncompiled.
        """
        return numba.njit(function, cache=True, nogil=True, error_model="numpy")

    def leaf(function):
        """Compile a small function and always inline it, so that the loops round it vectorise."""
        return numba.njit(function, cache=True, nogil=True, error_model="numpy", forceinline=True)

    def prefetch(array, index):
        """Ask the processor to bring ``array[index]`` into its cache; changes nothing, and any index is harmless."""

    @intrinsic
    def _prefetch(typing, array, index):
        def generate(context, builder, signature, arguments):
            data = context.make_array(array)(context, builder, arguments[0]).data
            byte = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
            word = ir.IntType(32)
            told = ir.FunctionType(ir.VoidType(), [byte.type, word, word, word])
            function = builder.module.declare_intrinsic("llvm.prefetch", [byte.type], told)
            builder.call(function, [byte, word(0), word(3), word(1)])
            return context.get_dummy_value()

        return types.void(array, types.intp), generate

    @overload(prefetch, inline="always")
    def _prefetch_array(array, index):
        return lambda array, index: _prefetch(array, index)
