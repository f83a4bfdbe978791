"""The dashboard: a page on this machine that shows stored results, and runs what has not been run. No model logic."""

from __future__ import annotations

from sim.errors import Both, refused
from sim.studies.common.declaring import Verb, typed_settings

LAST_PORT = 65535


def main(words: list[str]) -> int:
    """Settings for every scenario on the page, and a port."""
    ports = [word for word in words if word.startswith("port=")]
    rest = [word for word in words if word not in ports]
    port = ports[-1].removeprefix("port=") if ports else "8765"
    if not port.isdecimal() or int(port) > LAST_PORT:
        allowed = Both(
            f"0 到 {LAST_PORT} 之间的整数；0 为任意空闲端口", f"a whole number from 0 to {LAST_PORT}; 0: any that is free"
        )
        raise refused("port", port, allowed, Both("输入 port=8765", "type port=8765"))
    settings = typed_settings(rest)
    from sim.dashboard.server import dashboard

    return dashboard(settings, rest, int(port))


VERB = Verb(
    place=70,
    summary={
        "zh": "在浏览器中调整政策杠杆、比较情景（只在本机，不联网）",
        "en": "let me try: a page in the browser, on this machine alone",
    },
    page={
        "zh": """\
dashboard：在浏览器中调整政策杠杆、比较情景。

打开所打印的 127.0.0.1 地址即可；不需要也不使用互联网。改变杠杆后几秒内显示中心估计：基准情景集合预测的中位数，加上速算的差额
（二十分之一的户数、只模拟受影响的商品类别、中心参数、同一组随机数），并注明通常误差（docs/trust/estimates.md）；
调整前的数字变灰。全量单次运行和集合预测在后台进行，完成后自动替换；页面写明当前显示的是哪一种。
可比较最多四个情景，可把设置保存为 scenarios/ 能用的文件，可下载图、表、工作簿和报告。

例
  python -m sim dashboard
  python -m sim dashboard port=9000 population.scale=0.25 ensemble.draws=6
  python -m sim dashboard scenario=no_policy language=en

  port=8765                 端口；0 为任意空闲端口
其余键对页面上所有情景都起作用。

{common}""",
        "en": """\
dashboard: move the levers and compare scenarios in the browser.

Open the address on 127.0.0.1 that is printed; it needs and uses no internet. A change of a lever shows a central
estimate within seconds: the median of the ensemble that is compared with, moved by the difference of two quick looks (a
twentieth of the owners, only the kinds of goods that the lever touches, central inputs, the same random numbers), with
its usual error (docs/trust/estimates.md); numbers from before the change turn grey. One full run and the ensemble follow
in the background and take its place. The page says which of them is shown. Up to four scenarios can be compared, settings
saved to a file that scenarios/ accepts, and figures, tables, workbook and report downloaded.

Examples
  python -m sim dashboard language=en
  python -m sim dashboard port=9000 population.scale=0.25 ensemble.draws=6
  python -m sim dashboard scenario=no_policy language=en

  port=8765                 0: any that is free
The other keys hold for every scenario on the page.

{common}""",
    },
    main=main,
    options=("port",),
)
