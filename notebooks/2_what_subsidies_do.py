# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 2 补贴起了什么作用 · What the subsidies do
#
# 把“按已出台政策”与“无补贴对照”逐次配对相减：参数和随机数相同，只有政策不同。净增与提前的划分见 `python -m sim budget`。
#
# Enacted minus no subsidies, run by run: the same inputs and the same random numbers, only the policy differs.

# %%
import os

from IPython.display import Image, display

import sim
from sim.report.figure_files import png
from sim.report.figures import difference
from sim.report.words import Words
from sim.studies.compare.verb import differences, target_differences

SCALE = os.environ.get("NOTEBOOK_SCALE", "0.02")  # share of the owners; 1.0 for figures that are to be quoted
COMMON = [f"population.scale={SCALE}", "executor=serial"]


def runs(*overrides):
    """Runs with the central inputs, taken from results/ where they are there."""
    return sim.ensemble(sim.load_settings([*overrides, *COMMON]), seeds=RUNS, draws=0)


RUNS = int(os.environ.get("NOTEBOOK_RUNS", "2"))

# %%
base, enacted = runs("scenario=no_policy"), runs("scenario=enacted")
words = Words.of(enacted.settings)
target_differences(base, enacted)[["id", "difference"]].assign(title=lambda t: [words.promise(i) for i in t["id"]])

# %%
yearly = differences(base, enacted)
yearly = yearly[(yearly["group"] == "") & (yearly["date"].str.len() == 4)]
yearly.pivot_table(index="indicator", columns="date", values="difference").rename(index=words.indicator).round(0)

# %% [markdown]
# ## 提前购买 · Pull-forward
# 补贴前后的月份：先增后减的部分是提前的购买。What rises before a deadline and falls after it was pulled forward.

# %%
titles = (words.pick(base.settings.scenario.title), words.pick(enacted.settings.scenario.title))
display(Image(png(difference(base.monthly, enacted.monthly, "new_registrations", "", words, titles, flow=True)), width=860))
