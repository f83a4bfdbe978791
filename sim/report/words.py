"""Every label people read, Chinese and English; measures, targets and products bring their own titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sim.errors import BadInput, Both, Language
from sim.schema.bricks import Title
from sim.settings import Settings
from sim.verdict import ENOUGH_RUNS, FULL_SCALE, is_trial

Titles = Mapping[str, Title]
T = TypeVar("T")

UNITS: dict[str, tuple[str, str]] = {
    "vehicles": ("辆", "vehicles"),
    "yuan": ("元", "yuan"),
    "share": ("比例", "share"),
    "ratio": ("比值", "ratio"),
    "units": ("台（套）", "units"),
    "firms": ("家", "firms"),
    "level": ("级", "level"),
    "yi_yuan": ("亿元", "100 m yuan"),
}

INDICATORS: dict[str, tuple[str, str, str]] = {
    "below_baseline_capacity": ("低于能效基准水平的产能比例", "Capacity below the energy baseline", "share"),
    "construction_machines_over_10y": ("使用超过10年的建筑施工机械占比", "Construction machines older than ten years", "share"),
    "credit_share": ("新车贷款购买比例", "New vehicles bought on credit", "share"),
    "culture_tourism_renewed": ("文旅设备更新覆盖率", "Equipment of culture and tourism renewed", "share"),
    "elv_recovered": ("报废汽车规范回收拆解量", "End-of-life vehicles recovered by licensed dismantlers", "vehicles"),
    "emr_level": ("电子病历系统应用水平平均级别", "Mean level of electronic medical records", "level"),
    "energy_benchmark_capacity_share": ("达到能效标杆水平的产能比例", "Capacity at the energy benchmark", "share"),
    "env_grade_a_capacity_share": ("环保绩效A级产能比例", "Capacity with environmental grade A", "share"),
    "equipment_investment": ("七大领域设备投资", "Equipment investment of the seven fields", "yuan"),
    "farm_machines_bought": ("更新购置农业机械", "New farm machines bought", "units"),
    "farm_machines_scrapped": ("淘汰老旧农业机械", "Old farm machines scrapped", "units"),
    "first_buyer_share": ("首次购车比例", "First-time buyers among buyers of new vehicles", "share"),
    "goods_bought": ("家电、数码等消费品购买量", "Consumer goods bought", "units"),
    "goods_in_use": ("家电、数码等消费品保有量", "Consumer goods in use", "units"),
    "green_factories": ("绿色制造示范企业", "Model firms of green manufacturing", "firms"),
    "high_end_equipment_revenue": ("高端装备制造业营业收入", "Revenue of high-end equipment makers", "yi_yuan"),
    "informal_retirements": ("流入非正规渠道的报废汽车", "End-of-life vehicles in the informal trade", "vehicles"),
    "key_process_cnc_rate": ("关键工序数控化率", "Numerically controlled key processes", "share"),
    "mechanisation_rate": ("农作物耕种收综合机械化率", "Mechanisation of sowing and harvest", "share"),
    "nev_share_new_buses": ("新增和更新公交车新能源占比", "NEV among new buses", "share"),
    "nev_share_new_taxis": ("新增及更新出租车新能源占比", "NEV among new taxis", "share"),
    "nev_stock": ("新能源汽车保有量", "New-energy vehicles in use", "vehicles"),
    "new_car_price": ("新车平均成交价（含购置税）", "Mean price paid for a new vehicle, tax included", "yuan"),
    "new_registrations": ("新车注册登记量", "New-vehicle registrations", "vehicles"),
    "niii_nonoperating_diesel_trucks": (
        "国三及以下非营运柴油货车保有量",
        "Non-operating diesel trucks of National III and below",
        "vehicles",
    ),
    "outlay": ("财政支出", "Public outlay", "yuan"),
    "rd_digital_tool_penetration": ("数字化研发设计工具普及率", "Use of digital design tools", "share"),
    "sewage_upgrade_rate": ("城市污水处理厂提标改造率", "Sewage works upgraded", "share"),
    "smes_digitalised": ("中小企业数字化转型", "Small firms digitalised", "firms"),
    "used_car_transactions": ("二手车交易量", "Used-vehicle transfers", "vehicles"),
    "used_new_ratio": (
        "二手车交易量与新车销量之比（近12个月）",
        "Used transfers to new sales, last twelve months",
        "ratio",
    ),
    "used_price_index": ("二手车价格：本地与全国之比", "Used prices, local over national", "ratio"),
    "vehicle_stock": ("汽车保有量", "Vehicles in use", "vehicles"),
    "vocational_equipment_renewed": ("职业院校教学设备更新比例", "Teaching equipment of vocational schools renewed", "share"),
    "waste_appliances_recovered": ("废旧家电规范回收量", "Waste appliances recovered by the formal channel", "units"),
}
"""Indicator -> Chinese, English, unit."""

GROUPS: dict[str, tuple[str, str]] = {
    "ice": ("燃油车", "Combustion"),
    "phev": ("插电混动（含增程）", "Plug-in hybrid"),
    "bev": ("纯电动", "Battery electric"),
    "all": ("全部汽车", "All vehicles"),
    "passenger": ("乘用车", "Passenger cars"),
    "urgent": ("急需设备", "Urgent equipment"),
    "share": ("占比", "Share"),
    "industry": ("工业", "Industry"),
    "farming": ("农业", "Farming"),
    "construction": ("建筑", "Construction"),
    "transport": ("交通", "Transport"),
    "education": ("教育", "Education"),
    "culture_tourism": ("文旅", "Culture and tourism"),
    "health": ("医疗", "Health"),
    "municipal": ("市政", "Municipal"),
    "ploughing": ("机耕", "Ploughing"),
    "sowing": ("机播", "Sowing"),
    "harvest": ("机收", "Harvest"),
    "central": ("中央", "Central"),
    "province": ("省级", "Province"),
    "city": ("市级", "City"),
    "district": ("区级", "District"),
    "urban": ("城镇", "Urban"),
    "rural": ("农村", "Rural"),
    "firms": ("单位", "Firms and institutions"),
    "quintile_0": ("单位", "Firms"),
    "quintile_1": ("最低", "Poorest"),
    "quintile_2": ("较低", "2nd"),
    "quintile_3": ("中等", "3rd"),
    "quintile_4": ("较高", "4th"),
    "quintile_5": ("最高", "Richest"),
}

PHRASES: dict[str, tuple[str, str]] = {
    "targets_table": ("目标能否实现", "Will the targets be met?"),
    "target": ("目标", "Target"),
    "unit": ("单位", "Unit"),
    "by": ("期限", "By"),
    "promise": ("目标值", "Promise"),
    "probability": ("达标概率", "P(met)"),
    "grade": ("等级", "Grade"),
    "undetermined": ("无法判定", "n. d."),
    "few_units": (
        "#：所依据的模拟单元（台、家、笔）不足{minimum}个，不给出概率；给出概率所需的 population.scale——{listed}。",
        "#: fewer than {minimum} simulated units (goods, firms, deals) stand behind it, so no probability is given; one holds "
        "from population.scale {listed}.",
    ),
    "from_scale": ("{scale}：{titles}", "{scale}: {titles}"),
    "needs_scale": ("不给出，须 population.scale ≥ {scale}", "not given below population.scale {scale}"),
    "partly_defined": (
        "~、无法判定：部分或全部运行没有数值，概率只按有数值的运行计算——{listed}。",
        "~, n. d. (not determined): some runs, or all, have no value; the probability is that of the others: {listed}.",
    ),
    "defined_in": ("{title}（{runs}次运行中{defined}次有数值）", "{title} (defined in {defined} of {runs} runs)"),
    "defined_in_none": ("{runs}次运行均无数值", "defined in none of {runs} runs"),
    "chance_of_some": (
        "{runs}次运行中{defined}次有数值，其中达标{chance}",
        "defined in {defined} of {runs} runs, of which {chance} meet it",
    ),
    "separator": ("；", "; "),
    "enumeration": ("、", ", "),
    "no_target": ("没有目标的期限落在模拟时段内", "no promise falls due within the simulated months"),
    "no_target_until": (
        "模拟时段 {first} 至 {last} 内没有到期的目标，无法判断目标能否实现；最早的期限为 {by}（可设 clock.end={by}）。",
        "No promise falls due from {first} to {last}, so there is none to judge; the first is due in {by} (clock.end={by}).",
    ),
    "later_targets": (
        "另有{count}项目标的期限在 {last} 之后，未列入。",
        "{count} more promises fall due after {last} and are left out.",
    ),
    "trial": ("试算 TRIAL", "TRIAL 试算"),
    "trial_because": (
        "{trial}：模拟比例 {scale}，{runs}次运行（正式结果须模拟全部主体且不少于{enough}次运行），不得作为结论引用。",
        "{trial}: {scale} of the owners, {runs} runs (a result takes all owners and at least {enough} runs); not to be quoted.",
    ),
    "seed_variance_share": ("随机性占比", "Seed variance"),
    "seed_variance_told": (
        "随机性（仅更换随机种子，含全国市场波动）占总方差的比例：中位数 {median}，最大 {most}（{target}）；"
        "其余来自输入数据的不确定性。",
        "Seed variance (another seed, nothing else; shocks to the nation among it) is {median} of the variance of the median "
        "target and at most {most} ({target}); the rest is what is not known of the inputs.",
    ),
    "grade_A": ("A 级：区内观测数据。", "Grade A: observed in the district."),
    "grade_B": (
        "B 级：由市、省或全国数据按比例推算。",
        "Grade B: scaled from city, province or national data.",
    ),
    "grade_C": ("C 级：假设。", "Grade C: assumption."),
    "notice": (
        "说明：B 级、C 级目标的全区总量并非区内统计数据，而是由市、省、全国数据按比例推算（B）或假设（C）得出；"
        "概率只在这些推算成立的前提下有效。",
        "Note: for grades B and C the district's levels are not district statistics but estimates, scaled from city, "
        "province or national data (B) or assumed (C); the probabilities hold only as far as these estimates do.",
    ),
    "quantiles": (
        "P5、P50、P95：{runs}次模拟运行中有5%、50%、95%的结果不超过该值。",
        "P5, P50, P95: 5%, 50% and 95% of the {runs} simulated runs lie at or below.",
    ),
    "in_unit": ("{name}（{unit}）", "{name} ({unit})"),
    "chance_error": (
        "达标概率根据{draws}次抽样估计，抽样误差不超过{points}个百分点（标准误）。",
        "Probabilities are shares of {draws} draws: known to {points} points or better (standard error).",
    ),
    "no_chinese": (
        "本终端不能显示中文。",
        "This terminal cannot show Chinese, so English is used; set PYTHONUTF8=1 to see Chinese.",
    ),
    "p05": ("P5", "P5"),
    "p50": ("P50", "P50"),
    "p95": ("P95", "P95"),
    "median": ("中位数", "Median"),
    "band_90": ("P5–P95", "P5–P95"),
    "band_50": ("P25–P75", "P25–P75"),
    "band_note": (
        "P5–P95：90% 的模拟运行落在此范围；P25–P75：一半的运行落在此范围。",
        "P5–P95 holds 90% of the simulated runs, P25–P75 half of them.",
    ),
    "promise_at": ("目标值：{month} 底 {sign} {value}", "Promise: {sign} {value} at the end of {month}"),
    "promise_each_year": ("目标值：至 {year} 年每年 {sign} {value}", "Promise: {sign} {value} in each year to {year}"),
    "promise_year": ("目标值：{year} 年 {sign} {value}", "Promise: {sign} {value} in {year}"),
    "promise_period": (
        "目标值：截至 {month} 的 12 个月 {sign} {value}",
        "Promise: {sign} {value} in the 12 months to {month}",
    ),
    "assumption": (
        "量化口径（假设）：{text}",
        "Made countable by assumption: {text}",
    ),
    "assumption_mark": (
        "*：承诺的文字须经假设才能量化，口径见 configs/targets/ 中该目标的文件。",
        "*: the wording had to be made countable by an assumption, told in the target's file in configs/targets/.",
    ),
    "met": ("；达标概率：{chance}", "; probability of being met: {chance}"),
    "reference_year": ("基准年", "reference year"),
    "source": ("来源：以旧换新模型，{runs} 次模拟运行。", "Source: trade-in model, {runs} simulated runs."),
    "scenario": ("情景：{scenario}。", "Scenario: {scenario}."),
    "mean_of_runs": ("{unit} · 柱：各次运行的平均值，可以相加", "{unit} · bars: means over the runs, which add up"),
    "all_runs": ("{unit} · 线和带：全部运行的分布", "{unit} · line and bands: how all runs are spread"),
    "a_month": ("{unit}/月", "{unit} a month"),
    "sales_by_powertrain": ("新车注册登记量：按动力类型", "New registrations by powertrain"),
    "nev_share": ("新能源占比", "Share of new-energy vehicles"),
    "uptake_by_measure": ("家庭申领情况：按措施和收入五等份", "Which households take up the subsidies"),
    "uptake_axis": (
        "横轴：家庭按收入分为五等份，自最低至最高；纵轴：申领量（笔）。单位的申领另有表。",
        "Across: households by quintiles of income, poorest to richest; upwards: claims. Organisations: see the table.",
    ),
    "uptake_of_organisations": ("单位申领情况：按措施", "Which subsidies organisations take up"),
    "measure": ("措施", "Measure"),
    "claims": ("申领量（笔）", "Claims"),
    "amount": ("金额（万元）", "Amount (million yuan)"),
    "means_of_runs": ("各次运行的平均值，模拟期合计。", "Means over the runs, sum of the simulated months."),
    "under_subject": ("【{subject}】{title}", "[{subject}] {title}"),
    "colon": ("：", ": "),
    "promises_overview": ("各项目标一览", "All promises at a glance"),
    "promises_note": (
        "橙红色虚线和菱形：目标值和期限；蓝线（柱）：中位数；带（竖线）：P5–P95，90% 的模拟运行落在其间。"
        "✓ 达标概率不低于90%，~ 10%—90%，× 不足10%，? 不能判定。",
        "Dashed red and diamond: the promise and when it falls due; blue: the median; band: P5–P95, 90% of the simulated runs. "
        "✓ met with 90% or more, ~ 10 to 90%, × less than 10%, ? cannot be told.",
    ),
    "promises_summary": (
        "可望实现 {met} 项，有风险 {risk} 项，难以实现 {missed} 项，不能判定 {unknown} 项",
        "met {met}, at risk {risk}, missed {missed}, cannot be told {unknown}",
    ),
    "not_simulated": ("本次未模拟", "not simulated here"),
    "outlay_by_payer": ("财政支出：按承担主体", "Public outlay: who pays"),
    "cumulated": ("累计，{unit}", "Cumulated, {unit}"),
    "of_group": ("{name}（{group}）", "{name} ({group})"),
    "difference": ("{name}：“{other}”减“{base}”", "{name}: {other} minus {base}"),
    "difference_note": (
        "两种情景逐次配对：不确定参数与随机数相同，只有政策不同。",
        "Runs are paired: the same uncertain inputs and the same random numbers, only the policy differs.",
    ),
}


@dataclass(frozen=True)
class Words:
    """The labels in one language. Each kind of thing has a name space of its own: a promise may be called like an indicator."""

    language: Language
    measures: Titles = field(default_factory=dict)
    pots: Titles = field(default_factory=dict)
    products: Titles = field(default_factory=dict)
    promises: Titles = field(default_factory=dict)
    scenario: Title | None = None
    scale: float = FULL_SCALE
    """Share of the owners that is simulated."""

    @classmethod
    def of(cls, settings: Settings) -> Words:
        """The labels for these settings, in their language."""
        measures, pots, products, promises = (
            {name: thing.title for name, thing in things.items()}
            for things in (settings.policy, settings.pots, settings.products, settings.targets)
        )
        scenario, scale = settings.scenario.title, settings.population.scale
        return cls(settings.language, measures, pots, products, promises, scenario, scale)

    def indicator(self, name: str) -> str:
        """The label of an indicator; raises BadInput if it has none."""
        return self._pick(known(INDICATORS, name))

    def unit(self, indicator: str) -> str:
        """The unit of an indicator; raises BadInput if it is unknown."""
        return self._pick(UNITS[known(INDICATORS, indicator)[2]])

    def measure(self, name: str) -> str:
        """The title of a measure."""
        return self.pick(known(self.measures, name))

    def pot(self, name: str) -> str:
        """The title of a pot."""
        return self.pick(known(self.pots, name))

    def product(self, name: str) -> str:
        """The title of a category of goods."""
        return self.pick(known(self.products, name))

    def promise(self, name: str) -> str:
        """The title of a target, as a heading."""
        return self.heading(known(self.promises, name))

    def group(self, name: str) -> str:
        """The label of a group of an indicator: ``measure:``, ``payer:``, a category of goods, or one of its own."""
        kind, _, rest = name.rpartition(":")
        if kind == "measure":
            return self.measure(rest)
        return self._pick(GROUPS[rest]) if rest in GROUPS else self.product(rest)

    def heading(self, title: Title) -> str:
        """The title as a heading: in English with a capital letter."""
        text = self.pick(title)
        return text[:1].upper() + text[1:]

    def phrase(self, name: str, /, **values: object) -> str:
        """A fixed phrase with its blanks filled in."""
        return self._pick(PHRASES[name]).format(**values)

    def stamp(self, runs: int) -> str:
        """The word that marks a trial; nothing for a result."""
        return self.phrase("trial") if is_trial(self.scale, runs) else ""

    def stamp_told(self, runs: int) -> str:
        """The stamp with its reason."""
        if not is_trial(self.scale, runs):
            return ""
        share = f"{100.0 * self.scale:.3g}%"
        return self.phrase("trial_because", trial=self.phrase("trial"), scale=share, runs=runs, enough=ENOUGH_RUNS)

    def pick(self, title: Title) -> str:
        """The title in this language."""
        return title.zh if self.language == "zh" else title.en

    def _pick(self, pair: tuple[str, ...]) -> str:
        return pair[0] if self.language == "zh" else pair[1]


def known(labels: Mapping[str, T], name: str) -> T:
    """The label of a name; raises BadInput if it has none."""
    if name not in labels:
        raise BadInput(
            file="sim/report/words.py",
            key="label",
            value=name,
            allowed=Both(
                "该文件列出的指标和分组，以及 configs/ 或 scenarios/ 中有标题的名称",
                "the indicators and groups listed there, and names with a title in configs/ or scenarios/",
            ),
            remedy=Both("在该文件中补上中英文名称", "give it a Chinese and an English label there"),
        )
    return labels[name]
