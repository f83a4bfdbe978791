"""The form of the workbook of local numbers: its columns, and the cells of its first sheet that are read back."""

from __future__ import annotations

from sim.errors import Both
from sim.studies.common.form_layout import FormColumn

COLUMNS = (
    FormColumn("code", Both("编码", "Code"), 15),
    FormColumn("title", Both("指标", "Number"), 30),
    FormColumn("means", Both("口径", "Definition"), 46),
    FormColumn("unit", Both("单位", "Unit"), 14),
    FormColumn("date", Both("时点", "Date"), 11),
    FormColumn("estimate", Both("现用估计", "Estimate in use"), 13),
    FormColumn("low", Both("区间下限", "Low"), 11),
    FormColumn("high", Both("区间上限", "High"), 11),
    FormColumn("grade", Both("现用等级", "Grade in use"), 8),
    FormColumn("used", Both("进入模型", "In the model"), 8),
    FormColumn("department", Both("掌握单位", "Held by"), 18),
    FormColumn("true", Both("真实值", "True value"), 14, True),
    FormColumn("true_date", Both("真实值时点", "Its date"), 12, True),
    FormColumn("true_source", Both("真实值来源", "Its source"), 28, True),
    FormColumn("true_grade", Both("真实值等级", "Its grade"), 9, True),
    FormColumn("source", Both("现用估计的依据", "Basis of the estimate"), 60),
)
GUIDE = "填报说明 Guide"
REGION = Both("地区代码", "Region code")
BOUNDARY = Both("口径", "Boundary")
GRADES = ("A", "B")
"""A: counted or registered. B: the department's own estimate, which keeps the range of today's."""
YES, NO = "是 yes", "否 no"
