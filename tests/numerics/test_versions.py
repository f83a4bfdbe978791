"""What decides numbers is in the version of the model and in the place of compiled code, and nothing else is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from elsewhere import PYTHONPATH

from sim.numerics.closure import closure, digest_of
from sim.runs.store.version import model_version, version_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = {
    "__init__.py": (
        "from shop import signs\nif TYPE_CHECKING:\n    from shop import catalogue\ndef late():\n    import shop.desk\n"
    ),
    "till.py": (
        "from __future__ import annotations\nimport importlib\nfrom typing import TYPE_CHECKING\nfrom shop.goods import price\n"
        "from . import drawer\nif TYPE_CHECKING:\n    from shop.layout import Layout\n"
        "def open():\n    import shop.goods.weight\n    return importlib.import_module(f'shop.taxes.{price}')\n"
    ),
    "goods/__init__.py": "",
    "goods/price.py": "",
    "goods/weight.py": "import json\n",
    "goods/unsold.py": "",
    "taxes/__init__.py": "",
    "taxes/sales.py": "",
    "taxes/stamp.py": "from ..coins import fen\n",
    "coins.py": "fen = 1\n",
    "drawer.py": "",
    "layout.py": "import shop.goods.unsold\n",
    "signs.py": "",
    "desk.py": "",
    "catalogue.py": "",
}
USED = {
    "__init__.py", "till.py", "goods/__init__.py", "goods/price.py", "goods/weight.py", "taxes/__init__.py", "taxes/sales.py",
    "taxes/stamp.py", "coins.py", "drawer.py", "signs.py",
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in PACKAGE.items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "shop"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program's own sources, to be changed."""
    return Path(shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__", "fonts")))


def changed(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\nCHANGED = True\n")


# closures -----------------------------------------------------------------------------------------------------------


def test_late_imports_relative_imports_and_members_by_name_belong_to_a_module(shop: Path) -> None:
    assert set(closure(shop, "shop.till")) == USED


def test_imports_for_types_alone_belong_to_compiled_code_only(shop: Path) -> None:
    assert set(closure(shop, "shop.till", types=True)) == USED | {"layout.py", "goods/unsold.py"}


def test_a_package_that_is_asked_itself_may_call_its_functions(shop: Path) -> None:
    (shop / "drawer.py").write_text("from shop import late\n")
    assert set(closure(shop, "shop.till")) == USED | {"desk.py"}


@pytest.mark.parametrize("text", ["import_module(name)", "import_module(f'{name}.till')", "import_module('shop.' + name)"])
def test_an_import_that_does_not_say_of_what_is_refused(shop: Path, text: str) -> None:
    (shop / "coins.py").write_text(f"from importlib import import_module\n{text}\n")
    with pytest.raises(ValueError, match=r"shop\.coins"):
        closure(shop, "shop.till")


def test_a_module_that_is_not_there_is_refused(shop: Path) -> None:
    (shop / "coins.py").write_text("import shop.gone\n")
    with pytest.raises(ModuleNotFoundError, match=r"shop\.gone"):
        closure(shop, "shop.till")


# the version of the model -------------------------------------------------------------------------------------------


def deciding() -> set[str]:
    """Modules that are loaded once runs have been simulated and constants solved, whatever the text of the sources says."""
    program = (
        "import json, sys\nfrom model_settings import small\nfrom sim.runs.worker import MODEL\n"
        "MODEL.run(small('clock.end=2023-01', scale=0.002), 1, 1)\n"
        "json.dump([m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'sim'], sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=True
    )
    return {Path(file).resolve().relative_to(ROOT / "sim").as_posix() for file in json.loads(done.stdout)}


def test_every_module_that_a_run_loads_is_in_the_version_but_the_reading_of_settings() -> None:
    outside = deciding() - set(closure(ROOT / "sim", "sim.runs.worker"))
    assert {name.split("/")[0] for name in outside} == {"config"}, "settings are digested as they are, not as they are read"


def test_the_version_of_the_sources_is_that_of_an_equal_copy(copy: Path) -> None:
    assert version_of(copy) == model_version()


def test_whatever_a_run_is_made_from_changes_the_version(copy: Path) -> None:
    names = closure(copy, "sim.runs.worker")
    seen = {version_of(copy)}
    for name in names:
        changed(copy / name)
        seen.add(digest_of(copy, names))
    assert len(seen) == len(names) + 1
    assert digest_of(copy, names) == version_of(copy)


def test_what_tells_shows_and_keeps_results_leaves_the_version(copy: Path) -> None:
    inside = set(closure(copy, "sim.runs.worker"))
    outside = [path for path in copy.rglob("*.py") if path.relative_to(copy).as_posix() not in inside]
    rooms = {path.relative_to(copy).as_posix().split("/")[0] for path in outside}
    assert {"cli.py", "dashboard", "report", "config", "studies"} <= rooms
    for path in outside:
        changed(path)
    (copy / "report" / "another.py").write_text("")
    assert version_of(copy) == model_version()


@pytest.mark.parametrize("package", ["indicators", "policy/instruments"])
def test_a_new_indicator_or_instrument_changes_the_version(copy: Path, package: str) -> None:
    (copy / package / "brand_new.py").write_text("")
    assert version_of(copy) != model_version()


# compiled code ------------------------------------------------------------------------------------------------------

INNER = "from sim.numerics.compile import leaf\n@leaf\ndef rate(x):\n    return x + {}\n"
OUTER = "from sim.numerics.compile import kernel\nfrom sim.inner import rate\n@kernel\ndef due(x):\n    return 10 * rate(x)\n"
APART = "from sim.numerics.compile import kernel\n@kernel\ndef same(x):\n    return x\n"
ASKING = "from sim.outer import due\nfrom sim.apart import same\nprint(due(1) + same(0))"


@pytest.fixture
def kernels(copy: Path) -> Path:
    """The sources with three small modules more: a rule, a kernel that follows it, and one that does not."""
    for name, text in (("inner", INNER.format(1)), ("outer", OUTER), ("apart", APART)):
        (copy / f"{name}.py").write_text(text)
    return copy


def asked(kernels: Path, **variables: str) -> tuple[int, str]:
    """What the kernels answer in a process of its own, and what is said on the way."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_CACHE", "XDG_"))}
    environment = {**kept, "PYTHONPATH": str(kernels.parent), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run([sys.executable, "-c", ASKING], env=environment, capture_output=True, text=True, cwd=kernels.parent)
    assert done.returncode == 0, done.stderr
    return int(done.stdout), done.stderr


def folders(place: Path) -> set[str]:
    """Modules with compiled code, and its digests."""
    return {path.parent.parent.name for path in place.rglob("*.nbi")}


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_a_changed_rule_is_compiled_again_wherever_compiled_code_is_kept(kernels: Path, tmp_path: Path, variable: str) -> None:
    place = tmp_path / "kept"
    assert asked(kernels, **{"HOME": "/dev/null", variable: str(place)}) == (20, "")
    before = folders(place)
    (kernels / "inner.py").write_text(INNER.format(2))
    assert asked(kernels, **{"HOME": "/dev/null", variable: str(place)}) == (30, "")
    modules = sorted(name.rpartition("-")[0] for name in folders(place) - before)
    assert modules == ["sim.inner", "sim.outer"], "sim.apart is not made from the rule"
    assert not list(kernels.rglob("*.nbi")), "no code lies beside the sources, where no digest tells what it was made from"


def test_a_choice_of_numba_finds_no_folder_without_a_digest(kernels: Path, tmp_path: Path) -> None:
    chosen = {"NUMBA_CACHE_LOCATOR_CLASSES": "InTreeCacheLocator", "XDG_CACHE_HOME": str(tmp_path / "kept")}
    assert asked(kernels, **chosen) == (20, "")
    assert {name.rpartition("-")[0] for name in folders(tmp_path / "kept")} == {"sim.inner", "sim.outer", "sim.apart"}
    assert not list(kernels.rglob("*.nbi"))


def test_where_nothing_can_be_kept_a_temporary_folder_is_used_and_named_and_removed(kernels: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    answer, said = asked(kernels, HOME="/dev/null", NUMBA_CACHE_DIR="/dev/null/kept", TMPDIR=str(temporary))
    assert answer == 20
    assert "NUMBA_CACHE_DIR" in said
    assert str(temporary / "tradein-") in said
    assert len(said.strip().splitlines()) == 2, "one line in each language"
    assert not list(temporary.iterdir())


def test_code_compiled_with_other_settings_of_numba_is_kept_apart(kernels: Path, tmp_path: Path) -> None:
    places = [{"XDG_CACHE_HOME": str(tmp_path), "NUMBA_BOUNDSCHECK": checked} for checked in ("0", "1")]
    assert [asked(kernels, **place) for place in places] == [(20, ""), (20, "")]
    assert len(folders(tmp_path)) == 6
