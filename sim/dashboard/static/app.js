// The page: asks the program, shows its answers; it works out nothing itself.
import { BLUE, ORANGE, PHONE, amount, fan, gauge, outlay, sankey, stacked, told } from "./charts.js";
import { getLanguage, pick, say, setLanguage } from "./words.js";

const at = (id) => document.getElementById(id);
const state = { start: null, job: null, view: null, pinned: [], asked: 0, old: null, fan: "nev_stock", kind: "automobile", beside: { wanted: "", found: null } };
const WAIT = 120, PAUSE = 700, STILL = 350, DAY = 86400000;

function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) value === true ? made.setAttribute(name, "") : made.setAttribute(name, value);
  made.append(...inside);
  return made;
}
async function ask(path, body) {
  const sent = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let answer;
  try { answer = await fetch(`${path}${path.includes("?") ? "&" : "?"}language=${getLanguage()}`, sent); } catch { throw { said: say("lost") }; }
  if (answer.headers.get("content-type")?.startsWith("application/json")) {
    const content = await answer.json();
    if (answer.ok) return content;
    if (content.refused) throw { said: [say("refused"), ...["key", "value", "allowed", "remedy", "file"].map((part) => `${say(part)}: ${content.refused[part]}`)].join("\n") };
    throw { said: content.error };
  }
  if (!answer.ok) throw { said: say("lost") };
  return answer;
}
function complain(problem) {
  at("error").textContent = problem?.said ?? String(problem);
  at("error").hidden = false;
}

