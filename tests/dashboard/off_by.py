"""How far the estimates of the dashboard are from single runs of the whole district: ``make estimates``.

``python tests/dashboard/off_by.py [OVERRIDE ...]``: turns levers of the page by chance and compares the differences that quick
looks find with those of single runs, which are kept in ``results.folder``. Writes docs/trust/estimates.md; its last number is
that of ``sim.dashboard.looks.OFF_BY``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sim.config import load_settings  # noqa: E402
from sim.dashboard.controls import Control, shown, touched  # noqa: E402
from sim.dashboard.differences import mean_gap  # noqa: E402
from sim.dashboard.looks import QUICK_SCALE, Look, quick, quick_kinds  # noqa: E402
from sim.report.generated import generated  # noqa: E402
from sim.runs.ensemble import gathered  # noqa: E402
from sim.runs.executors import open_executor  # noqa: E402
from sim.runs.plan import Plan  # noqa: E402
from sim.runs.schedule import carry_out, silent  # noqa: E402
from sim.runs.store.folder import Store  # noqa: E402
from sim.settings import Settings  # noqa: E402

PAGE = "docs/trust/estimates.md"
SEED = 18
SETTINGS = 9
SINGLE = 8
"""Settings of one lever; the others turn two."""
OUTLAY = "outlay"
NINE_OF_TEN = 0.9


TEXT = """\
# Estimates of the dashboard 仪表板估计值的误差

When a lever is moved, the page shows at once the median of the ensemble that is compared with, moved by a difference: that of
two runs of {scale} of the owners with the same random numbers, of the kinds of goods that the lever touches, with central
inputs. Later the difference is that of two runs of all goods at the scale of the ensemble; last, the ensemble itself takes
its place. 杠杆调整后，页面先显示估计值：基准情景集合预测的中位数，加上同一组随机数下小规模速算的差额；
随后换成全量单次运行的差额，最后换成集合预测。

Measured is how far a difference of quick looks is from that of single runs of the whole district. How far the latter is from
the difference of two ensembles' medians is not: ensembles of that many settings take hours. An estimate is therefore no more
than that, until the ensemble is there. 本页所测为速算差额与全量单次运行差额之间的误差；
后者与集合预测中位数之差未测（需数小时），因此集合预测完成之前只能当作估计。

Percent off: of the level that the estimate stands for. Promises that fall due before levers can change are left out, as nothing
moves them. The levers were turned by chance:

{levers}
## Quick looks against single runs of the whole district 速算与全量单次运行相比

{single}
## Seconds 用时

On one idle core of a server, in a worker that has looked before, a quick look at vehicles takes 4.2 to 4.7 s, at appliances
3.3 s, at equipment 3.7 s, at digital devices 1.2 s, at systems 0.7 s; a worker that has just begun takes a second more. The
look at what is compared with is made ready when the page starts. On a busy machine all takes longer.
空闲的一个核上，汽车类速算约4.5秒，家电约3.3秒，设备约3.7秒；机器繁忙时相应变慢。

