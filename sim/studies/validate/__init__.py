"""The verb validate: published programmes put to the model as case files, predicted first and scored afterwards."""

from __future__ import annotations

from sim.errors import Both, one_of, refused
from sim.studies.common.declaring import Verb, taken

DEFAULTS = ("population.scale=0.1", "ensemble.draws=6")
"""What holds where nothing else is typed."""
USED = ("case", "population.scale", "ensemble.draws", "results.folder", "executor", "output", "language")
"""Words that make a difference here; a case brings all other settings with it."""


def main(words: list[str]) -> int:
    """Settings, perhaps one case, perhaps --write."""
    named = [word.removeprefix("case=") for word in words if word.startswith("case=")]
    for word in words:
        key = word.lstrip("+~").partition("=")[0]
        if "=" in word and key not in USED and not key.startswith("executor."):
            remedy = Both("其余设置写在案例文件的 overrides 中", "write other settings among the overrides of a case file")
            raise refused(key, word, one_of(USED), remedy)
    settings, _, write = taken([word for word in words if not word.startswith("case=")], (), DEFAULTS)
    from sim.studies.validate.verb import validate

    return validate(settings, named[-1] if named else None, write)


VERB = Verb(
    place=120,
    summary={
        "zh": "别处发生过的事，模型能否再现",
        "en": "does it reproduce what happened elsewhere?",
    },
    page={
        "zh": """\
validate：别处发生过的事，模型能否再现？

把国内外已公布的以旧换新政策和全国月度数据写成案例（configs/evidence/），先预测并写入 predictions.json（附时间，以及涵盖
案例、程序、参数的摘要），后与实测对照评分，写出 scorecard.json；并列出不变、趋势、固定弹性、逻辑斯蒂曲线等简单预测。
未通过的项目照列；没有实测值的只作预测。默认 population.scale=0.1、ensemble.draws=6；较小的 population.scale 使各案例的
模拟户数按比例减少。加 --write 更新 docs/trust/scorecard.md。

例
  python -m sim validate
  python -m sim validate case=us_cars_2009
  python -m sim validate case=germany_2009 population.scale=0.02 ensemble.draws=0
  python -m sim validate case=configs/evidence/china_car_market.yaml ensemble.draws=12
  python -m sim validate --write

case 可以是已有案例的名称，也可以是任何按同样格式写的文件，不必改动程序：市场（任一品类，一个或多个）、政策和资金（写法同
configs/policy/ 和 configs/pots/，用当地的日期和货币）、要预测的指标。写法、示例和全部指标及其参数见 docs/trust/validation.md。
名称、日期和参数在运行之前核对。

{common}""",
        "en": """\
validate: does it reproduce what happened elsewhere?

Published trade-in programmes and national monthly series are written as case files (configs/evidence/). They are predicted
first and written to predictions.json with the time and a digest of cases, code and parameters, then scored against what was
measured (scorecard.json), beside simple forecasts: no change, trend, constant elasticity, logistic curve. Misses are listed
like hits; what has not been measured is a prediction only. By default with population.scale=0.1 and ensemble.draws=6; a
smaller population.scale simulates fewer households of every case. With --write docs/trust/scorecard.md is rewritten.

Examples
  python -m sim validate language=en
  python -m sim validate case=us_cars_2009
  python -m sim validate case=germany_2009 population.scale=0.02 ensemble.draws=0
  python -m sim validate case=configs/evidence/china_car_market.yaml ensemble.draws=12
  python -m sim validate --write

A case is one of the shipped ones, or any file written in the same way; no code has to change: a market (any category, one or
several), policy and pots (in the words of configs/policy/ and configs/pots/, in the country's dates and money), and what is to
be predicted. docs/trust/validation.md has a worked example and lists every quantity with its arguments. Names, dates and
arguments are checked before anything runs.

{common}""",
    },
    main=main,
    options=("case",),
)
