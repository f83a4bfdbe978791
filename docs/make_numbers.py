"""Write the tables in the pages from the numbers stored in docs/numbers and from the code, so that none is typed.

python docs/make_numbers.py                  the pages from what is stored
python docs/make_numbers.py budget FOLDER    first store what ``python -m sim budget output=FOLDER`` has written
python docs/make_numbers.py forecast FOLDER  first store what ``make forecast ARGS=output=FOLDER`` has written, its figure too
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from sim.config import load_settings
from sim.report.chances import chance_error
from sim.report.numerals import number, percent
from sim.report.terminal_tables import target_cells
from sim.report.words import Words
from sim.studies.report.shipped import about
from sim.studies.validate.band_rules import RULES
from sim.studies.validate.quantities import ARGUMENTS, QUANTITIES

DOCS = Path(__file__).parent
STORED = DOCS / "numbers"
FIGURE = "target_nev_stock"
WORTH = ("measure", "claims", "additional", "pulled_forward", "anyway", "cost_per_additional", "pairs")
"""Columns of what claims were."""
SHOWN = (
    "nev_stock",
    "elv_recovered",
    "used_new_ratio",
    "waste_appliances_recovered",
    "elv_recovered_growth",
    "equipment_investment",
)
"""Promises that the READMEs show."""
YEARLY = {
    "zh": (("年份", "均值", "P5", "P50", "P95"), 1e4, 0),
    "en": (("year", "mean", "P5", "P50", "P95"), 1e6, 1),
}
"""Heads of the table of outlay, and the unit of its numbers."""
MADE = {
    "zh": ("试算：", "单位为万元，{runs} 次运行，population.scale 为 {scale:g}，模型 `{model}`。"),
    "en": ("TRIAL: ", "million yuan, {runs} runs at population.scale {scale:g}, model `{model}`."),
}


def yearly(language: str) -> str:
    """Outlay by year of the trial of docs/guides/budget.md, million yuan; of its Chinese page 万元."""
    frame, about = pd.read_csv(STORED / "budget.csv"), json.loads((STORED / "budget.json").read_text(encoding="utf-8"))
    heads, divisor, decimals = YEARLY[language]
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in frame.itertuples():
        values = (row.mean_fen / 100.0, row.p05, row.p50, row.p95)
        lines.append(f"| {row.year} | " + " | ".join(number(value / divisor, decimals) for value in values) + " |")
    stamp, told = MADE[language]
    told = (stamp if about["trial"] else "") + told.format(**about)
    return "\n".join([told, "", *lines])


def quantities() -> str:
    """Every quantity of a case file, every argument and every rule for bands, from the code's own register."""
    lines = ["| quantity | arguments (in brackets: may be left out) | meaning |", "|---|---|---|"]
    for name, told in QUANTITIES.items():
        arguments = ", ".join(f"`{each}`" if needed else f"[`{each}`]" for each, needed in told.arguments.items())
        events = " (events)" if told.events else ""
        lines.append(f"| `{name}` | {arguments} | {told.says.en}{events}; {told.says.zh} |")
    lines += ["", "| argument | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {told.says.en}; {told.says.zh} |" for name, told in ARGUMENTS.items()]
    lines += ["", "| rule of a band | half of its width |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {rule.says.en}; {rule.says.zh} |" for name, rule in RULES.items())])


