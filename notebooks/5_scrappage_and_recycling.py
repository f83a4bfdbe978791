# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 5 报废规则和回收 · Scrappage rules and recycling
#
# 报废标准收紧、加强正规回收时，旧车流向何处。
#
# Where old cars go when scrappage rules are tightened, and when formal recycling is pushed.

# %%
import os

import pandas as pd
from IPython.display import Image, display

import sim
from sim.report.figure_files import png
from sim.report.figures import fan_chart
from sim.report.words import Words

SCALE = os.environ.get("NOTEBOOK_SCALE", "0.02")  # share of the owners; 1.0 for figures that are to be quoted
COMMON = [f"population.scale={SCALE}", "executor=serial"]


def runs(*overrides):
    """Runs with the central inputs, taken from results/ where they are there."""
    return sim.ensemble(sim.load_settings([*overrides, *COMMON]), seeds=RUNS, draws=0)


RUNS = int(os.environ.get("NOTEBOOK_RUNS", "2"))

# %%
results = {name: runs(f"scenario={name}") for name in ("enacted", "scrappage_tightened", "formal_recycling_push")}
words = Words.of(results["enacted"].settings)
rows = {}
for result in results.values():
    flows = result.flows.query("good == 'car' and month >= '2024-01' and `from` == 'owned'")
    went = flows.groupby("to")["count"].sum() / result.runs / result.settings.population.scale
    rows[words.pick(result.settings.scenario.title)] = went
pd.DataFrame(rows).T.rename(
    columns={"yard": "正规回收 licensed", "informal_trade": "非正规 informal", "idle": "闲置 idle", "lot": "二手经销商 dealers"}
).round(0)

# %%
target = results["enacted"].settings.targets["elv_recovered"]
for result in results.values():
    display(Image(png(fan_chart(result.monthly, "elv_recovered", "", target, Words.of(result.settings))), width=860))
