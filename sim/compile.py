"""The one place where kernels are compiled.

Numba's disk cache looks only at the file a kernel is written in, not at the kernels that it calls; so the cache folder
carries a digest of every source file, and a changed rule can never meet a stale caller.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def sources_digest() -> str:
    """Digest of all of the package's source files, of the interpreter's version, and of whether bounds are checked."""
    told = f"{sys.version} {os.environ.get('NUMBA_BOUNDSCHECK', '')}"
    digest = hashlib.blake2b(told.encode(), digest_size=8)
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _cache_folder() -> str:
    """Folder of the compiled code; ``NUMBA_CACHE_DIR`` moves it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "tradein", "kernels-" + sources_digest())


os.environ.setdefault("NUMBA_CACHE_DIR", _cache_folder())

import numba  # noqa: E402  (reads NUMBA_CACHE_DIR when it is imported)

if TYPE_CHECKING:

    def kernel(function: F) -> F:
        """Compile ``function`` on first use."""
        return function

    def leaf(function: F) -> F:
        """Compile ``function`` into whatever kernel calls it."""
        return function

else:

    def kernel(function):
        """Compile ``function`` on first use: no Python objects, no GIL, IEEE arithmetic in the order written.

        Without fast-math and with our own ``exp`` and ``log`` every processor gives the same bits. The plain function
        stays reachable as ``.py_func``; ``NUMBA_DISABLE_JIT=1`` runs everything uncompiled.
        """
        return numba.njit(function, cache=True, nogil=True, error_model="numpy")

    def leaf(function):
        """Compile a small function and always inline it, so that the loops round it vectorise."""
        return numba.njit(function, cache=True, nogil=True, error_model="numpy", forceinline=True)