Nine of ten within {within} %. The page of the dashboard says the next whole percent.
"""


class Turned(NamedTuple):
    """Levers that were turned, as typed, and what they give."""

    typed: tuple[str, ...]
    settings: Settings


class Off(NamedTuple):
    """By how much an estimate is off, in percent of the level that it stands for."""

    what: str
    """A promise, or the outlay."""
    number: int
    """Of the turned levers."""
    truth: float
    estimate: float
    off: float


def turned(words: Sequence[str]) -> list[Turned]:
    """One lever or two, set to a place of its slider by chance: always the same ones."""
    controls = [control for _, group in shown(load_settings(words)) for control in group if control.form == "number"]
    luck = np.random.default_rng(SEED)
    found = []
    for number in range(SETTINGS):
        chosen = luck.choice(len(controls), size=1 if number < SINGLE else 2, replace=False)
        typed = tuple(_placed(controls[place], luck) for place in chosen)
        found.append(Turned(typed, load_settings([*typed, *words])))
    return found


def _placed(control: Control, luck: np.random.Generator) -> str:
    steps = round((control.high - control.low) / control.step)
    return f"{control.key}={round(control.low + control.step * int(luck.integers(steps + 1)), 6):g}"


def simulated(many: Sequence[Settings]) -> list[Look]:
    """Looks at single runs of all goods with the central values."""
    plans = [Plan.of(each, seeds=1, draws=0) for each in many]
    with open_executor(many[0].executor) as executor:
        cells = sorted(carry_out(plans, Store(Path(many[0].results.folder)), executor, silent), key=lambda cell: cell.number)
    return [Look.of("central", gathered(cell)) for cell in cells]


def outlay(look: Look) -> float:
    """Yuan of all months, mean over the runs."""
    rows = look.monthly[(look.monthly["indicator"] == OUTLAY) & (look.monthly["group"] == "")]
    return float(rows["value"].sum()) / look.runs


def off(number: int, pair: tuple[Look, Look], truth: tuple[Look, Look]) -> list[Off]:
    """Every promise that falls due after levers can change, and the outlay: ``pair`` against ``truth``, turned and base."""
    settings, found = truth[0].settings, []
    for name, target in settings.targets.items():
        gap = mean_gap(name, target, *pair)
        if gap is None or target.by < settings.clock.levers_from:
            continue
        mine, theirs = (each.targets.loc[each.targets["id"] == name, "value"].median() for each in truth)
        found.append(_off(name, number, mine, theirs + gap))
    paid = [outlay(each) for each in (*truth, *pair)]
    return [*found, _off(OUTLAY, number, paid[0], paid[1] + paid[2] - paid[3])]


def _off(what: str, number: int, truth: float, estimate: float) -> Off:
    return Off(what, number, truth, estimate, 100.0 * abs(estimate - truth) / abs(truth))


def quick_pairs(base: Settings, many: Sequence[Turned]) -> list[tuple[Look, Look]]:
    """Quick looks at turned levers, and at the base with the same goods."""
    kinds = [quick_kinds(touched(base, each.settings)) for each in many]
    bases = {mine: quick(base, mine) for mine in dict.fromkeys(kinds)}
    return [(quick(each.settings, mine), bases[mine]) for each, mine in zip(many, kinds, strict=True)]


def beside_single(words: Sequence[str], many: Sequence[Turned]) -> list[Off]:
    """Quick looks against single runs of the whole district."""
    base = load_settings(words)
    whole = simulated([base, *(each.settings for each in many)])
    pairs = quick_pairs(base, many)
    return [row for n, (pair, mine) in enumerate(zip(pairs, whole[1:], strict=True)) for row in off(n, pair, (mine, whole[0]))]


def table(frame: pd.DataFrame) -> str:
    """A frame as Markdown."""
    lines = [list(frame.columns), ["---"] * frame.shape[1], *frame.astype(str).to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def by_promise(rows: Sequence[Off]) -> pd.DataFrame:
    """Percent off by promise and in all: middle, nine of ten, largest."""
    frame = pd.DataFrame(rows)
    grouped = [(name, part["off"]) for name, part in frame.groupby("what")] + [("**all**", frame["off"])]
    told = [(name, len(of), *(f"{of.quantile(q):.2f}" for q in (0.5, NINE_OF_TEN, 1.0))) for name, of in grouped]
    return pd.DataFrame(told, columns=["promise", "settings", "half within %", "nine of ten within %", "largest %"])


def page(many: Sequence[Turned], single: Sequence[Off]) -> str:
    """The page."""
    levers = pd.DataFrame([(n + 1, " ".join(f"`{word}`" for word in each.typed)) for n, each in enumerate(many)])
    levers.columns = pd.Index(["setting", "levers"])
    return generated("make estimates") + TEXT.format(
        scale=f"{QUICK_SCALE:g}",
        levers=table(levers),
        single=table(by_promise(single)),
        within=f"{pd.DataFrame(single)['off'].quantile(NINE_OF_TEN):.2f}",
    )


def main(words: Sequence[str]) -> None:
    """Measure, and write the page."""
    many = turned(words)
    (ROOT / PAGE).write_text(page(many, beside_single(words, many)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
