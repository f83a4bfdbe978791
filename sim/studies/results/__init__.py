"""The verb results: what has been run? List, show, ask in SQL, export, tidy up."""

from __future__ import annotations

import re

from sim.errors import Both, one_of, refused
from sim.studies.common.declaring import Verb, typed_settings

ACTIONS = {"list": (0, 0), "show": (1, 1), "query": (1, 1), "export": (1, 2), "gc": (0, 1)}
"""What it can do -> fewest and most words after it, beside settings."""
WANTED = {
    "list": Both("只写设置", "nothing but settings"),
    "show": Both("一个编号的开头几位", "the beginning of one key"),
    "query": Both("一条查询，加引号", "one question, in quotes"),
    "export": Both("文件名 FILE.csv，可再加一条带引号的查询", "a file FILE.csv, and if you like one question in quotes"),
    "gc": Both("只写设置和 --yes", "nothing but settings and --yes"),
}
HELP = Both("见 results --help", "see results --help")
SETTING = re.compile(r"\+{0,2}[a-z]\w*(\.\w+)*=")
"""KEY=VALUE: never the name of a file; one that looks so is given as ./KEY=VALUE."""


def main(words: list[str]) -> int:
    """An action, what belongs to it, settings."""
    action = words[0] if words else ""
    if action not in ACTIONS:
        raise refused("results", action, one_of(ACTIONS), HELP)
    least, most = ACTIONS[action]
    given = [word for word in words[1:] if not SETTING.match(word)]
    if not least <= len(given) <= most or (action == "gc" and given not in ([], ["--yes"])):
        raise refused(f"results {action}", " ".join(words[1:]), WANTED[action], HELP)
    if action == "export" and not given[0].endswith(".csv"):
        allowed = Both("以 .csv 结尾的文件名", "a file whose name ends in .csv")
        raise refused(
            "results export", given[0], allowed, Both("输入 results export targets.csv", "type results export targets.csv")
        )
    settings = typed_settings([word for word in words[1:] if SETTING.match(word)])
    from sim.studies.results.verb import results

    return results([action, *given], settings)


VERB = Verb(
    place=80,
    summary={
        "zh": "已运行过什么：列表、查看、SQL 查询、导出、清理",
        "en": "what has been run? list, show, query in SQL, export, tidy up",
    },
    page={
        "zh": """\
results：已运行过什么？

  results list              各情景已有多少次运行
  results show 编号         一次运行的设置摘要、版本、用时和各目标的结果；编号可只写开头几位
  results query "SQL"       用 SQL 查询；表以 run 列相连：runs、monthly、flows、stocks、ledger、pots、uptake、targets；
                            另有 settings；列名 by、from、to、group 要加双引号；同一情景下各次运行取值不同的键是 runs 的列；
                            常用视图：chances（各设置下各目标的达标概率）、claims（申领，每笔计一次）、outlay（各方支出，元）；
                            只能查询，不能改写或读取别处的文件
  results export 文件.csv ["SQL"]   导出；不写 SQL 时导出每次运行的各项目标
  results gc [--yes]        列出可删除的内容（中断残留、损坏、旧版模型的结果），确认后删除

例
  python -m sim results list
  python -m sim results query "SELECT * FROM chances WHERE id = 'nev_stock'"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
        "en": """\
results: what has been run?

  results list              how many runs there are of each scenario
  results show RUN          versions, time and targets of one run; the beginning of its key is enough
  results query "SQL"       tables runs, monthly, flows, stocks, ledger, pots, uptake, targets, joined by the column run;
                            and settings; put the column names by, from, to and group in double quotes. What was varied
                            between runs of one scenario is a column of runs. Views: chances (of each target, for each
                            settings), claims (each once), outlay (yuan by payer). A question can only read.
  results export FILE.csv ["SQL"]   without SQL the targets of every run
  results gc [--yes]        lists what can be deleted (leftovers, damaged, made by another version) and deletes it if confirmed

Examples
  python -m sim results list language=en
  python -m sim results query "SELECT * FROM chances WHERE id = 'nev_stock'"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
    },
    main=main,
)
