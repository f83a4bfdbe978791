// Charts as SVG, drawn from numbers that the program has worked out. Okabe and Ito's palette, and dashes, shapes and words besides colour.
import { getLanguage, say } from "./words.js";

export const BLUE = "#0072B2", SKY = "#56B4E9", GREEN = "#009E73", ORANGE = "#E69F00", RED = "#D55E00", GREY = "#8C8C8C", INK = "#333";
const SPACE = "http://www.w3.org/2000/svg";
const PAYERS = { central: BLUE, province: SKY, city: ORANGE, district: RED };

export function node(tag, attributes = {}, text = "") {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}
// Units across a figure: fewer on a phone, so that letters stay as large as they are.
export const PHONE = matchMedia("(max-width: 600px)");
const across = () => (PHONE.matches ? 420 : 900);
function canvas(width, height, label) {
  const made = node("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, xmlns: SPACE });
  made.append(node("title", {}, label));
  return made;
}
const write = (x, y, text, more = {}) => node("text", { x, y, "font-size": 12, fill: INK, ...more }, text);

// Numbers for people: 万 in Chinese, thousands and millions in English.
export function told(value, decimals = 0) {
  const size = Math.abs(value);
  if (size >= 1e6 && getLanguage() === "en") return (value / 1e6).toLocaleString("en", { maximumFractionDigits: 1 }) + " m";
  if (size >= 1e8) return (value / 1e8).toLocaleString("en", { maximumFractionDigits: 2 }) + " 亿";
  if (size >= 1e5 && getLanguage() === "zh") return (value / 1e4).toLocaleString("en", { maximumFractionDigits: 1 }) + " 万";
  const places = size < 20 && !Number.isInteger(value) ? 2 : decimals;
  return value.toLocaleString("en", { minimumFractionDigits: places, maximumFractionDigits: places });
}
// An amount whose unit stands beside it: 万元 take no second 万.
export function amount(value, decimals = 0) {
  return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
function ticks(low, high, count = 5) {
  const raw = (high - low || 1) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= raw);
  const all = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + 1e-9 * step; at += step) all.push(Math.abs(at) < 1e-12 ? 0 : at);
  return all;
}
function frame(svg, box, low, high, worded = told) {
  const y = (value) => box.bottom - ((value - low) / (high - low || 1)) * (box.bottom - box.top);
  for (const at of ticks(low, high)) {
    svg.append(node("line", { x1: box.left, x2: box.right, y1: y(at), y2: y(at), stroke: "#ddd" }));
    svg.append(write(box.left - 6, y(at) + 4, worded(at), { "text-anchor": "end" }));
  }
  return y;
}
const wide = (text) => [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 255 ? 12 : 6.8), 0);
// Entries in as many lines as they need; the figure begins below them.
function legend(svg, left, right, entries) {
  let x = left, y = 18;
  for (const [label, draw] of entries) {
    if (x > left && x + 22 + wide(label) > right) [x, y] = [left, y + 18];
    svg.append(draw(x, y));
    svg.append(write(x + 22, y + 4, label));
    x += 40 + wide(label);
  }
  return y + 34;
}
const patch = (fill, opacity = 1) => (x, y) => node("rect", { x, y: y - 6, width: 16, height: 12, fill, "fill-opacity": opacity });
const stroke = (colour, dash = "") => (x, y) => node("line", { x1: x, x2: x + 16, y1: y, y2: y, stroke: colour, "stroke-width": 2, "stroke-dasharray": dash });
const diamond = (x, y, size = 6) => node("path", { d: `M${x} ${y - size}L${x + size} ${y}L${x} ${y + size}L${x - size} ${y}Z`, fill: RED });