// ---- controls
function options(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => element("option", { value }, text)));
  if (entries.some(([value]) => value === chosen)) select.value = chosen;
}
function build(kept = changes()) {
  document.documentElement.lang = getLanguage();
  document.querySelectorAll("[data-say]").forEach((one) => { one.textContent = say(one.dataset.say); });
  at("language").textContent = getLanguage() === "zh" ? "English" : "中文";
  at("language").lang = getLanguage() === "zh" ? "en" : "zh";
  const scenarios = state.start.scenarios.map(({ id, title }) => [id, pick(title)]);
  options(at("scenario"), scenarios, at("scenario").value || state.start.scenario);
  options(at("baseline"), scenarios, at("baseline").value || "enacted");
  at("levers").replaceChildren(...state.start.groups.map((group) =>
    element("fieldset", {}, element("legend", {}, pick(group.title)), ...group.levers.map((lever) => control(lever, kept)))));
  mark();
  at("levers_note").textContent = say("levers_note", { now: dated(state.start.now), since: dated(state.start.levers_from) });
  at("files").replaceChildren(...state.start.files.map((name) => {
    const button = element("button", { type: "button", "data-file": name }, name);
    button.addEventListener("click", () => fetchFile(name));
    return button;
  }));
}
const standingOf = (key) => state.start.values[at("scenario").value]?.[key] ?? {};
const original = (key) => standingOf(key).value ?? null;
const inForce = (key) => standingOf(key).number ?? original(key);
// Dates in the visitor's language, whatever that of the browser.
function dated(day) {
  const [year, month, date] = day.split("-").map(Number);
  if (!date) return new Date(Date.UTC(year, month - 1)).toLocaleDateString(tongue(), { year: "numeric", month: "long", timeZone: "UTC" });
  return new Date(Date.UTC(year, month - 1, date)).toLocaleDateString(tongue(), { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });
}
const tongue = () => (getLanguage() === "zh" ? "zh-CN" : "en-GB");
const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text ?? "");
const said = (value) => (typeof value === "number" ? value.toLocaleString("en", { maximumFractionDigits: 3 }) : isDay(value) ? dated(value) : String(value));
function standingSaid(lever) {
  const now = standingOf(lever.key);
  if (!now.told) return "";
  const told = pick(now.told), unit = lever.unit && /^[\d.,]+$/.test(told) ? ` ${pick(lever.unit)}` : "";
  const days = now.start ? bracketed(now.end ? say("from_to", { start: dated(now.start), end: dated(now.end) }) : say("from_on", { start: dated(now.start) })) : "";
  return (isDay(told) ? dated(told) : told) + unit + days;
}
// By how much a lever departs from what is in force.
function departure(lever, given) {
  const now = inForce(lever.key);
  const told = standingOf(lever.key).told?.zh;
  if (isDay(given) && isDay(told)) return say("days", { gap: `${given > told ? "+" : ""}${said((Date.parse(given) - Date.parse(told)) / DAY)}` });
  if (lever.form !== "number") return say("set_to", { value: said(given) });
  if (isNaN(given) || now === null) return say("set_to", { value: given });
  const gap = Number(given) - now, share = now ? ` / ${gap > 0 ? "+" : ""}${Math.round((100 * gap) / now)}%` : "";
  return say("departs", { gap: `${gap > 0 ? "+" : ""}${said(gap)} ${lever.unit ? pick(lever.unit) : ""}${share}` });
}
function control(lever, kept) {
  const id = "lever-" + lever.key.replaceAll(".", "-"), value = kept[lever.key] ?? original(lever.key) ?? "";
  const label = element("label", { for: id }, pick(lever.title) + (lever.unit ? bracketed(pick(lever.unit)) : ""));
  const row = element("div", { class: "lever", "data-key": lever.key }, label);
  if (lever.form === "choice") {
    const select = element("select", { id, class: "alone" });
    options(select, lever.choices.map((choice) => [choice, choice]), String(value));
    select.addEventListener("change", changed);
    row.append(select);
  } else if (lever.form === "date") {
    const input = element("input", { id, class: "alone date", value, inputmode: "numeric", placeholder: say("day"), autocomplete: "off", "aria-describedby": `${id}-now` });
    input.addEventListener("change", changed);
    row.append(input);
  } else {
    const now = inForce(lever.key), shown = now === null ? say("as_enacted") : said(now);
    const input = element("input", { id, inputmode: "decimal", value, placeholder: shown, autocomplete: "off", "aria-describedby": `${id}-now` });
    const slider = element("input", { type: "range", min: lever.low, max: lever.high, step: lever.step, list: `${id}-ticks`, "aria-label": pick(lever.title) });
    slider.value = value === "" ? now ?? lever.low : value;
    slider.addEventListener("input", () => { input.value = slider.value; mark(); });
    slider.addEventListener("change", soon);
    input.addEventListener("change", () => { slider.value = input.value === "" ? now ?? lever.low : input.value; changed(); });
    const quarter = (lever.high - lever.low) / 4, places = [0, 1, 2, 3, 4].map((part) => lever.low + part * quarter);
    const ticks = element("datalist", { id: `${id}-ticks` }, ...[...places, ...(now === null ? [] : [now])].map((place) => element("option", { value: place })));
    const scale = element("div", { class: "scale", "aria-hidden": "true" }, ...[0, 2, 4].map((part) => element("span", {}, said(places[part]))));
    row.append(element("div", { class: "slide" }, slider, scale), input, ticks);
  }
  const limits = lever.least === null ? "" : " " + say(lever.most === null ? "at_least" : "limits", { low: said(lever.least), high: said(lever.most ?? 0) });
  const back = element("button", { type: "button", class: "back", "aria-label": `${say("reset_one")} ${pick(lever.title)}`, hidden: true }, say("reset_one"));
  back.addEventListener("click", () => { restore(row); changed(); field(row).focus(); });
  row.append(element("p", { class: "now", id: `${id}-now` }, (standingOf(lever.key).told ? say("in_force", { value: standingSaid(lever) }) : "") + limits), element("p", { class: "departs" }, element("output", { for: id }), back));
  return row;
}
const field = (row) => row.querySelector("select, input.date, input[inputmode]");
const leverOf = (key) => state.start.groups.flatMap(({ levers }) => levers).find((lever) => lever.key === key);
function changes() {
  const found = {};
  document.querySelectorAll(".lever").forEach((row) => {
    const given = field(row).value.trim(), was = original(row.dataset.key);
    if (given !== "" && String(was ?? "") !== given && !(was !== null && !isNaN(given) && Number(given) === Number(was))) found[row.dataset.key] = given;
  });
  return found;
}
function mark() {
  const found = changes();
  document.querySelectorAll(".lever").forEach((row) => {
    const moved = row.dataset.key in found;
    row.classList.toggle("changed", moved);
    row.querySelector(".back").hidden = !moved;
    row.querySelector("output").textContent = moved ? departure(leverOf(row.dataset.key), found[row.dataset.key]) : "";
  });
  showTurned(found);
}
// What was turned, for the page and for print: the lever, what is in force, and what it was set to.
function showTurned(found) {
  const more = moreLines();
  const rows = Object.entries(found).map(([key, given]) => {
    const lever = leverOf(key);
    return [pick(lever.title), standingSaid(lever), isNaN(given) ? said(given) : said(Number(given)) + (lever.unit ? ` ${pick(lever.unit)}` : ""), departure(lever, given)];
  });
  rows.push(...more.map((line) => [line, "", "", ""]));
  const chosen = at("scenario").selectedOptions[0]?.textContent ?? "";
  at("turned_list").replaceChildren(element("p", { class: "note" }, say("scenario") + say("colon") + chosen),
    rows.length ? table([say("lever"), say("now_in_force"), say("value_set"), say("departs_head")], rows, say("turned")) : say("nothing_turned"));
}
function restore(row) {
  const was = original(row.dataset.key) ?? "", slider = row.querySelector("input[type=range]");
  field(row).value = was;
  if (slider) slider.value = was === "" ? inForce(row.dataset.key) ?? slider.min : was;
}
// Another scenario: its own values are in force, and every lever stands on them.
function toOriginal() {
  at("levers").replaceChildren();
  build({});
}
// What the controls say is a question: until its own answer is there, no button acts on anything older. Numbers of the same
// scenario from before the change stay, grey and named as that; another scenario's or another language's are taken away.
function forget() {
  if (state.view?.stage === "ensemble") state.old = state.view;
  if (state.old && (state.old.chosen !== at("scenario").value || state.old.language !== getLanguage())) state.old = null;
  state.job = state.view = null;
  at("command").textContent = "";
  at("status").replaceChildren(badge("pending"), " " + say("waiting"));
  at("progress").hidden = true;
  show();
}
const moreLines = () => at("more").value.split("\n").map((line) => line.trim()).filter(Boolean);
const question = () => ({ scenario: at("scenario").value, changes: changes(), more: moreLines(), baseline: at("baseline").value });
// The address says what is asked, so that it can be kept, sent, reloaded and gone back to.
const address = () => "#" + encodeURIComponent(JSON.stringify({ ...question(), language: getLanguage() }));
function remember() {
  const now = address(), step = history.state?.step ?? 0;
  if (location.hash === "") history.replaceState({ step: 0 }, "", now);
  else if (location.hash !== now) history.pushState({ step: step + 1 }, "", now);
  at("undo").disabled = !(history.state?.step > 0);
}
function addressed() {
  try { return JSON.parse(decodeURIComponent(location.hash.slice(1))); } catch { return null; }
}
function recall(asked) {
  if (asked?.language) setLanguage(asked.language === "en" ? "en" : "zh");
  for (const name of ["scenario", "baseline"]) if (state.start.scenarios.some(({ id }) => id === asked?.[name])) at(name).value = asked[name];
  if (Array.isArray(asked?.more)) at("more").value = asked.more.filter((line) => typeof line === "string").join("\n");
  at("levers").replaceChildren();
  build(asked?.changes ?? {});
}
// A key held down moves a slider step by step: what is asked is where it stops.
let pause = 0;
function soon() {
  clearTimeout(pause);
  pause = setTimeout(changed, STILL);
}
async function changed() {
  clearTimeout(pause);
  mark();
  const mine = ++state.asked;
  at("error").hidden = true;
  forget();
  remember();
  const asked = question(), more = asked.more;
  try {
    const job = await ask("/api/look", asked);
    if (mine !== state.asked) return;
    state.job = { ...job, changes: asked.changes, more };
    at("command").textContent = job.command;
    follow(mine, "");
  } catch (problem) { if (mine === state.asked) complain(problem); }
}
async function follow(mine, since) {
  while (mine === state.asked) {
    try {
      const answer = await ask(`/api/look/${state.job.id}?base=${state.job.base}&since=${encodeURIComponent(since)}`);
      if (mine !== state.asked) return;
      if (answer.view) { state.view = { ...answer.view, language: getLanguage(), chosen: at("scenario").value }; since = answer.looks; show(); }
      standing(answer);
      if (answer.done) break;
      await new Promise((resolve) => setTimeout(resolve, state.view?.difference ? PAUSE : WAIT));
    } catch (problem) { complain(problem); return; }
  }
}

