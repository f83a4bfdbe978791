"""The verb bench: how fast is it on this machine?"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from typing import Any

from rich import box
from rich.table import Table

from sim.config.sources import find_root
from sim.report.terminal import terminal
from sim.runs.store.disk import write_file
from sim.runs.store.provenance import SHOWN
from sim.settings import Settings
from sim.studies.bench.event_profile import KINDS, EventProfile, measure_profile
from sim.studies.bench.floor import Costs, floor_seconds, measure_costs
from sim.studies.bench.growth import Point, measure_growth
from sim.studies.bench.measuring import (
    ROUNDS,
    STAGES,
    RunTimes,
    Seconds,
    alone,
    first_call,
    measure_ensemble,
    measure_runs,
    measure_threads,
)
from sim.studies.common.output import output_folder

WANTED = {
    "all": {
        "full_run_s": "≤ 5", "two_threads_s": "≤ 2.8", "peak_mb": "≤ 800", "runs_per_minute": "≥ 24", "compile_s": "≤ 40",
    },
    "vehicles": {"full_run_s": "≤ 1.5", "runs_per_minute": "≥ 80", "compile_s": "≤ 40"},
}  # fmt: skip
"""For the whole district over 60 months, by the goods that are simulated."""
RATIOS = ("over_floor", "plain_mesa_ratio", "two_threads_ratio", "over_kept")
"""What machines have in common, printed first."""
ROWS = (
    "full_run_s", "build_s", "months_s", "tables_s", "two_threads_s", "floor_s", "peak_mb", "goods", "purchases",
    "agent_months_per_s", "columnar_slice", "plain_slice", "runs_per_minute", "compile_s", "load_s",
)  # fmt: skip
KEPT = "docs/numbers/bench.json"
"""Figures of the last release, with machine and date."""
ONE_CORE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
SAID = {
    "zh": {
        "compile": "首次编译 ...", "runs": f"完整运行 {ROUNDS} 遍 ...", "ensemble": "成批运行 ...",
        "parts": "各环节耗时和事件数 ...", "growing": "耗时随规模的变化 ...", "ratios": "倍数",
        "over_floor": "一次运行为理论下限的倍数", "two_threads_ratio": "双线程为单线程的倍数",
        "over_kept": "为上次发布时的倍数（均除以各自下限）", "kept_of": "上次发布：{date}，{system}，{cores} 核",
        "two_threads_s": "同一运行，双线程，秒", "floor_s": "　其中事件本身的理论下限",
        "profile": "处理器时间去向，秒", "part": "环节", "rest": "各品类以外", "sum": "合计", "growth": "处理器时间的增长，秒",
        "scale": "户数比例", "months": "月数", "measures": "政策数", "goods_kinds": "品类数", "size": "规模", "seconds": "秒",
        "title": "运行速度：户数比例 {scale:g}，{months} 个月", "measured": "实测", "cpu": "处理器时间", "wanted": "要求",
        "full_run_s": "一次完整运行，单核，秒", "build_s": "　合成人口", "months_s": "　逐月推演", "tables_s": "　制表",
        "stage": "　　{}，毫秒/月",
        "goods": "期末在用商品，件", "purchases": "购买的新商品，件",
        "peak_mb": "内存峰值，MB", "agent_months_per_s": "全模型，主体月/秒", "columnar_slice": "车主，列式，主体月/秒",
        "plain_slice": "车主，逐个 Mesa 对象，主体月/秒", "plain_mesa_ratio": "列式为逐个对象的倍数",
        "runs_per_minute": "每分钟运行次数（含锚定）", "compile_s": "首次编译，秒", "load_s": "载入已编译代码，秒",
        "json": "结果", "no_plain": "未找到 tests/reference（只在源码目录中有）：逐个对象的写法没有测量。",
    },
    "en": {
        "compile": "first compilation ...", "runs": f"full runs, {ROUNDS} times ...", "ensemble": "ensemble ...",
        "parts": "what the parts take, and what happens ...", "growing": "how time grows ...", "ratios": "Ratios",
        "over_floor": "one run over its floor", "two_threads_ratio": "two threads over one",
        "over_kept": "over the last release, each over its floor", "kept_of": "last release: {date}, {system}, {cores} cores",
        "two_threads_s": "the same run in two threads, s", "floor_s": "  floor of what happens in it",
        "profile": "Where the time goes, CPU seconds", "part": "stage", "rest": "beside the categories", "sum": "all",
        "growth": "How time grows, CPU seconds", "scale": "population.scale", "months": "months", "measures": "measures",
        "goods_kinds": "categories", "size": "size", "seconds": "s",
        "title": "Speed at population.scale {scale:g}, {months} months",
        "measured": "measured", "cpu": "CPU", "wanted": "wanted",
        "full_run_s": "one full run on one core, s", "build_s": "  synthesis", "months_s": "  months", "tables_s": "  tables",
        "stage": "    {}, ms a month",
        "goods": "goods in use at the end", "purchases": "new goods bought",
        "peak_mb": "peak memory, MB", "agent_months_per_s": "full model, agent-months/s",
        "columnar_slice": "car owners, columnar, agent-months/s", "plain_slice": "car owners, Mesa objects, agent-months/s",
        "plain_mesa_ratio": "columnar over Mesa objects", "runs_per_minute": "runs a minute, anchors included",
        "compile_s": "first compilation, s", "load_s": "loading what is compiled, s", "json": "results",
        "no_plain": "tests/reference not found (only a checkout has it): the slice as Mesa objects was not measured.",
    },
}  # fmt: skip
KIND_WORDS = {
    "zh": {"car": "乘用车", "vehicle": "其他车辆", "household": "家庭用品", "organisation": "单位设备"},
    "en": {"car": "cars", "vehicle": "other vehicles", "household": "household goods", "organisation": "equipment"},
}  # fmt: skip
PART_WORDS = {
    "zh": ("政策公告", "定价", "报价与预期", "损坏与关注", "决策", "成交", "二手市场", "回收", "记账"),
    "en": ("announce", "price", "offer and expect", "fail and consider", "decide", "settle", "clear", "collect", "book"),
}  # fmt: skip
STAGE_WORDS = {
    "zh": ("政策公告", "定价", "报价与预期", "损坏与关注", "决策", "成交", "二手市场", "回收", "时间推移", "记录"),
    "en": ("announce", "price", "offer", "fail and consider", "decide", "settle", "clear", "collect", "age", "record"),
}


def bench(settings: Settings, growth: bool = True, write: bool = False) -> int:
    """Measure and print, ratios first; with ``output`` write ``bench.json``, with ``write`` keep it as the last release's.

    ``growth``: measure runs of other sizes as well.
    """
    console, said = terminal(), SAID[settings.language]
    kept = read_kept()
    with tempfile.TemporaryDirectory(prefix="tradein-") as folder, environment(folder):
        console.print(said["compile"])
        compiling = alone(first_call, settings)
        console.print(said["runs"])
        runs = alone(measure_runs, settings)
        threads = alone(measure_threads, settings)
        console.print(said["parts"])
        costs, profile = alone(measure_events, settings)
        grown = []
        if growth:
            console.print(said["growing"])
            grown = alone(measure_growth, settings)
        console.print(said["ensemble"])
        results = settings.results.model_copy(update={"folder": folder})
        a_minute = alone(measure_ensemble, settings.model_copy(update={"results": results}))
    told = {**figures(settings, runs, compiling, a_minute), **of_events(runs, threads, costs, profile)}
    told = {**told, "over_kept": over(told, kept), "growth": [point._asdict() for point in grown]}
    console.print(ratios(told, kept, settings))
    console.print(table(told, settings))
    console.print(profile_table(profile, settings))
    if grown:
        console.print(growth_table(grown, settings))
    if runs.plain is None:
        console.print(said["no_plain"], soft_wrap=True)
    text = json.dumps(told, ensure_ascii=False, indent=1).encode()
    if settings.output:
        with output_folder("bench", [settings]) as place:
            path = write_file(place / "bench.json", text)
        console.print(f"{said['json']}: {path}", soft_wrap=True)
    if write:
        console.print(f"{said['json']}: {write_file(find_root() / KEPT, text)}", soft_wrap=True)
    return 0


def read_kept() -> dict[str, Any] | None:
    """Figures of the last release; None where there are none."""
    path = find_root() / KEPT
    found: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    return found


def of_events(runs: RunTimes, threads: Seconds, costs: Costs, profile: EventProfile) -> dict[str, Any]:
    """What happens in a run, what that alone would take, and what two threads make of it."""
    floor, one = floor_seconds(profile.events, costs), runs.whole.taken
    return {
        "events": profile.events._asdict(), "costs_ns": costs._asdict(), "floor_s": floor, "over_floor": one.cpu / floor,
        "two_threads_s": threads.wall, "two_threads_ratio": threads.wall / one.wall,
        "profile_cpu_s": {**profile.parts, "rest": profile.rest}, "date": date.today().isoformat(),
    }  # fmt: skip


def over(told: dict[str, Any], kept: dict[str, Any] | None) -> float | None:
    """How a run over its floor compares with the last release's; None where that was measured for something else."""
    if kept is None or any(kept[name] != told[name] for name in ("scale", "months", "categories")):
        return None
    return float(told["over_floor"] / kept["over_floor"])


