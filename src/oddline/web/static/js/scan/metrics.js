/** The tab of metrics: what the scan is worth by labels; without labels, how to give some. */

import { Problem, api, words } from "../api.js";
import { notice } from "../parts.js";
import { el, replace } from "../text.js";
import { number, percent } from "../words.js";
import { noun, of, scan } from "./about.js";
import { curves } from "./curves.js";
import { evaluateForm } from "./evaluate.js";

/** @param {HTMLElement|null} place */
export function startMetrics(place) {
  if (!place) return;
  let begun = false;
  const begin = () => {
    if (!begun) (scan.measured ? load(place) : replace(place, evaluateForm(() => load(place))));
    begun = true;
  };
  if (!(/** @type {HTMLElement} */ (place.closest("[role=tabpanel]")).hidden)) begin();
  document.addEventListener("tab", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.key === "metrics") begin();
  });
}

/** @param {HTMLElement} place */
async function load(place) {
  try {
    draw(place, await api.get(of("/metrics")));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return replace(place, evaluateForm(() => load(place)));
    replace(place, el("div", { class: "body" }, notice("The metrics could not be read", words(error), { kind: "bad", alert: true })));
  }
  return undefined;
}

/** @param {HTMLElement} place @param {any} metrics */
function draw(place, metrics) {
  const source = `${number(metrics.odd)} odd of ${number(metrics.rows)} ${noun(metrics.rows)} by the labels; “${metrics.normal_label}” is normal. Labels are read once, after scoring.`;
  const notes = [metrics.unlabelled ? `${number(metrics.unlabelled)} without a label are left out.` : "", metrics.unmatched ? `${number(metrics.unmatched)} labels match no ${scan.noun}.` : "", ...metrics.notes].filter(Boolean);
  const shown = curves(metrics);
  replace(
    place,
    el("div", { class: "body" }, el("p", { class: "dim small" }, source, notes.map((note) => ` ${note}`)), figures(metrics)),
    el("div", { class: "body quarters" }, shown.nodes, confusion(metrics), baselines(metrics)),
    classes(metrics),
  );
  shown.draw();
}

/** @param {number|null|undefined} value */
function ratio(value) {
  return value === null || value === undefined ? "–" : value.toFixed(value > 0.995 && value < 1 ? 4 : 3).replace(/(\.\d\d)0$/, "$1");
}

/** @param {any} metrics */
function figures({ figures: told }) {
  const delay = told.delay_seconds_median ?? told.delay_events_median;
  const unit = told.delay_seconds_median === null || told.delay_seconds_median === undefined ? noun(delay ?? 2) : "s";
  const list = [
    ["F1", ratio(told.f1)],
    ["Precision", ratio(told.precision)],
    ["Recall", ratio(told.recall)],
    ["Accuracy", ratio(told.accuracy)],
    ["ROC-AUC", ratio(told.roc_auc)],
    ["PR-AUC", ratio(told.pr_auc)],
    ["False alarms", told.false_alarm_rate === null ? "–" : percent(told.false_alarm_rate, 1), "of normal"],
    told.precision_at_budget === null || told.precision_at_budget === undefined ? null : [`Precision at ${number(told.budget ?? 20)}`, ratio(told.precision_at_budget)],
    told.incidents ? ["Incidents found", number(told.incidents_found), `of ${number(told.incidents)}`] : null,
    delay === null || delay === undefined ? null : ["Detection delay", number(delay, Number.isInteger(delay) ? 0 : 1), `${unit}, median`],
  ];
  return el("dl", { class: "figures" }, list.filter(Boolean).map((one) => el("div", {}, el("dt", {}, one[0]), el("dd", {}, one[1], one[2] ? [" ", el("small", {}, one[2])] : null))));
}

/** @param {any} metrics */
function confusion({ confusion: told }) {
  const cell = (/** @type {number} */ count, /** @type {string} */ text, kind = "") => el("td", { class: ["c", kind] }, el("b", {}, number(count)), text);
  const head = (/** @type {string} */ text, scope = "col") => el("th", { class: "h", scope }, text);
  return el(
    "div",
    {},
    el("p", { class: "k" }, "Confusion at the cut"),
    el(
      "table",
      { class: "confusion-table" },
      el("thead", {}, el("tr", {}, el("td", {}), head("said odd"), head("said normal"))),
      el("tbody", {}, el("tr", {}, head("is odd", "row"), cell(told.hits, "found", "hit"), cell(told.misses, "missed")), el("tr", {}, head("is normal", "row"), cell(told.false_alarms, "false alarms"), cell(told.passed, "rightly quiet"))),
    ),
  );
}

/** @param {any} metrics */
function baselines({ figures: told, baselines: others }) {
  const best = Math.max(told.f1 ?? 0, ...others.map((/** @type {any} */ one) => one.f1 ?? 0));
  const row = (/** @type {any} */ name, /** @type {any} */ one, own = false) =>
    el("tr", {}, el("th", { scope: "row", class: own ? null : "dim", title: one.words }, name), ["precision", "recall", "f1", "roc_auc"].map((key) => el("td", { class: ["num", key === "f1" && one.f1 === best && "best"] }, ratio(one[key]))));
  return el(
    "div",
    {},
    el("p", { class: "k" }, "Against trivial baselines"),
    el("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "Against trivial baselines" }, el("table", { class: "baselines" }, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Detector"), ["Precision", "Recall", "F1", "ROC"].map((name) => el("th", { class: "num", scope: "col" }, name)))), el("tbody", {}, row(el("span", { class: "tag" }, "this scan"), told, true), others.map((/** @type {any} */ one) => row(one.name, one))))),
  );
}

/** @param {any} metrics */
function classes({ by_class: list }) {
  if (!list.length) return null;
  const row = (/** @type {any} */ one) => {
    const share = one.odd ? one.recall : one.false_alarm_rate;
    return el("tr", {}, el("th", { scope: "row" }, el("code", { translate: "no" }, one.name)), el("td", {}, one.odd ? "odd" : el("span", { class: "faint" }, "normal")), el("td", { class: "num" }, number(one.rows)), el("td", { class: "num" }, number(one.flagged)), el("td", { class: "num" }, share === null ? "–" : percent(share, 1)), el("td", { class: "c-hide" }, share === null ? null : el("progress", { max: 1, value: share, "aria-label": `${percent(share)} of ${one.name}` })));
  };
  const head = ["Label", "Means", "Rows", "Called odd", "Share", ""];
  const drawn = (/** @type {any[]} */ some) => some.map(row);
  const first = 12;
  const body = el("tbody", {}, drawn(list.slice(0, first)));
  const more = list.length > first ? el("button", { class: "btn small quiet", type: "button" }, `All ${number(list.length)} labels`) : null;
  more?.addEventListener("click", () => {
    body.append(...drawn(list.slice(first)));
    more.remove();
  });
  return el("div", { class: "body" }, el("p", { class: "k" }, "By label"), el("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "By label" }, el("table", { class: "by-class" }, el("thead", {}, el("tr", {}, head.map((name, at) => (name ? el("th", { scope: "col", class: at > 1 ? "num" : null }, name) : el("td", {}))))), body)), more);
}
