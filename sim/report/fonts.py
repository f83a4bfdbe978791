"""The shipped Chinese font, so that figures look the same on every machine."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

from sim.errors import Both, SimError

FAMILY = "Noto Sans SC"
FOLDER = Path(__file__).with_name("fonts")
FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")


def use_fonts(folder: Path = FOLDER) -> None:
    """Make the shipped font matplotlib's default, labels plain text, and all else what matplotlib comes with.

    Whatever style the user has set aside, equal data give equal figures. Raises SimError if a font file is missing.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise SimError(
            Both(
                f"{folder} 中缺少字体文件 {'、'.join(missing)}，无法绘制中文标签。办法：重新安装本程序，包括其数据文件。",
                f"{folder}: the font files {', '.join(missing)} are missing, so Chinese labels cannot be drawn. "
                "Remedy: install the program again, with its package data.",
            )
        )
    known = {Path(entry.fname) for entry in font_manager.fontManager.ttflist}
    for name in FILES:
        if folder / name not in known:
            font_manager.fontManager.addfont(folder / name)
    mpl.rcdefaults()
    mpl.rcParams["font.family"] = [FAMILY, "DejaVu Sans"]
    mpl.rcParams["axes.unicode_minus"] = True
    mpl.rcParams["text.parse_math"] = False
    mpl.rcParams["text.usetex"] = False
