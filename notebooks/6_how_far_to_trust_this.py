# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 6 可信到什么程度 · How far to trust this
#
# 数据等级、随机性与输入不确定性各占多少、检验结果。
#
# Grades of the data, how much of the variance is seed variance, and what validation has found.

# %%
import os
from pathlib import Path

import pandas as pd

import sim
from sim.report.words import Words
from sim.studies.report.verb import findings, scorecard

SCALE = os.environ.get("NOTEBOOK_SCALE", "0.02")  # share of the owners; 1.0 for figures that are to be quoted
COMMON = [f"population.scale={SCALE}", "executor=serial"]


def runs(*overrides):
    """Runs with the central inputs, taken from results/ where they are there."""
    return sim.ensemble(sim.load_settings([*overrides, *COMMON]), seeds=RUNS, draws=0)


RUNS = int(os.environ.get("NOTEBOOK_RUNS", "2"))

# %%
enacted = runs("scenario=enacted")
found = findings(enacted, figures=Path("none"), command="")
print(f"有等级的数据 graded numbers: {dict(sorted(found.grades.items()))}; 有范围的 with a range: {found.uncertain}")
enacted.target_table()["grade"].value_counts().rename("目标 targets")

# %%
checks = scorecard(enacted.settings)
pd.DataFrame(checks) if checks else "尚无检验结果：未经历史数据检验 · no scorecard yet: python -m sim validate"

# %% [markdown]
# ## 同样的参数，不同的随机种子 · The same inputs, another seed

# %%
by_seed = enacted.targets.pivot(index="id", columns="seed", values="value")
by_seed.assign(差异=by_seed.max(axis=1) - by_seed.min(axis=1)).rename(index=Words.of(enacted.settings).promise).round(2)
