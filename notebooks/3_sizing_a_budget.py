# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 3 资金需要多少 · Sizing a budget
#
# 资金减半、现有规模、不设上限时，支出和目标各是多少。求解最少资金见 `python -m sim budget`。
#
# Half the money, as enacted, and no limit: outlay and targets.

# %%
import os

import pandas as pd
from IPython.display import Image, display

import sim
from sim.report.figure_files import png
from sim.report.stacks import outlay_by_payer
from sim.report.words import Words
from sim.studies.report.verb import additionality

SCALE = os.environ.get("NOTEBOOK_SCALE", "0.02")  # share of the owners; 1.0 for figures that are to be quoted
COMMON = [f"population.scale={SCALE}", "executor=serial"]


def runs(*overrides):
    """Runs with the central inputs, taken from results/ where they are there."""
    return sim.ensemble(sim.load_settings([*overrides, *COMMON]), seeds=RUNS, draws=0)


RUNS = int(os.environ.get("NOTEBOOK_RUNS", "2"))

# %%
results = {name: runs(f"scenario={name}") for name in ("budget_halved", "enacted", "budget_uncapped")}
words = Words.of(results["enacted"].settings)
rows = {}
for result in results.values():
    paid = result.monthly.query("indicator == 'outlay' and group == ''").groupby("run")["value"].sum() / 1e4
    targets = result.target_table().set_index("id")["p50"]
    shown = {"支出（万元） outlay": paid.mean()} | {words.promise(t): targets[t] for t in ("nev_stock", "elv_recovered")}
    rows[words.pick(result.settings.scenario.title)] = shown
pd.DataFrame(rows).T.round(0)

# %%
display(Image(png(outlay_by_payer(results["enacted"].monthly, words)), width=860))

# %%
added = additionality(results["enacted"].settings)
added if added is not None else "净增效果尚未计算 · not computed yet: python -m sim budget"