// ---- results
function standing(answer) {
  const view = state.view, parts = [];
  if (answer.failure) complain({ said: say("failed") + "\n" + answer.failure });
  parts.push(badge(view?.stage ?? "pending"), ...(view?.stamp ? [element("span", { class: "badge trial", id: "stamp" }, view.stamp)] : []), " " + whatIsShown(view) + " ");
  const now = answer.progress;
  if (answer.done) parts.push(say("finished"));
  else if (now) parts.push(say("working", { ...now, stage: say(now.stage) }));
  else parts.push(say("waiting"));
  at("status").replaceChildren(...parts);
  at("progress").hidden = answer.done || !now;
  if (now) at("progress").value = (now.done + now.anchored) / Math.max(now.runs + now.anchors, 1);
}
// In words: what the numbers are, how far off they may be, and which are old.
function whatIsShown(view) {
  if (view?.stage !== "estimate") return say((view?.stage ?? "pending") + "_is", sizes(view)) + (state.old && view?.stage !== "ensemble" ? " " + say("old_is") : "");
  const { stage } = view.difference;
  return say(`estimate_${stage}`, { ...sizes(view.difference), error: view.error }) + (state.old ? " " + say("old_is") : "");
}
const badge = (stage) => element("span", { class: `badge ${stage}`, id: "stage", "data-stage": stage }, say(stage));
function sizes(one) {
  const comma = getLanguage() === "zh" ? "、" : ", ";
  return { scale: share(one?.scale ?? 0), runs: one?.runs ?? 0, kinds: (one?.kinds ?? []).map(say).join(comma) };
}
// A share of the owners as people say it.
function share(scale) {
  const parts = Math.round(1 / scale);
  return scale === 1 ? say("all_owners") : Math.abs(parts * scale - 1) < 1e-9 ? `1/${parts}` : `${+(scale * 100).toFixed(2)}%`;
}
const ready = () => state.job !== null && state.view?.id === state.job.id && state.view.stage === "ensemble";
function buttons() {
  for (const button of document.querySelectorAll("#files button")) {
    button.disabled = !ready();
    button.title = button.disabled ? say("wait") : "";
  }
  at("save").disabled = at("pin").disabled = state.job === null;
}
function figure(name, svg) {
  const buttons = element("div", { class: "buttons" });
  for (const kind of ["svg", "png"]) {
    const button = element("button", { type: "button" }, say(kind));
    button.addEventListener("click", () => keep(svg, `${name}.${kind}`));
    buttons.append(button);
  }
  return element("div", { class: "figure" }, svg, buttons);
}
function table(heads, rows, caption) { return grouped(heads, [["", rows]], caption); }
// A table whose rows stand under headings; on a phone each row is a card whose cells bear the heads.
function grouped(heads, groups, caption) {
  const head = element("tr", { role: "row" }, ...heads.map((text) => element("th", { scope: "col", role: "columnheader" }, text)));
  const bodies = groups.map(([title, rows]) => element("tbody", { role: "rowgroup" },
    ...(title ? [element("tr", { class: "subject", role: "row" }, element("th", { scope: "rowgroup", role: "rowheader", colspan: heads.length }, title))] : []),
    ...rows.map((cells) => element("tr", { role: "row" }, ...cells.map((cell, place) => {
      const made = cell instanceof HTMLTableCellElement ? cell : element("td", {}, cell);
      made.setAttribute("role", "cell");
      if (heads[place]) made.dataset.head = heads[place];
      return made;
    })))));
  return element("table", { "aria-label": caption, role: "table" }, element("thead", { role: "rowgroup" }, head), ...bodies);
}
// The six promises that stand first, a card each, and how many of all become what.
function showHeadlines(targets, whole) {
  const counts = state.view?.counts ?? {};
  at("summary").textContent = whole ? say("summary", counts) : "";
  at("headlines").replaceChildren(...(state.view?.headlines ?? []).map((name) => {
    const target = targets.find(({ id }) => id === name), becomes = whole ? target.becomes ?? "unknown" : "pending";
    const parts = [element("h3", {}, target.title), element("p", { class: "by" }, `${target.by} ${target.sign} ${target.promised} ${target.unit}`)];
    if (whole && target.held) parts.push(gauge(target), element("p", { class: "value" }, `P50 ${target.said[1]}`));
    if (target.estimate) parts.push(gauge(pointed(target)), element("p", { class: "value estimate" }, estimated(target)));
    parts.push(element("p", { class: `becomes ${becomes}` }, whole ? say("becomes_" + becomes) + bracketed(target.held ? bare(target) : say("not_held")) : say(target.estimate ? "chance_later" : "pending")));
    const old = oldOf(name);
    if (old) parts.push(element("p", { class: "old" }, `${say("before")}P50 ${old.said[1]} · ${chance(old)}`));
    return element("article", { "data-headline": name, "data-becomes": becomes }, ...parts);
  }));
}
function chance(target) {
  if (!target.held) return say("not_held");
  return (target.probability !== null && target.met !== null ? `${MARKS[target.becomes]} ` : "") + bare(target);
}
const MARKS = { met: "✓", risk: "～", missed: "✗", unknown: "?" };
const bare = (target) => target.probability ?? say(target.met ? "one_met" : "one_missed");
function targetRow(target) {
  const first = element("td", { "data-target": target.id }, target.title + bracketed(target.unit));
  const promised = `${target.sign} ${target.promised}`, gap = target.gap ?? "";
  if (!target.held) return [first, target.by, promised, ...inAdvance(target), gap, target.grade];
  return [first, target.by, promised, element("td", { class: "gauge" }, gauge(target)), ranged(target), chance(target), gap, target.grade];
}
const ranged = ({ said: [low, middle, high] }) => low === high ? middle : middle + bracketed(`${low}—${high}`);
const waiting = () => (state.view?.stage === "ensemble" ? say("not_held") : say("pending"));
// Before the ensemble is there: an estimate where there is one, and in grey what held before the change.
const estimated = (target) => `≈ ${target.estimate.said}${bracketed(say("estimate"))}`;
const pointed = (target) => ({ ...target, values: Array(3).fill(target.estimate.value), said: [estimated(target)] });
const oldOf = (name) => (state.view?.stage === "ensemble" ? null : state.old?.targets.find(({ id, held }) => id === name && held) ?? null);
function inAdvance(target) {
  const old = oldOf(target.id), before = (text) => (old ? [element("span", { class: "old" }, say("before") + text)] : []);
  return [
    element("td", { class: "gauge" }, ...(target.estimate ? [gauge(pointed(target))] : [])),
    element("td", {}, element("span", target.estimate ? { class: "estimate" } : {}, target.estimate ? `≈ ${target.estimate.said} ${say("estimate_short")}` : waiting()), ...before(old && ranged(old))),
    element("td", {}, element("span", {}, waiting()), ...before(old && chance(old))),
  ];
}
function show() {
  const view = state.view, whole = view?.stage === "ensemble";
  buttons();
  at("results").setAttribute("aria-busy", String(!whole));
  const targets = view?.targets ?? [], held = targets.filter((target) => target.held), shown = whole ? held : targets;
  at("targets_note").textContent = whole && held.length < targets.length ? `${say("not_held")}: ${targets.length - held.length}` : "";
  const gap = say("gap") + (view?.difference ? bracketed(say(view.difference.stage)) : "");
  const groups = (view?.subjects ?? []).map(({ title, targets: names }) => [title, names.map((name) => shown.find(({ id }) => id === name)).filter(Boolean).map(targetRow)]);
  at("targets").replaceChildren(shown.length
    ? grouped([say("target"), say("by"), say("promise"), say("gauge"), say("range"), say("met"), gap, say("grade")], groups.filter(([, rows]) => rows.length), say("targets"))
    : say("pending"));
  showHeadlines(targets, whole);
  showDifference();
  showComparison();
  showFigures(whole ? view : state.old);
}
// The figures: of the ensemble, or those from before the change, in grey and named as that.
function showFigures(view) {
  const old = view !== null && view === state.old && state.view?.stage !== "ensemble";
  for (const place of ["fan", "outlay", "winners", "flows"]) {
    at(place).classList.toggle("stale", old);
    at(`${place}_old`).textContent = old ? say("old_figure") : "";
    if (!view) at(place).replaceChildren(say("pending"));
  }
  const zh = getLanguage() === "zh", divisor = zh ? 1e4 : 1e6, million = (yuan, places = 0) => amount(yuan / divisor, places);
  const total = state.view?.outlay_estimate;
  at("outlay_estimate").textContent = total === undefined ? "" : say("outlay_estimate", { total: `${million(total, zh ? 0 : 1)} ${say("million_yuan")}` });
  at("outlay_note").textContent = view ? say("outlay_note", { mean: `${million(view.outlay.mean, zh ? 0 : 1)} ${say("million_yuan")}`, low: million(view.outlay.total[0]), high: million(view.outlay.total[2]) }) : "";
  at("outlay_note").classList.toggle("old", old);
  if (!view) return;
  options(at("fan_of"), view.targets.filter(({ id, held }) => held && view.fans[id]).map((target) => [target.id, target.title]), state.fan);
  at("outlay").replaceChildren(figure("outlay", outlay(view.outlay, say("million_yuan"), divisor, say("outlay"))));
  const series = ["urban", "rural"].map((place) => ({ title: say(place), values: view.quintiles.map((one) => one[place] / divisor) }));
  at("winners").replaceChildren(figure("winners", stacked(say("winners"), say("quintiles").split("|"), series, say("million_yuan"), [BLUE, ORANGE], 250)));
  options(at("flows_of"), Object.keys(view.sankey).map((kind) => [kind, say(kind)]), state.kind);
  showFan();
  showFlows();
}
const drawn = () => (state.view?.stage === "ensemble" ? state.view : state.old);
function showFan() {
  const view = drawn(), target = view?.targets.find(({ id }) => id === at("fan_of").value);
  if (view) at("fan").replaceChildren(...(target ? [figure(`fan_${target.id}`, fan(view.fans[target.id], target))] : [say("not_held")]));
}
function showFlows() {
  const view = drawn(), flows = view?.sankey[at("flows_of").value];
  if (view) at("flows").replaceChildren(...(flows ? [figure("flows", sankey(flows, say("flows")))] : [say("not_held")]));
}
function showDifference() {
  const difference = state.view?.difference;
  if (!difference) {
    at("difference_note").textContent = say(state.job && state.job.id === state.job.base ? "difference_none" : "difference_wait");
    at("difference").replaceChildren();
    at("reasons").replaceChildren();
    return;
  }
  const stage = difference.stage;
  at("difference_note").textContent = `${say("difference_note")}${say(stage)}${say("stop")}${say(stage + "_is", sizes(difference))}`;
  const years = difference.rows[0]?.years.map(({ year }) => year) ?? [];
  const signed = (value) => (value > 0 ? "+" : "") + told(value);
  at("difference").replaceChildren(table([say("indicator"), ...years], difference.rows.map((row) => [row.title + bracketed(row.unit),
    ...row.years.map(({ mean, p05, p95 }) => signed(mean) + (p05 === p95 ? "" : bracketed(`${signed(p05)} … ${signed(p95)}`)))]), say("difference")));
  at("reasons").replaceChildren(...(difference.reasons.length ? [element("p", {}, say("reasons")), element("ol", {}, ...difference.reasons.map((one) =>
    element("li", {}, `${one.good}${say("colon")}${say("from_" + one.from)} → ${say("to_" + one.to)} ${signed(one.mean)}${one.p05 === one.p95 ? "" : bracketed(`${signed(one.p05)} … ${signed(one.p95)}`)}`)))] : []));
}

