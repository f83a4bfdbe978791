"""The verb bench: how fast is it on this machine?"""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken

GROWTH = ("yes", "no")


def main(words: list[str]) -> int:
    """Settings, whether to measure growth, and ``--write``."""
    settings, options, write = taken(words, ("growth",))
    from sim.errors import Both, refused

    growth = options.get("growth", "yes")
    if growth not in GROWTH:
        remedy = Both("输入 growth=no 可不测耗时的增长", "type growth=no to leave growth out")
        raise refused("growth", growth, Both("yes 或 no", "yes or no"), remedy)
    from sim.studies.bench.verb import bench

    return bench(settings, growth == "yes", write)


VERB = Verb(
    place=160,
    summary={
        "zh": "在本机上运行多快",
        "en": "how fast is it on this machine?",
    },
    page={
        "zh": """\
bench：在本机上运行多快？

测量一次全规模运行的秒数与内存峰值、双线程运行的秒数、每秒处理的个体月数、每分钟运行次数、首次编译时间，并记下各软件版本。
先列与机器无关的倍数：一次运行为理论下限的倍数（下限为同一分钟内测得的随机数、指数、内存读取单价乘以运行中的事件数）、
列式为逐个 Mesa 对象的倍数、双线程为单线程的倍数，并与上次发布时比较（docs/numbers/bench.json，--write 更新）。
再列各环节、各类品的处理器时间，以及耗时如何随户数比例、月数、政策数和品类数增长（约占一半时间，growth=no 不测）。

例
  python -m sim bench
  python -m sim bench growth=no
  python -m sim bench population.scale=0.1 output=out

{common}""",
        "en": """\
bench: how fast is it on this machine?

Measures seconds and peak memory of one run, seconds in two threads, agent-months a second, runs a minute and the time of the
first compilation, and notes the versions of the libraries. Ratios that machines have in common come first: a run over its
floor (random numbers, exponentials and fetches from memory, priced in the same minute, times what happens in the run), columns
over Mesa objects, two threads over one, and the last release (docs/numbers/bench.json; --write renews it). Then CPU time by
stage and kind of goods, and how time grows with scale, months, measures and categories (half of the time; growth=no leaves
it out).

Examples
  python -m sim bench
  python -m sim bench growth=no
  python -m sim bench population.scale=0.1 output=out

{common}""",
    },
    main=main,
)
