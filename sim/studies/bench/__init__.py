"""The verb bench: how fast is it on this machine?"""

from __future__ import annotations

from sim.studies.common.declaring import Verb, typed_settings


def main(words: list[str]) -> int:
    """Settings alone."""
    settings = typed_settings(words)
    from sim.studies.bench.verb import bench

    return bench(settings)


VERB = Verb(
    place=160,
    summary={
        "zh": "在本机上运行多快",
        "en": "how fast is it on this machine?",
    },
    page={
        "zh": """\
bench：在本机上运行多快？

测量一次全规模运行的秒数与内存峰值、每秒处理的个体月数、每分钟运行次数、首次编译时间，并记下各软件版本。

例
  python -m sim bench
  python -m sim bench population.scale=0.1 output=out

{common}""",
        "en": """\
bench: how fast is it on this machine?

Measures seconds and peak memory of one run, agent-months a second, runs a minute and the time of the first compilation,
and notes the versions of the libraries.

Examples
  python -m sim bench
  python -m sim bench population.scale=0.1 output=out

{common}""",
    },
    main=main,
)
