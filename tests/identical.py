"""Run the district in different ways on this machine and compare the fingerprints: ``make identical``.

``python tests/identical.py [INTERPRETER ...] [OVERRIDE ...]``; an interpreter without the locked dependencies gets an
environment of its own, outside the project. Writes docs/trust/identical.md, and exits with 1 if a digest differs.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sim.report.generated import generated  # noqa: E402

PAGE = "docs/trust/identical.md"
HOME = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tradein" / "identical"
LOCKS = (("--require-hashes", "requirements-build.lock"), ("--require-hashes", "requirements.lock"))
PROBE = """
import json, platform
import numpy, numba, llvmlite.binding as llvm
from numba.core import config
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
name = config.CPU_NAME or llvm.get_host_cpu_name()
wide = [each for each in __cpu_dispatch__ if __cpu_features__[each]]
print(json.dumps({"python": platform.python_version(), "numpy": numpy.__version__, "numba": numba.__version__, "cpu": name,
                  "wide": wide}))
"""
AVX512 = ("X86_V4", "AVX512")
PYTHONS = ("3.11", "3.13")


class Machine(NamedTuple):
    """What one interpreter finds under one environment."""

    python: str
    numpy: str
    numba: str
    cpu: str
    wide: list[str]


class Way(NamedTuple):
    """One way to run: its name, the interpreter, and what is set in the environment."""

    name: str
    python: str
    environment: dict[str, str]


class Row(NamedTuple):
    """What came out of it."""

    way: Way
    machine: Machine
    seconds: float
    digest: str


def _ask(way: Way, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **way.environment}
    told = subprocess.run([way.python, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"{way.name}: {' '.join(words)[:60]} failed\n{told.stderr}")
    return told.stdout


def probe(way: Way) -> Machine:
    """What the interpreter finds."""
    return Machine(**json.loads(_ask(way, "-c", PROBE)))


def prepared(python: str) -> str:
    """The interpreter, if it has what is locked; else one in an environment made for it."""
    if subprocess.run([python, "-c", "import mesa, numba, pandas"], capture_output=True, check=False).returncode == 0:
        return python
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
    )
    if version.returncode:
        raise SystemExit(f"{python}: no such interpreter\n{version.stderr}")
    folder = HOME / version.stdout.strip()
    inside = str(folder / "bin" / "python")
    if not Path(inside).exists():
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    for options in (LOCKS[0], (*LOCKS[1], "--no-deps", "--no-build-isolation")):
        hashes, lock, *rest = options
        subprocess.run([inside, "-m", "pip", "install", "-qq", hashes, *rest, "-r", str(ROOT / lock)], check=True)
    return inside


def _narrow(usual: Machine, avx2: bool) -> dict[str, str]:
    """Environment in which neither compiled kernels nor NumPy nor OpenBLAS use AVX-512 (or AVX2 either)."""
    off = [each for each in usual.wide if not avx2 or each.startswith(AVX512)]
    name, core = ("haswell", "Haswell") if avx2 else ("nehalem", "Nehalem")
    told = {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": "", "OPENBLAS_CORETYPE": core}
    return told | ({"NPY_DISABLE_CPU_FEATURES": " ".join(off)} if off else {})


def _threads(count: int) -> dict[str, str]:
    return dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(count))


def ways(others: list[str]) -> list[Way]:
    """Everything that is to be compared; the first is the yardstick."""
    own = sys.executable
    usual = probe(Way("usual", own, {}))
    found = [
        Way("as it is", own, {}),
        Way("one thread", own, _threads(1)),
        Way("two threads", own, _threads(2)),
        Way("without AVX-512", own, _narrow(usual, avx2=True)),
        Way("without AVX-512 and AVX2", own, _narrow(usual, avx2=False)),
    ]
    for python in map(prepared, others):
        version = probe(Way(python, python, {})).python
        found += [
            Way(f"Python {version}", python, {}),
            Way(f"Python {version} without AVX2", python, _narrow(usual, avx2=False)),
        ]
    return found


def measured(way: Way, overrides: list[str]) -> Row:
    """Run once; the digest is that of all tables together."""
    began = time.perf_counter()
    told = _ask(way, "-m", "sim", "fingerprint", "language=en", *overrides)
    row = Row(way, probe(way), time.perf_counter() - began, told.split()[-3])
    print(f"{row.digest}  {row.seconds:6.0f} s  {way.name}", flush=True)
    return row


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())


def _not_tried(rows: list[Row], has_512: bool) -> list[str]:
    """What this machine could not show, in a paragraph of the page; nothing if it could show all."""
    pythons = {".".join(row.machine.python.split(".")[:2]) for row in rows}
    missing = [] if has_512 else ["with AVX-512 (this processor has none, so that turning it off changes nothing here)"]
    missing += [f"Python {version} (not given to the command)" for version in PYTHONS if version not in pythons]
    return [f"Not tried: {'; '.join(missing)}.", ""] if missing else []


def page(rows: list[Row], overrides: list[str]) -> str:
    """The table as a page."""
    first = rows[0].machine
    has_512 = any(each.startswith(AVX512) for each in first.wide)
    same = len({row.digest for row in rows}) == 1
    lines = [
        generated("make identical").rstrip(),
        "# Identical integers",
        "",
        "One run of the district by `python -m sim fingerprint"
        + "".join(f" {each}" for each in overrides)
        + "` in each of these ways; "
        "the digest covers every row of every table, integers and exact floats.",
        "",
        f"Processor: {_processor()}. " + ("All digests are equal." if same else "**Digests differ.**"),
        "",
        *_not_tried(rows, has_512),
        "| Way | Python | NumPy | Numba | kernels compiled for | NumPy's wide loops | digest |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        m = row.machine
        wide_loops = " ".join(m.wide) or "none"
        lines.append(f"| {row.way.name} | {m.python} | {m.numpy} | {m.numba} | {m.cpu} | {wide_loops} | `{row.digest}` |")
    return "\n".join([*lines, ""])


def main(words: list[str]) -> int:
    """Compare; 0 if all are equal."""
    overrides = [word for word in words if "=" in word or word == "full"]
    rows = [measured(way, overrides) for way in ways([word for word in words if word not in overrides])]
    (ROOT / PAGE).write_text(page(rows, overrides), encoding="utf-8")
    print(PAGE)
    return int(len({row.digest for row in rows}) > 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
