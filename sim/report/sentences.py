"""The sentences of the report, Chinese and English; every number is a blank."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Say = Callable[..., str]
"""``sentence`` in the language of a document."""

SENTENCES: Mapping[str, tuple[str, str]] = {
    "title": (
        "{district}大规模设备更新和消费品以旧换新\n各项目标实现情况预测报告",
        "Will {district} meet its targets for equipment renewal and trade-in of consumer goods?\nForecast report",
    ),
    "subtitle": ("情景：{scenario}（口径{boundary}，{first}至{last}）", "Scenario: {scenario} (boundary {boundary}, {first} to {last})"),
    "signed": ("仿真结果自动生成  {date}", "Written from simulation results, {date}"),
    "footer": ("以旧换新仿真模型", "Trade-in simulation"),
    "h_conclusions": ("主要结论", "Conclusions"),
    "c_counts": (
        "目标实现方面：在{total}项可量化的目标中，{likely}项达标概率在九成及以上，{open}项在一成至九成之间，{unlikely}项不足一成，{undetermined}项无法判定。"
        "以上依据{runs}次模拟运行（{draws}组不确定参数，每组{seeds}个随机种子）。",
        "Targets: of {total} promises that can be counted, {likely} are met with a probability of 90% or more, {open} with one "
        "between 10 and 90%, {unlikely} with less than 10%; {undetermined} cannot be determined. This rests on {runs} simulated runs "
        "({draws} draws of the uncertain inputs, {seeds} of the seed for each).",
    ),
    "c_where": ("主要目标见表1，全部目标见第二部分。", "Table 1 tells of the main ones, section 2 of all."),
    "t_headlines": ("主要目标预测", "Main targets"),
    "h_tiers": ("按达标概率分档", "By probability"),
    "c_likely": ("可望实现（达标概率九成及以上）的有{count}项：{names}。", "Likely to be met (90% or more), {count}: {names}."),
    "c_open": ("能否实现尚不确定（一成至九成）的有{count}项：{names}。", "Open (10 to 90%), {count}: {names}."),
    "c_unlikely": ("在本情景下难以实现（不足一成）的有{count}项：{names}。", "Unlikely in this scenario (below 10%), {count}: {names}."),
    "c_undetermined": (
        "无法判定的有{count}项：{names}。原因见目标总表后的说明。", "Not determined, {count}: {names}. Why is told below the table of all targets."
    ),
    "named": ("{title}（{probability}）", "{title} ({probability})"),
    "c_money": (
        "财政支出方面：{first}至{last}年各级财政支出合计平均为{mean}{unit}（九成运行落在{p05}至{p95}之间）。按承担主体：{payers}。",
        "Public outlay: {mean} {unit} from {first} to {last} on average (nine runs in ten between {p05} and {p95}). By payer: {payers}.",
    ),
    "share": ("{name}{value}{unit}（{percent}）", "{name} {value} {unit} ({percent})"),
    "c_no_money": ("本情景没有财政支出。", "There is no public outlay in this scenario."),
    "c_quintiles": (
        "家庭所得补贴中，收入最低的五分之一家庭占{poorest}，最高的五分之一家庭占{richest}。",
        "Of what households claim, the lowest quintile gets {poorest} and the highest {richest}.",
    ),
    "c_trust": (
        "可信程度方面：所依据数据为A级（区内观测）的目标{A}项，B级（由市、省、全国推算）{B}项，C级（假设）{C}项。本区水平值未找到官方统计，均为估算，"
        "不得作为统计数据引用。",
        "How far to trust this: the data behind the targets are of grade A (observed in the district) for {A}, B (scaled from city, province "
        "or nation) for {B}, C (assumption) for {C}. No official count of the district was found: all levels are estimates and must not be "
        "quoted as statistics.",
    ),
    "p_contain": (
        "达标概率和区间反映参数的不确定、全国市场的波动和随机性；模型本身的误差只计入校准所发现的部分。",
        "Probabilities and ranges hold what is not known of the inputs, shocks to the nation and seed variance, and of model discrepancy "
        "what the calibration found of it alone.",
    ),
    "h_targets": ("各项目标预测", "Forecast of each target"),
    "h_targets_table": ("目标总表", "All targets"),
    "t_targets": ("各项目标的目标值、预测区间和达标概率", "Promises, forecast ranges and probabilities"),
    "t_source": (
        "来源：仿真模型，{runs}次模拟运行；{note}",
        "Source: simulation, {runs} runs; {note}",
    ),
    "note_targets": ("P5、P50、P95指5%、50%、95%的运行不超过该值；等级：B推算，C假设。",
                     "P5, P50, P95: 5, 50, 95% of the runs lie at or below; grades: B scaled, C assumption."),
    "note_granted": ("为各次运行的平均值；只计已落实资金的申领，排队等待的不计。", "means over the runs; claims in line for money are left out."),
    "note_claimed": ("为各次运行的平均值；含因资金不足排队等待的申领。", "means over the runs; claims in line for money among them."),
    "note_mean": ("为各次运行的平均值。", "means over the runs."),
    "h_targets_figures": ("主要目标走势", "Course of the main targets"),
    "p_figures": (
        "以下各图为数据等级不是C级的目标；其余目标的图在结果目录的figures文件夹中。",
        "Shown are the targets whose data are not of grade C; the figures of the others are in the folder figures of the results.",
    ),
    "h_sales": ("购买结构", "What is bought"),
    "h_money": ("财政支出", "Public outlay"),
    "h_by_payer": ("按年度和承担主体", "By year and payer"),
    "t_by_payer": ("分年度、分承担主体的财政支出", "Public outlay by year and payer"),
    "t_unit_money": ("单位：{unit}", "Unit: {unit}"),
    "year": ("年份", "Year"),
    "sum": ("合计", "Total"),
    "all_years": ("各年合计", "All years"),
    "h_by_measure": ("按措施", "By measure"),
    "t_by_measure": ("各项措施的支出和核定申领量（各年合计）", "Outlay and claims granted of each measure, all years"),
    "t_unit_claims": ("单位：{unit}，笔", "Units: {unit}; claims"),
    "measure": ("措施", "Measure"),
    "claims": ("核定申领量", "Claims granted"),
    "outlay": ("支出", "Outlay"),
    "h_pots": ("资金下达与用尽", "Money released, and when it runs dry"),
    "t_pots": ("各项补贴资金：下达、用尽、限额和停办", "Pots: money released, dry, capped and stopped"),
    "t_unit_pots": ("单位：{unit}，天", "Units: {unit}; days"),
    "pot": ("补贴资金", "Pot"),
    "opened": ("下达", "Released"),
    "p_dry": ("用尽概率", "P(dry)"),
    "first_dry": ("首次用尽（中位数）", "First dry (median)"),
    "dry_days": ("无资金天数", "Days dry"),
    "capped_days": ("限额用完天数", "Days capped"),
    "stopped_days": ("停办天数", "Days stopped"),
    "note_pots": (
        "为各次运行的平均值；用尽指当月有申领遇到资金不足、月末有人排队或余额不足一笔平均申领。",
        "means over the runs; dry: in some month a claim found no money, or the month ended with claims in line or less left than a mean claim.",
    ),
    "h_additionality": ("补贴的净增效果", "What the subsidies add"),
    "p_additionality_missing": (
        "本报告生成时没有本情景的净增效果分析结果，故不作判断。补充的办法见本报告最后一部分。",
        "No analysis of additionality was there for this scenario when the report was written, so nothing is said of it. "
        "How to add it stands in the last section.",
    ),
    "p_additionality_shipped": (
        "尚未对本报告的设定分析净增效果。下表为程序随附的试算，地区和措施相同，模拟比例{scale}，{pairs}对运行，逐户与取消该措施的情形对比，只看大致比例，"
        "不得作为结论引用。换为本设定结果的办法见最后一部分。",
        "Additionality was not worked out for the settings of this report. The table is a trial that ships with the program, for the same district and measures, "
        "{scale} of the owners and {pairs} pairs of runs, owner by owner against the measure's absence: read shares, quote nothing. How to get it for "
        "this report's own settings stands in the last section.",
    ),
    "source_shipped": (
        "来源：程序随附的试算（模拟比例{scale}，{pairs}对运行），为平均值；只列模拟申领不少于{least}笔的措施。",
        "Source: trial that ships with the program ({scale} of the owners, {pairs} pairs of runs), means; measures with at least {least} simulated claims.",
    ),
    "t_additionality": ("净增、提前和本来就会发生的购买", "Purchases that are additional, pulled forward, or would have happened anyway"),
    "t_additionality_unit": ("单位：件；元/件", "Units: goods; yuan per good"),
    "additional": ("净增", "Additional"),
    "pulled_forward": ("提前", "Pulled forward"),
    "anyway": ("本会发生", "Anyway"),
    "cost_per_additional": ("每件净增成本", "Cost per additional"),
    "note_seed_variance": (
        "同一组参数各随机种子之间的平均方差，占全部运行方差的比例。",
        "mean variance between the seeds of a draw over the variance of all runs.",
    ),
    "p_uptake": (
        "下图为家庭申领金额最多的{count}项措施；全部措施的图见figures文件夹。",
        "The figure shows the {count} measures of which households claim most; all are in the folder figures.",
    ),
    "h_who": ("受益群体", "Who gets the subsidies"),
    "h_uncertainty": ("不确定性", "Uncertainty"),
    "h_seed_variance": ("来源", "Where it comes from"),
    "p_seed_variance": (
        "每次运行的差异来自两方面：{uncertain}个有取值范围的输入数据（真值不确定），以及个体决策和全国市场波动的随机性（随机种子）。"
        "下表为随机性占方差一成以上的目标；其余目标的差异几乎全部来自输入数据。",
        "Runs differ for two reasons: {uncertain} inputs that are known within a range only, and the seed of the random numbers, which decides "
        "what single owners do and what moves the whole nation. The table lists the targets of which seed variance makes up a tenth or more of all variance; that of the others comes nearly all from "
        "uncertain inputs.",
    ),
    "p_seed_variance_none": (
        "每次运行的差异来自两方面：{uncertain}个有取值范围的输入数据（真值不确定），以及个体决策和全国市场波动的随机性（随机种子）。"
        "没有目标的随机性占比达到一成。",
        "Runs differ for two reasons: {uncertain} inputs that are known within a range only, and the seed of the random numbers, which decides "
        "what single owners do and what moves the whole nation. For no target is seed variance a tenth of all variance.",
    ),
    "p_seed_variance_unknown": (
        "每次运行的差异来自两方面：{uncertain}个有取值范围的输入数据（真值不确定），以及个体决策和全国市场波动的随机性（随机种子）。"
        "本次每组参数只有一个随机种子，二者不能区分；需要区分时，把每组参数的随机种子增至两个（ensemble.seeds=2）。",
        "Runs differ for two reasons: {uncertain} inputs that are known within a range only, and the seed of the random numbers, which decides "
        "what single owners do and what moves the whole nation. With one seed a draw the two cannot be told apart here; two seeds (ensemble.seeds=2) tell them apart.",
    ),
    "t_seed_variance": ("随机性占方差的比例", "Seed variance as a share of all variance"),
    "h_validation": ("检验", "Validation"),
    "p_validation_missing": (
        "本次结果中没有检验，也未找到程序随附的检验结果表（docs/trust/scorecard.md）。检验的办法见最后一部分。",
        "Nothing was validated with these results, and the scorecard that ships with the program (docs/trust/scorecard.md) was not found. "
        "How to test the forecasts stands in the last section.",
    ),
    "p_validation_shipped": (
        "本次结果中没有检验；程序随附的检验结果表（docs/trust/scorecard.md，数据来自全国和其他地区，并非本区观测）：校准未用过的{total}项检验中，"
        "{passed}项预测落在事先规定的范围内；另有{used}项校准时用过，不算检验。",
        "Nothing was validated with these results. The scorecard that ships with the program (docs/trust/scorecard.md; national data and "
        "other places, no observation of the district): of {total} checks that the calibration has not seen, {passed} fell within "
        "the band set beforehand; {used} more were used in the calibration and are no test.",
    ),
    "p_validation": (
        "校准未用过的{total}项检验中，{passed}项预测落在事先规定的范围内；另有{used}项校准时用过，不算检验。",
        "Of {total} checks that the calibration has not seen, {passed} fell within the band set beforehand; {used} more were used in "
        "the calibration and are no test.",
    ),
    "quantity_key": ("quantity_zh", "quantity"),
    "used": ("（校准已用）", " (used in calibration)"),
    "t_validation": ("检验结果", "Validation"),
    "quantity": ("检验量", "Quantity"),
    "predicted": ("预测", "Predicted"),
    "observed": ("观测", "Observed"),
    "passed": ("通过", "Passed"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "none": ("无", "none"),
    "h_count": ("先查清哪些数字", "What to count first"),
    "p_count": (
        "下列数字目前只有估计。“误判减少”指查实该数字后，对各项目标能否实现的误判平均减少多少（百分点，各项合计）；“预算偏差减少”指据此编制预算，偏差平均减少多少。"
        "依据{runs}次模拟运行；没有超出随机噪声的数字不列。",
        "The numbers below are estimates. Wrong calls avoided: by how much saying which promises will be met would be wrong less often "
        "if the number were known (percentage points, all promises); misplanned money avoided: likewise for the budget. From {runs} "
        "simulated runs; numbers that do not exceed the noise are left out.",
    ),
    "p_count_none": (
        "{runs}次模拟运行分辨不出单个数字的作用，因此不排名；需增加抽样次数。",
        "{runs} simulated runs cannot tell single numbers apart, so none is ranked; more draws are needed.",
    ),
    "p_count_missing": (
        "尚未计算（至少需要20次抽样），办法见最后一部分。",
        "Not computed yet (it takes at least 20 draws); the last section tells how.",
    ),
    "t_count_counted": ("有关部门可以查清的数字", "Numbers that departments can count"),
    "t_count_surveyed": ("只能调查或观察的数字", "Numbers that can be surveyed or observed only"),
    "t_unit_count": ("误判减少：百分点；预算偏差减少：{unit}", "wrong calls: percentage points; money: {unit}"),
    "count_number": ("数字", "Number"),
    "count_held": ("掌握单位", "Held by"),
    "count_estimate": ("现用估计（区间）", "Estimate (range)"),
    "count_grade": ("等级", "Grade"),
    "count_points": ("误判减少", "Wrong calls avoided"),
    "count_yuan": ("预算偏差减少", "Misplanned money avoided"),
    "h_assumptions": ("假设和数据等级", "Assumptions and grades of data"),
    "p_grades": (
        "设置文件中有等级的数据和条款共{total}个：A级{A}个（区内观测或法规原文），B级{B}个（由市、省或全国推算），C级{C}个（假设）。"
        "每个数据的单位、来源和范围写在configs/下各文件中。",
        "The settings hold {total} graded numbers and terms: {A} of grade A (observed in the district or read in the law), {B} of B "
        "(scaled from city, province or nation), {C} of C (assumption). Unit, source and range of each stand in the files in "
        "configs/.",
    ),
    "t_counted": ("承诺如何计数", "How the promises are counted"),
    "counted": ("计数口径", "Counted as"),
    "quote": ("方案原文", "The plan's words"),
    "article": ("条款", "Article"),
    "t_counted_source": ("来源：configs/targets/、configs/coverage.yaml", "Source: configs/targets/, configs/coverage.yaml"),
    "h_again": ("如何重现本报告的每个数字", "How to get every number again"),
    "p_again": (
        "文中数字全部取自结果文件，没有手工填写。在同一版本的程序中输入以下命令，将得到相同的数字：",
        "Every number is taken from the results; none was typed. The same command in the same version of the program gives the "
        "same numbers:",
    ),
    "p_add": (
        "以下内容尚未就本报告的设定计算。依次输入下列命令，再重新生成本报告即可补入：",
        "Some parts have not been computed for this report's own settings. Type these commands, then write the report again:",
    ),
    "p_query": ("各次运行的明细可用SQL查询，例如：", "Single runs can be asked in SQL, for instance:"),
    "t_made": ("版本和设置", "Versions and settings"),
    "item": ("项目", "Item"),
    "content": ("内容", "Content"),
    "t_made_source": ("来源：结果目录中的manifest.json", "Source: manifest.json in the folder of results"),
    "made_seeds": ("随机种子", "Seeds"),
    "made_scale": ("模拟比例", "Share of owners simulated"),
    "made_commit": ("程序版本（commit）", "Program (commit)"),
    "made_model": ("模型版本", "Model"),
    "made_settings": ("设置摘要", "Settings"),
    "made_store": ("结果存放", "Results in"),
    "made_versions": ("软件", "Software"),
    "made_failed": ("失败的运行", "Failed runs"),
    "separator": ("；", "; "),
    "space": ("", " "),
}  # fmt: skip
"""Name -> Chinese, English."""


def sentence(name: str, language: str, /, **values: object) -> str:
    """A sentence with its blanks filled in."""
    return SENTENCES[name][0 if language == "zh" else 1].format(**values)