// ---- comparison of up to four
// The board: variants are put on it as soon as they are asked for, finished behind the page and kept for the next visit.
async function pin() {
  if (!state.job || state.pinned.some(({ id }) => id === state.job.id)) return;
  if (state.pinned.length >= 4) return complain({ said: say("full") });
  const { id, changes: turned, more } = state.job, asked = question(), title = at("variant").value.trim();
  const extra = [...Object.entries(turned).map(([key, value]) => `${key}=${value}`), ...more].join(", ");
  const view = state.view?.id === id ? state.view : (await ask(`/api/look/${id}`)).view;
  put({ id, asked, title, extra: extra ? ` + ${extra}` : "", view });
  at("variant").value = "";
}
function put(one) {
  const other = state.pinned.find(({ view }) => view.alike !== one.view.alike);
  if (other) return complain({ said: say("unlike", { mine: one.view.alike, theirs: other.view.alike }) });
  state.pinned.push(one);
  keepBoard();
  showComparison();
}
const BOARD = "board";
function keepBoard() {
  try { localStorage.setItem(BOARD, JSON.stringify(state.pinned.map(({ asked, title, extra }) => ({ asked, title, extra })))); } catch { /* a browser that keeps nothing */ }
}
async function recallBoard() {
  let kept = [];
  try { kept = JSON.parse(localStorage.getItem(BOARD) ?? "[]"); } catch { /* nothing that can be read */ }
  for (const one of kept.slice(0, 4)) {
    const job = await ask("/api/look", one.asked).catch(() => null), answer = job && await ask(`/api/look/${job.id}`).catch(() => null);
    if (answer?.view) put({ ...one, id: job.id, view: answer.view });
  }
}
const whole = ({ view }) => view.stage === "ensemble";
const named = (one) => one.title || pick(one.view.scenario) + one.extra;
const bracketed = (text) => getLanguage() === "zh" ? `（${text}）` : ` (${text})`;
async function refreshPinned(which = () => true) {
  for (const one of state.pinned.filter(which)) {
    const answer = await ask(`/api/look/${one.id}`).catch(() => null);
    if (answer?.view) one.view = answer.view;
  }
  showComparison();
}
setInterval(() => { if (!state.pinned.every(whole)) refreshPinned((one) => !whole(one)); }, 2000);
function showComparison() {
  at("comparison").hidden = state.pinned.length === 0;
  const pinned = [...state.pinned], ids = pinned.filter(whole).map(({ id }) => id);
  const wanted = ids.length > 1 ? `${ids.join(",")} ${getLanguage()}` : "";
  if (wanted !== state.beside.wanted) {
    const mine = state.beside = { wanted, found: null };
    if (wanted) ask(`/api/beside?ids=${ids.join(",")}`).then((found) => { mine.found = found; if (state.beside === mine) showComparison(); }).catch(() => null);
  }
  const found = state.beside.found;
  const heads = [say("target"), say("promise"), ...pinned.map((one) => `${named(one)}${bracketed([whole(one) ? say("runs", { runs: one.view.runs }) : say("pending"), one.view.stamp].filter(Boolean).join(" · "))}`)];
  const targets = pinned[0]?.view.targets ?? [], order = found?.order ?? targets.map(({ id }) => id);
  const cellsOf = (name) => pinned.map(({ view }) => view.targets.find(({ id }) => id === name));
  const rows = order.map((name) => [name, cellsOf(name)]).filter(([, cells]) => cells.some((cell) => cell.held)).map(([name, cells]) => {
    const first = cells.find((cell) => cell.held);
    return [first.title, `${first.by} ${first.sign} ${first.promised}`, ...cells.map((cell, place) => {
      const among = ids.indexOf(pinned[place].id), gap = among > 0 ? found?.gaps[name]?.[among - 1] : null;
      const made = element("td", gap?.alike ? { class: "alike" } : {}, cell.held ? `${cell.said[1]} · ${chance(cell)}` : say(whole(pinned[place]) ? "not_held" : "pending"));
      if (gap) made.append(element("br"), gap.said);
      return made;
    })];
  });
  const divisor = getLanguage() === "zh" ? 1e4 : 1e6;
  rows.push([say("outlay_total") + bracketed(say("million_yuan")), "", ...pinned.map((one) => whole(one) ? amount(one.view.outlay.mean / divisor) : say("pending"))]);
  if (found) rows.push([say("brings"), "", ...pinned.map(({ id }) => element("td", {}, ...(found.money[ids.indexOf(id) - 1] ?? []).slice(1).flatMap((line) => [line.trim(), element("br")])))]);
  const remove = pinned.map((one, place) => {
    const button = element("button", { type: "button", "aria-label": `${say("unpin")} ${named(one)}` }, say("unpin"));
    button.addEventListener("click", () => { state.pinned.splice(place, 1); keepBoard(); showComparison(); });
    return element("td", {}, button);
  });
  rows.push([element("td"), element("td"), ...remove]);
  at("compared").replaceChildren(...(found ? [element("p", { class: "note" }, say("beside_note"))] : []), table(heads, rows, say("comparison")));
}

