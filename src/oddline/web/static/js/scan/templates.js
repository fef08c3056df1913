/** The tab of templates: what kinds of lines there are, how often, and what is new, gone, up or down. */

import { score, spark, tag } from "../parts.js";
import { Table } from "../table.js";
import { el } from "../text.js";
import { counted, number, percent } from "../words.js";
import { of, scan } from "./about.js";
import { pieces } from "./evidence.js";
import { lookAtRows, showRows } from "./shown.js";
import { choose } from "../tabs.js";



/** @param {any} one */
function change(one) {
  if (one.change === "new") return tag("new", "accent");
  if (one.change === "gone") return tag("gone", "open");
  if (one.change === "up" || one.change === "down") return tag(`${one.change === "up" ? "↑" : "↓"} ${factor(one.factor)}`, "open");
  return el("span", { class: "faint" }, scan.compared ? "as usual" : one.odd ? counted(one.odd, `odd ${scan.noun}`) : "");
}

/** @param {number|null} given */
function factor(given) {
  if (given === null) return "";
  if (given >= 1.95) return `${given >= 10 ? number(given) : given.toFixed(1)}×`;
  return percent(Math.abs(given - 1));
}

/** @param {any} one */
function worst(one) {
  if (!one.odd || !one.severity) return {};
  const most = one.spark.indexOf(Math.max(...one.spark));
  return one.odd === one.count ? Object.fromEntries(one.spark.map((/** @type {number} */ count, /** @type {number} */ at) => [at, count ? one.severity : ""])) : { [most]: one.severity };
}

const columns = [
  { key: "score", label: "Score", sort: "score", width: "w-score", fixed: true, cell: (/** @type {any} */ one) => (one.score === null ? el("span", { class: "faint" }, "–") : score(one.score)) },
  { key: "change", label: scan.compared ? "Change" : "Odd", sort: scan.compared ? "change" : undefined, width: "w-change", cell: change },
  { key: "template", label: "Template", sort: "text", className: "c-msg", fixed: true, cell: (/** @type {any} */ one) => el("span", { class: "one log", translate: "no", dir: "ltr" }, pieces(one.pieces)) },
  { key: "count", label: scan.compared ? "Lines / before" : "Lines", sort: "count", width: "w-count", num: true, cell: (/** @type {any} */ one) => [number(one.count), el("span", { class: "only-phone faint" }, one.count === 1 ? " line" : " lines"), one.before === null ? null : el("span", { class: "faint" }, ` / ${number(one.before)}`)] },
  { key: "when", label: scan.timed ? "Over time" : "Over the file", width: "w-spark", className: "c-hide", cell: (/** @type {any} */ one) => spark(one.spark, { odd: worst(one), width: 120 }) },
];

/** @param {HTMLElement|null} place */
export function startTemplates(place) {
  if (!place) return;
  const root = /** @type {HTMLElement} */ (place.querySelector("[data-table]"));
  let made = null;
  const begin = () => {
    made ??= new Table(root, {
      src: of("/templates"),
      id: (/** @type {any} */ one) => one.number,
      name: (/** @type {any} */ one) => `template ${one.number}`,
      noun: "template",
      prefix: "t.",
      filters: { q: "", change: "" },
      sort: "-score",
      columns,
      detail: about,
      onload: counts,
    });
  };
  /** @param {any} page */
  function counts(page) {
    for (const one of root.querySelectorAll("[data-filter=change]")) {
      const count = page.by_change?.[/** @type {HTMLElement} */ (one).dataset.value ?? ""] ?? 0;
      const shown = one.querySelector("[data-count]");
      if (shown) shown.textContent = number(count);
      one.classList.toggle("zero", count === 0);
    }
  }
  const panel = /** @type {HTMLElement} */ (place.closest("[role=tabpanel]"));
  if (!panel.hidden) begin();
  document.addEventListener("tab", (event) => {
    if (/** @type {CustomEvent} */ (event).detail.key === "templates") begin();
  });
}

/** @param {any} one */
async function about(one) {
  const show = () => {
    const tab = document.querySelector("[role=tab][data-tab=findings]");
    if (tab) choose(/** @type {HTMLElement} */ (tab));
    showRows({ template: String(one.number), anomalies: "0" });
    lookAtRows();
  };
  const example = el("div", { class: "quote log", tabindex: "0", role: "region", "aria-label": "An example", translate: "no", dir: "ltr" }, one.example || pieces(one.pieces));
  const facts = [
    one.change === "up" || one.change === "down" ? `${number(one.count)} now, ${number(one.before)} in ${scan.against || "the baseline"}` : null,
    one.odd ? `${counted(one.odd, "line")} of it ${one.odd === 1 ? "is" : "are"} odd` : "None of its lines is odd",
    one.first_line === null ? null : `first in line ${number(one.first_line)}${one.source ? ` of ${one.source.split("/").at(-1)}` : ""}`,
  ];
  return [
    el("div", { class: "stack" }, el("div", {}, el("p", { class: "k" }, "An example"), example), spark(one.spark, { odd: worst(one), wide: true })),
    el("div", { class: "stack" }, el("ul", { class: "facts small" }, facts.filter(Boolean).map((text) => el("li", {}, text))), el("div", { class: "row" }, one.count ? el("button", { class: "btn small", type: "button", on: { click: show } }, `Show ${counted(one.count, "line")}`) : null)),
  ];
}
