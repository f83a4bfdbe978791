"""The verb bench: how fast is it on this machine?"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from rich import box
from rich.table import Table

from sim.report.terminal import terminal
from sim.runs.store.disk import write_file
from sim.runs.store.provenance import SHOWN
from sim.settings import Settings
from sim.studies.bench.measuring import ROUNDS, STAGES, RunTimes, Seconds, alone, first_call, measure_ensemble, measure_runs
from sim.studies.common.output import output_folder

WANTED = {
    "all": {"full_run_s": "≤ 2.5", "peak_mb": "< 2048", "plain_mesa_ratio": "≥ 300", "compile_s": "≤ 40"},
    "vehicles": {
        "full_run_s": "≤ 1.5", "peak_mb": "< 1024", "plain_mesa_ratio": "≥ 300", "runs_per_minute": "≥ 60", "compile_s": "≤ 40",
    },
}  # fmt: skip
"""For the whole district over 60 months, by the goods that are simulated."""
ROWS = (
    "full_run_s", "build_s", "months_s", "tables_s", "peak_mb", "goods", "purchases",
    "agent_months_per_s", "columnar_slice", "plain_slice",
    "plain_mesa_ratio", "runs_per_minute", "compile_s", "load_s",
)  # fmt: skip
ONE_CORE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
SAID = {
    "zh": {
        "compile": "首次编译 ...", "runs": f"完整运行 {ROUNDS} 遍 ...", "ensemble": "成批运行 ...",
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
STAGE_WORDS = {
    "zh": ("政策公告", "定价", "报价与预期", "损坏与关注", "决策", "成交", "二手市场", "回收", "时间推移", "记录"),
    "en": ("announce", "price", "offer", "fail and consider", "decide", "settle", "clear", "collect", "age", "record"),
}


def bench(settings: Settings) -> int:
    """Measure, print a table, and with ``output`` write ``bench.json``."""
    console, said = terminal(), SAID[settings.language]
    with tempfile.TemporaryDirectory(prefix="tradein-") as folder, environment(folder):
        console.print(said["compile"])
        compiling = alone(first_call, settings)
        console.print(said["runs"])
        runs = alone(measure_runs, settings)
        console.print(said["ensemble"])
        results = settings.results.model_copy(update={"folder": folder})
        a_minute = alone(measure_ensemble, settings.model_copy(update={"results": results}))
    told = figures(settings, runs, compiling, a_minute)
    console.print(table(told, settings))
    if runs.plain is None:
        console.print(said["no_plain"], soft_wrap=True)
    if settings.output:
        text = json.dumps(told, ensure_ascii=False, indent=1)
        with output_folder("bench", [settings]) as place:
            path = write_file(place / "bench.json", text.encode())
        console.print(f"{said['json']}: {path}", soft_wrap=True)
    return 0


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
        "machine": {"system": platform.platform(), "cores": os.cpu_count()},
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
