"""The verb calibrate: hold the uncertain parameters against evidence up to a month, check, print and write."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table

from sim.config.options import count_option, month_option
from sim.config.sources import find_root
from sim.report.figure_files import save_all
from sim.report.numerals import number
from sim.report.terminal import terminal
from sim.runs.executors import open_executor
from sim.runs.progress import shown
from sim.runs.store.disk import write_file
from sim.runs.store.provenance import provenance
from sim.settings import Settings
from sim.studies.calibrate.calibrating import Calibration, calibrated
from sim.studies.calibrate.calibration_page import figure, moved, page, settings_file, within
from sim.studies.calibrate.checking import Check, check
from sim.studies.calibrate.evidence import Evidence, read_evidence
from sim.studies.calibrate.simulating import as_known
from sim.studies.common.output import output_folder, write_csv, write_figures

CUTOFF = "2024-12"
FILE = "configs/parameters/posterior.yaml"
PAGE = "docs/trust/calibration.md"
SHOWN = 8
SAID = {
    "zh": {
        "title": "校准", "observation": "证据", "observed": "实测", "prior": "先验 P5 P50 P95", "posterior": "校准后",
        "verdict": "", "outside": "不符", "model_discrepancy": "模型偏差 {gap}",
        "size": "有效样本量 {size:.0f}（试 {tried:,} 处）；90%区间覆盖真值 {few}—{most}/{truths} 次的输入 {wanted}/{inputs} 个",
        "moved": "移动最多的输入（在区间内的位置，P5…P50…P95）", "results": "结果", "written": "已写入",
    },
    "en": {
        "title": "calibration", "observation": "evidence", "observed": "observed", "prior": "ranges P5 P50 P95",
        "posterior": "calibrated", "verdict": "", "outside": "outside", "model_discrepancy": "model discrepancy {gap}",
        "size": "effective sample size {size:.0f} ({tried:,} places tried); 90% intervals of {wanted} of {inputs} inputs "
        "cover {few} to {most} of {truths} truths",
        "moved": "Inputs that moved most (places in their ranges, P5...P50...P95)", "results": "results", "written": "written",
    },
}  # fmt: skip


def calibrate(settings: Settings, options: Mapping[str, Any], write: bool = False) -> int:
    """Options: cutoff (last month of the evidence), check (fresh runs of the posterior)."""
    cutoff = month_option(options, "cutoff", CUTOFF)
    fresh = count_option(options, "check", 40, 5, 1000)
    console, said = terminal(), SAID[settings.language]
    evidence, known = read_evidence(cutoff), as_known(settings, cutoff)
    draws = settings.ensemble.draws
    with open_executor(settings.executor) as executor, shown(console, said["title"], settings.language) as progress:
        found = calibrated(known, evidence, draws, executor, progress)
        checked = check(found, known, evidence, fresh, executor, progress)
    with output_folder(f"calibrate-{cutoff}", [settings]) as folder:
        _write(folder, found, checked, draws)
        write_figures([("calibration", figure(checked, evidence, settings))], folder)
    for told in (_table(checked, evidence, settings.language, said), _size(found, checked, said), _moved(checked, said)):
        console.print(told)
    console.print(f"{said['results']}: {folder}", soft_wrap=True)
    if write:
        root = find_root()
        write_file(root / FILE, settings_file(found.parameters).encode())
        write_file(root / PAGE, page(found, checked, evidence, draws).encode())
        english = settings.model_copy(update={"language": "en"})
        save_all([("calibration", figure(checked, evidence, english))], root / "docs" / "images", ("png",))
        console.print(f"{said['written']}: {FILE}, {PAGE}")
    return 0


def _write(folder: Path, found: Calibration, checked: Check, draws: int) -> None:
    write_csv(folder / "observations.csv", checked.observations)
    write_csv(folder / "inputs.csv", checked.inputs)
    write_file(folder / "posterior.yaml", settings_file(found.parameters).encode())
    sink = io.BytesIO()
    sample = found.belief.sample
    table = pd.DataFrame(sample.places, columns=found.names).assign(weight=sample.weights)
    table.to_parquet(sink, index=False)
    write_file(folder / "posterior.parquet", sink.getvalue())
    report = {
        "cutoff": found.parameters.cutoff, "draws": draws, "tried": sample.tried, "effective_sample_size": sample.size,
        "truths": checked.truths, "inputs": len(found.names), "inputs_covering_as_wanted": checked.as_wanted,
        "found_for": found.parameters.found_for, **provenance(),
    }  # fmt: skip
    write_file(folder / "report.json", json.dumps(report, indent=1, ensure_ascii=False).encode())


def _table(checked: Check, evidence: Evidence, language: str, said: Mapping[str, str]) -> Table:
    out = Table(box=box.SIMPLE_HEAD)
    for column in ("observation", "observed", "prior", "posterior", "verdict"):
        words = column in ("observation", "verdict")
        out.add_column(said[column], justify="left" if words else "right", no_wrap=column != "observation", overflow="fold")
    for row in checked.observations.to_dict("records"):
        title = evidence.observations[row["id"]].title
        sides = ["  ".join(number(row[f"{side}_{q}"], 2) for q in ("p05", "p50", "p95")) for side in ("prior", "posterior")]
        told = said["model_discrepancy"].format(gap=number(row["model_discrepancy"], 2)) if row["model_discrepancy"] else ""
        verdict = told or ("" if within(row) else said["outside"])
        out.add_row(title.zh if language == "zh" else title.en, number(row["observed"], 2), *sides, verdict)
    return out


def _size(found: Calibration, checked: Check, said: Mapping[str, str]) -> str:
    sample, (few, most) = found.belief.sample, checked.bounds
    return said["size"].format(
        size=sample.size, tried=sample.tried, few=few, most=most, truths=checked.truths, wanted=checked.as_wanted,
        inputs=len(found.names),
    )  # fmt: skip


def _moved(checked: Check, said: Mapping[str, str]) -> Table:
    out = Table(title=said["moved"], title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    for row in moved(checked.inputs).head(SHOWN).itertuples():
        out.add_row(str(row.input), f"{row.p05:.2f}...{row.p50:.2f}...{row.p95:.2f}")
    return out
