# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 1 全区情况和各项目标 · The district and its targets
#
# 东昌府区有多少车辆和家电、方案承诺了什么、按已出台政策能否实现。水平值均为估算，不是统计数据。
#
# What is in use in the district, what the plan promises, and whether it comes true as enacted. Levels are estimates.

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
enacted = runs("scenario=enacted")
settings = enacted.settings
words = Words.of(settings)
stock = enacted.frames["stocks"]
last = stock[(stock["month"] == "2023-12") & (stock["place"] == "owned")]
in_use = last.groupby("good")["count"].sum() / enacted.runs / settings.population.scale
goods = [words.product(name) for name in in_use.index]
pd.DataFrame({"商品 good": goods, "2023年末在用 in use": in_use.round(-2).astype(int).values})

# %% [markdown]
# ## 各项目标 · All targets
# 这里只有中心参数的少量运行，因此没有达标概率；概率见 `python -m sim forecast`。

# %%
table = enacted.target_table()
table[["title", "by", "comparator", "promise", "p50", "unit", "grade"]]

# %%
display(Image(png(fan_chart(enacted.monthly, "nev_stock", "", settings.targets["nev_stock"], words)), width=860))
