"""The verb anchor: solve the constants of the shipped settings, show the reference year, write them to configs/anchor."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import Both, refused
from sim.studies.common.declaring import Verb, taken

OPTIONS = ("of",)
OF = ("centre", "draws")
"""What constants may be of."""


def main(words: list[str]) -> int:
    """Settings, and perhaps --write."""
    settings, options, write = taken(words, OPTIONS)
    if write:
        _require_default_region([word for word in words if word != "--write" and not word.startswith("of=")])
    of = options.get("of", "centre")
    if of not in OF:
        allowed = Both("centre（中心值）或 draws（各次抽样）", "centre or draws")
        raise refused("of", of, allowed, Both("写 of=draws，或删去 of", "type of=draws, or leave it out"))
    from sim.studies.anchor.verb import anchor

    return anchor(settings, write, of == "draws")


def _require_default_region(words: Sequence[str]) -> None:
    """Refuse to put the constants of another district in the place of those that are shipped."""
    from sim.config.region_saving import region_chosen
    from sim.config.sources import find_root

    chosen, default = (region_chosen(find_root(), typed) for typed in (words, []))
    if chosen != default:
        allowed = Both(f"默认地区 {default}", f"the default region, {default}")
        remedy = Both(
            "去掉 --write：其他地区的常数由 forecast 自动求解并存放",
            "leave --write out: forecast solves and keeps those of others",
        )
        raise refused("--write", chosen, allowed, remedy)


VERB = Verb(
    place=150,
    summary={
        "zh": "重新求解使基准年吻合的常数",
        "en": "solve the constants with which the model reproduces the reference year",
    },
    page={
        "zh": """\
anchor：重新求解使 2023 基准年吻合的常数

改动中心参数、产品、措施或基准数据之后运行一次，并加 --write 写入 configs/anchor/；常数带有所对应数据的标记，标记不符时
forecast 会自行为中心值求解（约十秒），不会误用旧常数。不加 --write 只列出基准年的差距。
抽样所需的常数由 forecast 自动求解并存放；默认设置各次抽样的常数随程序附带（configs/anchor_draws.parquet），首次 forecast 不必
求解。校准（calibrate --write）之后用 of=draws --write 更新，两核约需五分钟；标记不符时不会误用。

例
  python -m sim anchor population.scale=0.2
  python -m sim anchor --write
  python -m sim anchor of=draws --write
""",
        "en": """\
anchor: solve the constants with which the model reproduces the reference year 2023

To be run once after a change of central parameters, products, measures or baseline data, with --write, which writes
configs/anchor/. The constants carry a mark of what they were solved for; where it does not fit, forecast solves those of the
central values itself (about ten seconds) rather than use old ones. Without --write it only lists how far off the year is.
The constants of draws are solved and kept by forecast. Those of the draws of the default settings come with the program
(configs/anchor_draws.parquet), so that a first forecast need not solve them; of=draws --write renews them after calibrate
--write, in about five minutes on two cores. They too are not used for other values than those they were solved for.

Examples
  python -m sim anchor population.scale=0.2 language=en
  python -m sim anchor --write
  python -m sim anchor of=draws --write
""",
    },
    main=main,
    options=OPTIONS,
)