def ratios(told: dict[str, Any], kept: dict[str, Any] | None, settings: Settings) -> Table:
    """What machines have in common."""
    said = SAID[settings.language]
    out = Table(title=said["ratios"], title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    out.add_column("")
    out.add_column("", justify="right", no_wrap=True)
    for name in RATIOS:
        if told[name] is not None:
            out.add_row(said[name], number(told[name]))
    if kept is not None:
        out.caption = said["kept_of"].format(date=kept["date"], **kept["machine"])
    return out


def profile_table(profile: EventProfile, settings: Settings) -> Table:
    """CPU seconds by stage and kind of goods."""
    said, kinds = SAID[settings.language], KIND_WORDS[settings.language]
    out = Table(title=said["profile"], title_justify="left", box=box.SIMPLE_HEAD)
    out.add_column(said["part"])
    for kind in KINDS:
        out.add_column(kinds[kind], justify="right")
    out.add_column(said["sum"], justify="right")
    for (name, parts), words in zip(profile.parts.items(), PART_WORDS[settings.language], strict=True):
        out.add_row(words, *(f"{parts[kind]:.2f}" for kind in KINDS), f"{profile.of(name):.2f}")
    by_kind = [sum(parts[kind] for parts in profile.parts.values()) for kind in KINDS]
    out.add_row(said["rest"], *[""] * len(KINDS), f"{profile.rest:.2f}")
    out.add_row(said["sum"], *(f"{seconds:.2f}" for seconds in by_kind), f"{sum(by_kind) + profile.rest:.2f}")
    return out


def growth_table(grown: Sequence[Point], settings: Settings) -> Table:
    """CPU seconds by what grows."""
    said = SAID[settings.language]
    out = Table(title=said["growth"], title_justify="left", box=box.SIMPLE_HEAD)
    out.add_column("")
    out.add_column(said["size"], justify="right")
    out.add_column(said["seconds"], justify="right")
    for point in grown:
        out.add_row(said["goods_kinds" if point.along == "goods" else point.along], f"{point.size:g}", f"{point.seconds:.1f}")
    return out


def measure_events(settings: Settings) -> tuple[Costs, EventProfile]:
    """What operations cost here, and how many a run needs, in one process."""
    first_call(settings)
    return measure_costs(), measure_profile(settings)


@contextmanager
def environment(cache: str) -> Iterator[None]:
    """Let the processes that are started meanwhile compile into an empty folder, and calculate on one core each."""
    before = dict(os.environ)
    os.environ.update(ONE_CORE, NUMBA_CACHE_DIR=cache)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def figures(settings: Settings, runs: RunTimes, compiling: Seconds, a_minute: float) -> dict[str, Any]:
    """Everything measured, as it is written to ``bench.json``."""
    months, watch, whole, plain = settings.clock.months, runs.watch, runs.whole, runs.plain
    parts = {name: watch.taken(name) for name in ("build", "months", "tables")}
    seconds = {"full_run": whole.taken, **parts, "compile": compiling, "load": runs.load}
    return {
        "scale": settings.population.scale,
        "categories": len(settings.products),
        "months": months,
        **{f"{name}_s": taken.wall for name, taken in seconds.items()},
        "cpu": {f"{name}_s": taken.cpu for name, taken in seconds.items()},
        "stages_ms": {stage: 1000.0 * watch.wall["stage." + stage] / months for stage in STAGES},
        "stages_cpu_ms": {stage: 1000.0 * watch.cpu["stage." + stage] / months for stage in STAGES},
        "peak_mb": runs.peak_mb,
        "goods": whole.goods,
        "purchases": whole.purchases,
        "agent_months": whole.agent_months,
        "agent_months_per_s": whole.agent_months / whole.taken.wall,
        "columnar_slice": runs.columnar.per_second,
        "plain_slice": plain.per_second if plain else None,
        "plain_mesa_ratio": runs.columnar.per_second / plain.per_second if plain else None,
        "runs_per_minute": a_minute,
        "versions": {"python": sys.version.split()[0], **{name: version(name) for name in SHOWN}},
        "machine": {"system": f"{platform.system()} {platform.machine()}", "cores": os.cpu_count()},
    }


def table(told: dict[str, Any], settings: Settings) -> Table:
    """What was measured beside what is wanted of the whole district over five years."""
    said, wanted = SAID[settings.language], WANTED[settings.population.goods]
    out = Table(title=said["title"].format(**told), title_justify="left", box=box.SIMPLE_HEAD)
    out.add_column("")
    for heading in ("measured", "cpu", "wanted"):
        out.add_column(said[heading], justify="right", no_wrap=True)
    for name in ROWS:
        if told[name] is not None:
            cpu = told["cpu"].get(name)
            out.add_row(said[name], number(told[name]), "" if cpu is None else number(cpu), wanted.get(name, ""))
        if name == "months_s":
            for stage, words in zip(STAGES, STAGE_WORDS[settings.language], strict=True):
                wall, cpu = told["stages_ms"][stage], told["stages_cpu_ms"][stage]
                out.add_row(said["stage"].format(words), f"{wall:.2f}", f"{cpu:.2f}", "")
    return out


def number(value: float) -> str:
    """Three digits at least."""
    return f"{value:,.0f}" if value >= 100.0 else f"{value:.3g}"