// ---- files
function hand(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
async function fetchFile(name) {
  const button = document.querySelector(`#files [data-file="${name}"]`);
  button.setAttribute("aria-busy", "true");
  try { hand(await (await ask(`/api/file/${state.job.id}/${name}`)).blob(), name); } catch (problem) { complain(problem); }
  button.removeAttribute("aria-busy");
}
async function save() {
  const name = at("name").value.trim(), title = at("name_title").value.trim();
  at("error").hidden = true;
  try { hand(await (await ask(`/api/save/${state.job.id}?name=${encodeURIComponent(name)}&title=${encodeURIComponent(title)}`)).blob(), `${name}.yaml`); } catch (problem) { complain(problem); }
}
function keep(svg, name) {
  const text = new XMLSerializer().serializeToString(svg);
  if (name.endsWith(".svg")) return hand(new Blob([text], { type: "image/svg+xml" }), name);
  const image = new Image(), [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  image.onload = () => {
    const canvas = element("canvas", { width: width * 2, height: height * 2 }), pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => hand(blob, name));
  };
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
}

at("controls").addEventListener("submit", (event) => event.preventDefault());
at("scenario").addEventListener("change", () => { toOriginal(); changed(); });
at("baseline").addEventListener("change", changed);
at("more").addEventListener("change", changed);
at("reset").addEventListener("click", () => { toOriginal(); at("more").value = ""; changed(); });
at("undo").addEventListener("click", () => history.back());
at("link").addEventListener("click", async () => {
  try { await navigator.clipboard.writeText(location.href); at("linked").textContent = say("linked"); } catch { at("linked").textContent = location.href; }
});
PHONE.addEventListener("change", () => showFigures(drawn()));
window.addEventListener("popstate", () => { if (state.start) { recall(addressed()); changed(); } });
at("pin").addEventListener("click", () => pin().catch(complain));
at("export").addEventListener("click", () => {
  const rows = [...at("compared").querySelectorAll("tr")].map((row) => [...row.children].map((cell) => `"${cell.innerText.trim().replaceAll('"', '""').replaceAll("\n", " ")}"`).join(","));
  hand(new Blob(["\ufeff" + rows.slice(0, -1).join("\r\n")], { type: "text/csv" }), "comparison.csv");
});
at("save").addEventListener("click", save);
at("fan_of").addEventListener("change", () => { state.fan = at("fan_of").value; showFan(); });
at("flows_of").addEventListener("change", () => { state.kind = at("flows_of").value; showFlows(); });
at("language").addEventListener("click", async () => {
  setLanguage(getLanguage() === "zh" ? "en" : "zh");
  build();
  await refreshPinned();
  changed();
});
try {
  state.start = await ask("/api/start");
  setLanguage(state.start.language);
  build();
  await recallBoard();
  if (addressed()) recall(addressed());
  changed();
} catch (problem) { complain(problem); }