export function fan(course, target) {
  const svg = canvas(across(), 330, `${target.title} ${target.sign} ${target.promised ?? target.promise}`);
  const many = course.p95.some((value, place) => value > course.p05[place]);
  const entries = [[say("median"), course.yearly ? patch(BLUE, 0.35) : stroke(BLUE)]];
  if (many) entries.push([say("half"), patch(BLUE, course.yearly ? 1 : 0.4)], [say("band"), course.yearly ? stroke(BLUE) : patch(BLUE, 0.18)]);
  entries.push([`${say("promise")} ${target.by} ${target.sign} ${target.promised ?? target.promise}`, (a, b) => diamond(a + 8, b)]);
  const box = { left: 76, right: across() - 20, top: legend(svg, 76, across() - 8, entries), bottom: 296 };
  const top = Math.max(...course.p95, target.promise), low = Math.min(0, ...course.p05);
  const y = frame(svg, box, low, top * 1.06 || 1);
  const count = course.months.length, gap = (box.right - box.left) / (course.yearly ? count : Math.max(count - 1, 1));
  const x = (place) => box.left + gap * (course.yearly ? place + 0.5 : place);
  if (course.yearly) bars(svg, course, x, y, Math.min(gap * 0.5, 70));
  else area(svg, course, x, y);
  course.months.forEach((month, place) => {
    const shown = course.yearly || month.endsWith("-01") || (count < 24 && place % 3 === 0);
    if (shown) svg.append(write(x(place), box.bottom + 18, course.yearly || month.endsWith("-01") ? month.slice(0, 4) : month, { "text-anchor": course.yearly ? "middle" : "start" }));
  });
  const at = course.months.indexOf(target.by), level = y(target.promise);
  const reach = course.yearly && at >= 0 ? [x(at) - gap * 0.4, x(at) + gap * 0.4] : [box.left, box.right];
  svg.append(node("line", { x1: reach[0], x2: reach[1], y1: level, y2: level, stroke: RED, "stroke-width": course.yearly ? 3 : 1.5, "stroke-dasharray": course.yearly ? "" : "6 4" }));
  if (at >= 0 && !course.yearly) svg.append(diamond(x(at), level));
  svg.append(write(box.left - 60, box.top - 8, target.unit, { fill: "#555" }));
  return svg;
}
function area(svg, course, x, y) {
  for (const [low, high, opacity] of [["p05", "p95", 0.18], ["p25", "p75", 0.3]]) {
    const up = course[high].map((value, place) => `${x(place)},${y(value)}`);
    const down = course[low].map((value, place) => `${x(place)},${y(value)}`).reverse();
    svg.append(node("polygon", { points: [...up, ...down].join(" "), fill: BLUE, "fill-opacity": opacity }));
  }
  svg.append(node("polyline", { points: course.p50.map((value, place) => `${x(place)},${y(value)}`).join(" "), fill: "none", stroke: BLUE, "stroke-width": 2.2 }));
}
function bars(svg, course, x, y, width) {
  course.p50.forEach((value, place) => {
    const colour = place === 0 ? GREY : BLUE, middle = x(place);
    svg.append(node("rect", { x: middle - width / 2, width, y: Math.min(y(value), y(0)), height: Math.abs(y(0) - y(value)), fill: colour, "fill-opacity": 0.35 }));
    svg.append(node("line", { x1: middle, x2: middle, y1: y(course.p05[place]), y2: y(course.p95[place]), stroke: colour, "stroke-width": 2 }));
    svg.append(node("line", { x1: middle, x2: middle, y1: y(course.p25[place]), y2: y(course.p75[place]), stroke: colour, "stroke-width": 8 }));
    svg.append(write(middle + width / 2 + 4, y(value) + 4, told(value), { fill: "#555" }));
  });
}
export function gauge(target) {
  const svg = canvas(240, 26, `${target.title}: ${target.said.join(", ")}`);
  const values = [...target.values, target.promise], low = Math.min(0, ...values), high = Math.max(...values) * 1.08 || 1;
  const x = (value) => 4 + ((value - low) / (high - low)) * 232;
  const good = target.sign === "≥" ? [x(target.promise), 236] : [4, x(target.promise)];
  svg.append(node("rect", { x: 4, y: 11, width: 232, height: 6, fill: "#e6e9ed" }));
  svg.append(node("rect", { x: good[0], y: 11, width: Math.max(good[1] - good[0], 0), height: 6, fill: "#bfe3d6" }));
  svg.append(node("rect", { x: x(target.values[0]), y: 9, width: Math.max(x(target.values[2]) - x(target.values[0]), 1.5), height: 10, fill: BLUE, "fill-opacity": 0.4 }));
  svg.append(node("circle", { cx: x(target.values[1]), cy: 14, r: 5, fill: BLUE }));
  svg.append(node("line", { x1: x(target.promise), x2: x(target.promise), y1: 3, y2: 25, stroke: RED, "stroke-width": 2.5 }));
  return svg;
}
export function stacked(label, names, series, unit, colours, height = 290) {
  const svg = canvas(across(), height, label);
  const top = legend(svg, 76, across() - 8, series.map((one, row) => [one.title, patch(colours[row])]));
  const box = { left: 76, right: across() - 20, top, bottom: height - 34 };
  const sums = names.map((_, place) => series.reduce((sum, one) => sum + one.values[place], 0));
  const y = frame(svg, box, 0, Math.max(...sums, 1e-9) * 1.06, amount);
  const gap = (box.right - box.left) / names.length;
  names.forEach((name, place) => {
    let bottom = 0;
    series.forEach((one, row) => {
      const value = one.values[place];
      if (value > 0) {
        const bar = node("rect", { x: box.left + gap * (place + 0.1), width: gap * 0.8, y: y(bottom + value), height: y(bottom) - y(bottom + value), fill: colours[row] });
        bar.append(node("title", {}, `${name} ${one.title}: ${amount(value)} ${unit}`));
        svg.append(bar);
      }
      bottom += value;
    });
    if (names.length <= 24 || name.endsWith("-01")) {
      const short = names.length > 24 ? name.slice(0, 4) : name;
      svg.append(write(box.left + gap * (place + (names.length > 24 ? 0.1 : 0.5)), box.bottom + 18, short, { "text-anchor": names.length > 24 ? "start" : "middle" }));
    }
  });
  svg.append(write(box.left - 60, box.top - 8, unit, { fill: "#555" }));
  return svg;
}
export const outlay = (data, unit, divisor, label) =>
  stacked(label, data.months, data.payers.map((payer) => ({ title: payer.title, values: payer.values.map((v) => v / divisor) })), unit, data.payers.map((payer) => PAYERS[payer.id]));