def promises(language: str, shown: tuple[str, ...] | None = None) -> str:
    """What the main job says of every promise, or of those ``shown``, with what made it."""
    settings = load_settings([f"language={language}"])
    words, frame = Words.of(settings), pd.read_csv(STORED / "forecast.csv").set_index("id", drop=False)
    columns = ["target", "by", "promise", "p05", "p50", "p95", "probability", "grade", "seed_variance_share"]
    told = 7 if shown else len(columns) - int(frame["seed_variance_share"].isna().all())
    columns = columns[:told]
    lines = ["| " + " | ".join(words.phrase(column) for column in columns) + " |", "|---" * len(columns) + "|"]
    for name in shown or tuple(frame.index):
        row, target = frame.loc[name].to_dict(), settings.targets[name]
        star = "*" if target.assumption and not shown else ""
        cells = [
            f"{words.heading(target.title)}{star} ({words.pick(target.unit)})",
            *target_cells(row, target, words, signs=True),
        ]
        cells.append(percent(row["seed_variance_share"]))
        lines.append("| " + " | ".join(cell.replace("*", "\\*") for cell in cells[: len(columns)]) + " |")
    return "\n".join(lines if shown else [*lines, "", *_made(words, int(frame["runs"].max()))])


def _made(words: Words, runs: int) -> list[str]:
    """What a reader of the whole table has to know."""
    about = json.loads((STORED / "forecast.json").read_text(encoding="utf-8"))
    notes = [words.phrase("quantiles", runs=number(runs)), *chance_error(about["draws"], words)]
    notes += [words.phrase("assumption_mark"), words.phrase("notice")]
    return [" ".join(note.replace("*", "\\*") for note in notes), "", f"`{about['model']}`"]


BLOCKS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "forecast_zh": ("reference/forecast.md", lambda: promises("zh")),
    "forecast_en": ("reference/forecast.md", lambda: promises("en")),
    "six_zh": ("../README.zh.md", lambda: promises("zh", SHOWN)),
    "six_en": ("../README.md", lambda: promises("en", SHOWN)),
    "budget_yearly": ("guides/budget.md", lambda: yearly("en")),
    "budget_yearly_zh": ("guides/budget.zh.md", lambda: yearly("zh")),
    "validation_quantities": ("trust/validation.md", quantities),
}
"""Block -> the page that holds it, and what writes it."""


def take_forecast(folder: Path) -> None:
    """Store the table of the main job, what made it, and the figure that the READMEs show."""
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    shutil.copyfile(folder / "targets.csv", STORED / "forecast.csv")
    about = {"model": made["model"][:12], "draws": made["settings"]["ensemble"]["draws"]}
    (STORED / "forecast.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    shutil.copyfile(folder / "figures" / f"{FIGURE}.png", DOCS / "images" / f"{FIGURE}.png")


def take_budget(folder: Path) -> None:
    """Store the outlay by year of a budget, what its claims were, which reports include, and what made it."""
    frame = pd.read_csv(folder / "yearly.csv", keep_default_na=False)
    total = frame[(frame["measure"] == "") & (frame["payer"] == "")]
    total[["year", "mean_fen", "p05", "p50", "p95"]].to_csv(STORED / "budget.csv", index=False)
    claims = pd.read_csv(folder / "additionality.csv")
    claims[list(WORTH)].to_csv(STORED / "additionality.csv", index=False)
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told = {"trial": made["trial"], "runs": made["ended"], "scale": made["settings"]["population"]["scale"]}
    text = json.dumps({**told, "about": about(made["settings"]), "model": made["model"][:12]}, indent=1)
    (STORED / "budget.json").write_text(text + "\n", encoding="utf-8")


def written(page: str, name: str, content: str) -> str:
    """The page with the block's content between its marks."""
    begin, end = f"<!-- generated by docs/make_numbers.py: {name} -->", "<!-- generated: end -->"
    pattern = re.compile(f"({re.escape(begin)}\n).*?(\n{re.escape(end)})", re.DOTALL)
    text, count = pattern.subn(lambda found: f"{found[1]}\n{content}\n{found[2]}", page)
    if count != 1:
        raise ValueError(f"{name}: {count} blocks in the page instead of one")
    return text


def main(words: list[str]) -> None:
    """Store new numbers if a folder is given; write all blocks."""
    if words:
        {"budget": take_budget, "forecast": take_forecast}[words[0]](Path(words[1]))
    for name, (page, write) in BLOCKS.items():
        path = DOCS / page
        path.write_text(written(path.read_text(encoding="utf-8"), name, write()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
