/** The parts that the templates have as macros (`parts/`), for what a script draws: the same markup, the same classes. */

import { el, icon } from "./text.js";
import { number } from "./words.js";

export const SEVERITIES = ["low", "medium", "high", "critical"];

/** @param {string} name */
export function mark(name) {
  return el("svg", { "aria-hidden": "true" }, el("use", { href: `#s-${name}` }));
}

/** @param {string} name @param {{count?: number|null, word?: boolean}} [options] */
export function severity(name, { count = null, word = true } = {}) {
  const words = word ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : el("span", { class: "vh" }, `${name}: `);
  const amount = count === null ? null : [word ? " " : null, number(count)];
  return el("span", { class: ["sev", name, count === 0 && "zero"], title: word ? null : name }, mark(name), words, amount);
}

/** The step of the ten that a score stands on.
 * @param {number} value */
export function step(value) {
  return Math.max(0, Math.min(9, Math.floor(value / 10)));
}

/** @param {number} value @param {{big?: boolean}} [options] */
export function score(value, { big = false } = {}) {
  return el("span", { class: ["score", `score-${step(value)}`, big && "big"] }, number(value));
}

/** @param {any} text @param {string} [kind] ok, bad, accent, open @param {string} [dot] ok, bad, run */
export function tag(text, kind = "", dot = "") {
  return el("span", { class: ["tag", kind] }, dot ? el("span", { class: ["dotmark", dot] }) : null, text);
}

/** A tag that can be taken away.
 * @param {any} text @param {string} label @param {() => void} remove */
export function removable(text, label, remove) {
  return el("span", { class: "tag accent" }, text, el("button", { class: "open-row", type: "button", "aria-label": label, on: { click: remove } }, icon("close")));
}

/** @param {Record<string, number>} counts */
export function tally(counts) {
  return el("span", { class: "tally" }, [...SEVERITIES].reverse().map((name) => severity(name, { count: counts[name] ?? 0, word: false })));
}

/** @param {string} name */
export function key(name) {
  return el("kbd", {}, name);
}

/** A log template: its slots are marked.
 * @param {string} template */
export function pattern(template) {
  const split = template.split(/(<[A-Z][A-Z0-9_]{0,30}>|<\*>)/);
  return el("code", { translate: "no", dir: "ltr" }, split.map((piece, at) => (at % 2 ? el("span", { class: "slot" }, piece) : piece)));
}

/** Log text.
 * @param {any} text pieces or a text @param {string} [extra] a further class */
export function log(text, extra = "") {
  return el("span", { class: ["log", extra], translate: "no", dir: "ltr" }, text);
}

/** Lines of a log with their numbers; an odd one has the bar in the gutter.
 * @param {Array<{line: number, text: any, severity?: string|null}>} list @param {string} label */
export function lines(list, label) {
  const one = (/** @type {{line: number, text: any, severity?: string|null}} */ { line, text, severity: odd }) =>
    el("li", { class: odd ? ["odd", odd] : null }, el("span", { class: "n" }, number(line)), el("span", {}, text));
  return el("div", { class: "lines log", tabindex: "0", role: "region", "aria-label": label, translate: "no", dir: "ltr" }, el("ol", {}, list.map(one)));
}

/** A line beside another, the differing tokens marked.
 * @param {Array<{who: string, pieces: Array<string|{text: string, mark: "was"|"now"|"slot"|"faint"}>}>} rows @param {string} label */
export function quote(rows, label) {
  const piece = (/** @type {any} */ one) =>
    typeof one === "string" ? one : ["was", "now"].includes(one.mark) ? el("mark", { class: one.mark }, one.text) : el("span", { class: one.mark }, one.text);
  const drawn = rows.flatMap(({ who, pieces }, at) => [at ? "\n" : null, el("span", { class: "who" }, who), pieces.map(piece)]);
  return el("div", { class: "quote log", tabindex: "0", role: "region", "aria-label": label, translate: "no", dir: "ltr" }, drawn);
}

/** Bars, each as high as its value; odd ones in the colour of their severity.
 * @param {number[]} values @param {{odd?: Record<number, string>, wide?: boolean, width?: number}} [options] */
export function spark(values, { odd = {}, wide = false, width = 160 } = {}) {
  const height = wide ? 44 : 22;
  const most = Math.max(0, ...values);
  const each = width / (values.length || 1);
  const bar = (/** @type {number} */ value, /** @type {number} */ at) => {
    const tall = Math.max(most ? (height * value) / most : 0, 0.6);
    return el("rect", { class: odd[at] ? `c-${odd[at]}` : "spark-b", x: (at * each).toFixed(1), y: (height - tall).toFixed(1), width: Math.max(each - 1, each * 0.7).toFixed(1), height: tall.toFixed(1) });
  };
  return el("svg", { class: ["spark", wide && "wide"], viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, values.map(bar));
}

/** A share of 100 as a thin bar.
 * @param {number} percent @param {string} [name] */
export function share(percent, name = "critical") {
  return el(
    "svg",
    { class: ["share", name], viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
    el("rect", { class: "t", width: 100, height: 4 }),
    el("rect", { class: "v", width: Math.max(0, Math.min(100, percent)).toFixed(1), height: 4 }),
  );
}

/** Why something is odd, with the share of each reason.
 * @param {Array<{words: any, share: number, note?: any}>} list @param {string} [name] severity */
export function reasons(list, name = "critical") {
  const one = (/** @type {{words: any, share: number, note?: any}} */ reason) =>
    el("div", { class: "reason" }, el("span", {}, reason.words), el("b", {}, `${Math.round(reason.share)} %`), share(reason.share, name), reason.note ? el("span", { class: "dim" }, reason.note) : null);
  return el("div", { class: "reasons" }, list.map(one));
}

/** Nothing here: what was found, and the button that helps.
 * @param {string} title @param {any} text @param {{buttons?: any[], mark?: boolean}} [options] */
export function empty(title, text, { buttons = [], mark: drawn = true } = {}) {
  return el("div", { class: "empty" }, drawn ? el("svg", { "aria-hidden": "true" }, el("use", { href: "#mark" })) : null, el("h3", {}, title), el("p", {}, text), buttons.length ? el("div", { class: "row" }, buttons) : null);
}

/** @param {string} title @param {any} text @param {{kind?: string, buttons?: any[], alert?: boolean}} [options] */
export function notice(title, text, { kind = "", buttons = [], alert = false } = {}) {
  return el("div", { class: ["notice", kind], role: alert ? "alert" : null }, el("div", {}, el("p", { class: "strong" }, title), text ? el("p", { class: "dim" }, text) : null), buttons.length ? el("div", { class: "row" }, buttons) : null);
}

/** @param {any} text @param {() => void} press @param {{kind?: string, hint?: string}} [options] kind: classes; hint: its key */
export function button(text, press, { kind = "", hint = "" } = {}) {
  return el("button", { class: ["btn", kind], type: "button", on: { click: press } }, text, hint ? [" ", key(hint)] : null);
}

/** The steps of a job, and how far it is.
 * @param {Array<{name: string, note: string, state: "done"|"now"|"next"}>} list */
export function phases(list) {
  const one = (/** @type {{name: string, note: string, state: string}} */ { name, note, state }) =>
    el("li", { class: state === "done" ? "done" : null, "aria-current": state === "now" ? "step" : null }, name, el("span", {}, note));
  return el("ol", { class: "phases" }, list.map(one));
}

