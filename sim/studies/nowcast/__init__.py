"""The verb nowcast: and given what has happened so far?"""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, overrides, refused

OPTIONS = ("error", "least")


def main(words: list[str]) -> int:
    """One file of actuals, options, settings."""
    from sim.config import load_settings
    from sim.config.options import split_options

    files = [word for word in words if "=" not in word and not word.startswith("-")]
    if len(files) != 1:
        raise refused("nowcast", " ".join(files), "one CSV file", "type nowcast actuals.csv")
    options, _, rest = split_options([word for word in words if word not in files], OPTIONS)
    settings = load_settings(overrides(rest))
    from sim.studies.nowcast.verb import nowcast

    return nowcast(settings, files[0], options, shlex.join(rest))


VERB = Verb(
    place=50,
    summary={
        "zh": "结合已经发生的数据重新预测",
        "en": "the forecast again, given what has happened so far",
    },
    page={
        "zh": """\
nowcast：结合已经发生的数据重新预测

读入一个 CSV（列 month, indicator, value，可加 group），按各次运行与实际的接近程度给它们加权（重要性抽样），得到新的达标概率和
剩余支出。文件与 forecast 相同，另有 weights.csv（每次运行的权重）和 remaining.csv（剩余支出）。
有效样本量太小就拒绝（退出码 2）；有问题的行会逐一指出，不运行任何内容。

  month,indicator,group,value
  2024-05,claims,car_scrappage,310            当月申领量（笔）
  2024-05,new_registrations,,2280             全区数量；指标名与 forecast 相同
  2024-05,outlay,payer:district,450000

  error=0.1                 模型自身的相对误差           least=5     有效样本量的下限

例
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100

{common}""",
        "en": """\
nowcast: the forecast again, given what has happened so far

Reads a CSV (columns month, indicator, value and, if wanted, group), weighs every run of the ensemble by how close it came
(importance sampling), and gives the new probabilities of the targets and the outlay that remains. Files as for forecast,
and weights.csv (weight of each run) and remaining.csv. Refuses when the effective sample size is too small (exit code 2);
bad rows are named before anything is run.

  month,indicator,group,value
  2024-05,claims,car_scrappage,310            claims entered in the month
  2024-05,new_registrations,,2280             the whole district; indicators as in forecast
  2024-05,outlay,payer:district,450000

  error=0.1                 the model's own relative error      least=5     smallest effective sample size

Examples
  python -m sim nowcast actuals.csv population.scale=0.05 ensemble.draws=100

{common}""",
    },
    main=main,
    options=OPTIONS,
)