// Old goods: from where they were used to where they end.
const NODES = { in_use: 0, inflow: 0, lot: 1, idle: 1, yard: 2, resold: 3, outside: 3, informal_trade: 3, dismantled: 3 };
const TINT = { in_use: GREY, inflow: "#555", lot: SKY, idle: ORANGE, yard: GREEN, resold: BLUE, outside: "#555", informal_trade: RED, dismantled: GREEN };
const RENAMED = { "owned>lot": ["in_use", "lot"], "owned>idle": ["in_use", "idle"], "owned>yard": ["in_use", "yard"], "owned>informal_trade": ["in_use", "informal_trade"],
  "outside>lot": ["inflow", "lot"], "lot>owned": ["lot", "resold"], "lot>outside": ["lot", "outside"], "lot>yard": ["lot", "yard"], "lot>informal_trade": ["lot", "informal_trade"],
  "idle>yard": ["idle", "yard"], "idle>informal_trade": ["idle", "informal_trade"], "yard>dismantled": ["yard", "dismantled"] };
export function sankey(flows, label) {
  const lines = PHONE.matches ? 2 : 1, svg = canvas(across(), 380 + 60 * (lines - 1), label);
  const links = flows.filter((flow) => RENAMED[`${flow.from}>${flow.to}`]).map((flow) => {
    const [from, to] = RENAMED[`${flow.from}>${flow.to}`];
    return { from, to, count: flow.count };
  });
  const sum = (name, end) => links.filter((link) => link[end] === name).reduce((total, link) => total + link.count, 0);
  const size = Object.fromEntries(Object.keys(NODES).map((name) => [name, Math.max(sum(name, "from"), sum(name, "to"))]));
  const columns = [0, 1, 2, 3].map((column) => Object.keys(NODES).filter((name) => NODES[name] === column && size[name] > 0));
  const most = Math.max(...columns.map((names) => names.reduce((total, name) => total + size[name], 0)), 1);
  const scale = 270 / most, step = (across() - 24 - (lines === 1 ? 141 : 84)) / 3, place = {}, left = {}, right = {};
  columns.forEach((names, column) => {
    let y = 8 + 16 * lines;
    for (const name of names) {
      place[name] = { x: 12 + column * step, y };
      left[name] = right[name] = y;
      y += Math.max(size[name] * scale, 2) + 14 + 16 * lines;
    }
  });
  for (const link of links) {
    const a = place[link.from], b = place[link.to], width = link.count * scale;
    if (!a || !b) continue;
    const y1 = right[link.from] + width / 2, y2 = left[link.to] + width / 2, x1 = a.x + 14, x2 = b.x, middle = (x1 + x2) / 2;
    right[link.from] += width;
    left[link.to] += width;
    const path = node("path", { d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`, fill: "none", stroke: TINT[link.to], "stroke-opacity": 0.4, "stroke-width": Math.max(width, 0.8) });
    path.append(node("title", {}, `${say(link.from)} → ${say(link.to)}: ${told(link.count)}`));
    svg.append(path);
  }
  for (const names of columns) for (const name of names) {
    const { x, y } = place[name];
    svg.append(node("rect", { x, y, width: 14, height: Math.max(size[name] * scale, 2), fill: TINT[name] }));
    const words = lines === 1 ? [`${say(name)} ${told(size[name])}`] : [say(name), told(size[name])];
    words.forEach((text, line) => svg.append(write(x, y - 6 - 14 * (words.length - 1 - line), text, { "font-weight": 700 })));
  }
  return svg;
}
