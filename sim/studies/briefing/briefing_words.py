"""What the page says, in both languages."""

from __future__ import annotations

LIGHTS = {
    "zh": {"red": "红", "amber": "黄", "green": "绿", "none": "—"},
    "en": {"red": "red", "amber": "amber", "green": "green", "none": "–"},
}
MONEY = {"zh": (1e4, "万元"), "en": (1e6, "million yuan")}
SAID = {
    "zh": {
        "title": "{district}大规模设备更新和消费品以旧换新工作专班月报",
        "subtitle": "数据截至{month}　情景：{scenario}（口径{boundary}）",
        "signed": "仿真结果自动生成　{date}　{runs}次模拟运行，有效样本量{effective:.0f}",
        "footer": "以旧换新仿真模型",
        "h_lights": "目标进展",
        "t_lights": "各项目标达标概率（红、黄、绿灯）",
        "light": "亮灯", "then": "上月", "now": "本月", "forecast": "初始",
        "n_lights": "绿灯：达标概率不低于90%；黄灯：10%—90%；红灯：不足10%；“—”：不能判定（#：模拟单元太少）。"
        "上月：不含本月数据的推算；初始：未计入任何实际数据的预测。",
        "h_spending": "支出与计划",
        "t_spending": "财政支出执行与测算对照",
        "unit": "单位：{unit}",
        "period": "时段", "released": "资金下达", "planned": "原测算", "paid": "实际执行或最新预计", "gap": "较原测算增减",
        "part": "{year}年1—{month}月", "whole": "{year}年全年",
        "n_spending": "原测算、预计：中位数，括号内为90%区间；资金下达：已安排补贴资金的措施，均值。",
        "n_unknown": "本月财政支出合计未报送，第一行为推算。",
        "h_changes": "上月以来的变化",
        "news": "本月数据与上月推算相比：{listed}。",
        "one_news": "{series}{value}，{way}",
        "claims": "笔", "above": "高{size}", "below": "低{size}", "as_told": "基本一致", "points": "{value:.1f}个百分点",
        "moved": "达标概率变动1个百分点以上的目标{count}项：{listed}。",
        "one_change": "{title}由{before}变为{after}（主要因{driver}）",
        "unmoved": "各项目标的达标概率变动均不足1个百分点。",
        "known": "该月已有实际数", "other": "各次运行向实际靠拢",
        "h_helps": "最有效的措施",
        "t_helps": "对红灯、黄灯目标单位资金作用最大的措施",
        "helps": "有助于", "brings": "每多{amount}", "share": "占目标差距", "cost": "尚需支出",
        "n_contribution": "依据：contribution（逐一取消措施的对照运行）。尚需支出：本月之后至模拟期末，均值。",
        "n_runs": "依据：各次模拟运行之间的差别，是相关关系，不等于因果；运行 python -m sim contribution 后改用对照运行的结果。"
        "尚需支出：本月之后至模拟期末，均值。",
        "no_help": "尚不能判断哪项措施最有效（没有红灯、黄灯的目标，或各次运行之间的差别不足以说明）；"
        "请运行 python -m sim contribution 取得对照运行的结果。",
    },
    "en": {
        "title": "Monthly briefing for the trade-in work group of {district}",
        "subtitle": "data up to {month}, scenario: {scenario} (boundary {boundary})",
        "signed": "Written from simulation results, {date}; {runs} runs, effective sample size {effective:.0f}",
        "footer": "Trade-in simulation",
        "h_lights": "Promises",
        "t_lights": "Probability of each promise, with its light",
        "light": "light", "then": "month ago", "now": "now", "forecast": "at first",
        "n_lights": "Green: met with 90% or more; amber: 10 to 90%; red: less than 10%; –: cannot be told (#: too few "
        "simulated units). Month ago: without this month's data; at first: without any actuals.",
        "h_spending": "Spending against plan",
        "t_spending": "Public outlay, paid and expected",
        "unit": "in {unit}",
        "period": "period", "released": "released", "planned": "worked out", "paid": "paid or expected", "gap": "off by",
        "part": "{year}, months 1–{month}", "whole": "{year}",
        "n_spending": "Worked out, expected: medians, 90% ranges in brackets. Released: means, of measures with a pot.",
        "n_unknown": " The whole outlay of this month was not given; the first row is inferred.",
        "h_changes": "What changed since last month",
        "news": "This month's data against what was inferred a month ago: {listed}.",
        "one_news": "{series} {value}, {way}",
        "claims": "claims", "above": "{size} above",
        "below": "{size} below", "as_told": "as foretold", "points": "{value:.1f} points",
        "moved": "Probabilities of {count} promises moved by a point or more: {listed}.",
        "one_change": "{title} from {before} to {after} (mostly {driver})",
        "unmoved": "No promise's probability moved by a point or more.",
        "known": "months as they were", "other": "runs drawn to the actuals",
        "h_helps": "What would help most",
        "t_helps": "Measures with the largest effect for a yuan on promises that are not safe",
        "helps": "helps", "brings": "{amount} more bring", "share": "of the gap", "cost": "still to pay",
        "n_contribution": "From contribution (paired runs without each measure). Still to pay: mean, after this month.",
        "n_runs": "From how the runs differ: an association, not an effect; once python -m sim contribution has been run its "
        "paired runs are used. Still to pay: mean, after this month.",
        "no_help": "Which measure helps most cannot be told (no red or amber promise, or the runs do not differ enough by it); "
        "run python -m sim contribution for paired runs.",
    },
}  # fmt: skip
