# ---
# jupyter:
#   jupytext:
#     formats: py:percent
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 4 首付和信贷 · Down payment and credit
#
# 首付为零、银行自定、三成时，贷款购车比例和新车销售如何变化。
#
# No down payment, as banks decide, thirty per cent: credit and sales.

# %%
import os

import pandas as pd
from IPython.display import Image, display

import sim
from sim.report.figure_files import png
from sim.report.figures import difference
from sim.report.words import Words

SCALE = os.environ.get("NOTEBOOK_SCALE", "0.02")  # share of the owners; 1.0 for figures that are to be quoted
COMMON = [f"population.scale={SCALE}", "executor=serial"]


def runs(*overrides):
    """Runs with the central inputs, taken from results/ where they are there."""
    return sim.ensemble(sim.load_settings([*overrides, *COMMON]), seeds=RUNS, draws=0)


RUNS = int(os.environ.get("NOTEBOOK_RUNS", "2"))

# %%
results = {name: runs(f"scenario={name}") for name in ("zero_down_payment", "enacted", "down_payment_30")}
words = Words.of(results["enacted"].settings)
rows = {}
for result in results.values():
    months = result.monthly[result.monthly["month"] >= "2024-04"]
    credit = months.query("indicator == 'credit_share' and group == 'car'")["value"].mean()
    first = months.query("indicator == 'first_buyer_share' and group == 'car'")["value"].mean()
    sold = months.query("indicator == 'new_registrations' and group == ''").groupby("run")["value"].sum().mean()
    rows[words.pick(result.settings.scenario.title)] = {
        words.indicator("credit_share"): credit,
        words.indicator("first_buyer_share"): first,
        words.indicator("new_registrations"): sold,
    }
pd.DataFrame(rows).T.round(2)

# %%
titles = tuple(words.pick(results[name].settings.scenario.title) for name in ("enacted", "zero_down_payment"))
enacted, zero = results["enacted"], results["zero_down_payment"]
display(Image(png(difference(enacted.monthly, zero.monthly, "new_registrations", "", words, titles, flow=True)), width=860))
