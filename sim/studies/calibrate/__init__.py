"""The verb calibrate: the uncertain inputs, weighed by what was observed up to a month."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken

OPTIONS = ("cutoff", "check")
DEFAULTS = ("population.scale=0.2", "population.goods=vehicles", "ensemble.draws=240")
"""What holds where nothing else is typed."""


def main(words: list[str]) -> int:
    """Settings, options, perhaps --write."""
    settings, options, write = taken(words, OPTIONS, DEFAULTS)
    from sim.studies.calibrate.verb import calibrate

    return calibrate(settings, options, write)


VERB = Verb(
    place=100,
    summary={
        "zh": "用截止日以前的证据约束不确定参数",
        "en": "hold the uncertain parameters against evidence up to a month",
    },
    page={
        "zh": """\
calibrate：证据留下哪些参数取值？

从各参数的区间抽样运行，为每项证据学习一个替代模型，按似然给区间内的大量取值加权；再在第一轮后验处运行一半次数，重新学习和
加权。以新的运行检查后验能否再现证据，并检验五十组已知真值能否找回。写出 posterior.yaml、posterior.parquet（带权重）、
observations.csv、inputs.csv、report.json 和一张图；加 --write 更新 configs/parameters/posterior.yaml（forecast 默认所用）和
docs/trust/calibration.md。parameters=prior 则不用证据，只从区间抽样。默认 population.goods=vehicles、population.scale=0.2、
ensemble.draws=240，需数小时；两核以 population.scale=0.1 ensemble.draws=130 计约一小时。

  cutoff=2024-12   证据的最后一个月      check=40   检查用的新运行次数

例
  python -m sim calibrate
  python -m sim calibrate cutoff=2024-06 ensemble.draws=100 population.scale=0.05
  python -m sim forecast parameters=prior

{common}""",
        "en": """\
calibrate: what do observations leave of the ranges?

Draws of the ranges are run, an emulator learns each observation, and a great many places of the ranges are weighed by their
likelihood; then half as many draws of that first posterior are run, and all is learned and weighed again. Fresh runs show
whether the posterior says what was observed, and fifty known truths whether it finds what is there. Writes posterior.yaml,
posterior.parquet (with weights), observations.csv, inputs.csv, report.json and a figure; with --write also
configs/parameters/posterior.yaml, which forecast takes by default, and docs/trust/calibration.md. parameters=prior draws
from the ranges alone. By default with population.goods=vehicles, population.scale=0.2 and ensemble.draws=240; that takes
some hours, population.scale=0.1 ensemble.draws=130 about one on two cores.

  cutoff=2024-12   last month of the evidence      check=40   fresh runs of the posterior

Examples
  python -m sim calibrate language=en
  python -m sim calibrate cutoff=2024-06 ensemble.draws=100 population.scale=0.05
  python -m sim forecast parameters=prior

{common}""",
    },
    main=main,
    options=OPTIONS,
)
