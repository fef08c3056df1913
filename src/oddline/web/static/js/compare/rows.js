/** The rows of the chosen part, both scores of each; an opened one tells both reasons. */

import { score, severity, tag } from "../parts.js";
import { Table } from "../table.js";
import { el, highlight } from "../text.js";
import { clock } from "../time.js";
import { number } from "../words.js";

const SHOWN = 400;

/** @param {number|null} value */
function chip(value) {
  return value === null ? el("span", { class: "faint" }, "–") : score(value);
}

/** @param {any} row */
function why(row) {
  const said = [row.odd_a && row.why_a ? `A: ${row.why_a}` : "", row.odd_b && row.why_b ? `B: ${row.why_b}` : ""].filter(Boolean).join(" · ");
  return el("span", { class: "one" }, said);
}

/** @param {any} told */
function columns(told) {
  return [
    { key: "a", label: "A", sort: "a", fixed: true, width: "w-side", cell: (/** @type {any} */ row) => chip(row.score_a) },
    { key: "b", label: "B", sort: "b", fixed: true, width: "w-side", cell: (/** @type {any} */ row) => chip(row.score_b) },
    { key: "row", label: told.noun.charAt(0).toUpperCase() + told.noun.slice(1), sort: "line", className: "nowrap dim", width: "w-row", cell: (/** @type {any} */ row) => `${row.ts ? `${clock(row.ts, true)} :` : `${told.noun} `}${number(row.line)}` },
    { key: "text", label: told.noun === "row" ? "Values" : "Line", fixed: true, className: "c-msg", cell: (/** @type {any} */ row, /** @type {any} */ table) => el("span", { class: "one log", translate: "no", dir: "ltr" }, highlight(row.text.split("\n", 1)[0].slice(0, SHOWN), table.get("q"))) },
    { key: "why", label: "Why", className: "c-why", width: "w-why", cell: why },
    { key: "label", label: "Label", className: "c-hide", width: "w-label", hidden: !told.labelled, cell: (/** @type {any} */ row) => (row.label === null ? "" : tag(row.label, "open")) },
  ];
}

/** @param {any} told @param {(part: string, total: number) => void} follow */
export function startRows(told, follow) {
  const root = /** @type {HTMLElement} */ (document.getElementById("compared"));
  const usual = ["only_a", "only_b", "both"].find((name) => told.parts[name]) ?? "neither";
  const table = new Table(root, {
    src: "compare/rows",
    id: (/** @type {any} */ row) => row.row_a,
    name: (/** @type {any} */ row) => `${told.noun} ${number(row.line)}`,
    noun: "row",
    filters: { part: usual, q: "" },
    send: (/** @type {any} */ state) => ({ a: told.a, b: told.b, ...state }),
    sort: "-difference",
    columns: columns(told),
    detail: (/** @type {any} */ row) => both(told, row),
    onload: (/** @type {any} */ page, /** @type {any} */ state) => queueMicrotask(() => follow(state.part, page.total)),
  });
  return {
    async show(/** @type {string} */ part, /** @type {number|null} */ row = null) {
      await table.set({ part }, { push: true });
      if (row === null) return;
      if (table.rows.has(String(row))) table.open(String(row));
      root.scrollIntoView({ block: "nearest" });
    },
  };
}

/** @param {any} told @param {any} row */
async function both(told, row) {
  const side = (/** @type {"a"|"b"} */ letter) => {
    const [odd, own, level, said] = [row[`odd_${letter}`], row[`score_${letter}`], row[`severity_${letter}`], row[`why_${letter}`]];
    const words = odd ? said || "beyond the cut" : "below its cut";
    const at = letter === "a" ? row.row_a : row.row_b;
    return el(
      "div",
      { class: ["stack", !odd && "none-odd"] },
      el("p", { class: "row" }, el("span", { class: ["letter", letter] }, letter.toUpperCase()), chip(own), level ? severity(level) : el("span", { class: "faint small" }, "normal")),
      el("p", {}, words),
      el("p", {}, el("a", { href: `/scans/${told[letter]}?anomalies=0&row=${at}` }, `Open it in ${letter.toUpperCase()}`)),
    );
  };
  const whole = el("div", { class: "quote log wrap", tabindex: "0", role: "region", "aria-label": `${told.noun} ${number(row.line)}`, translate: "no", dir: "ltr" }, row.text);
  return [el("div", { class: "stack" }, el("p", { class: "k" }, `${told.noun} ${number(row.line)}`), whole), el("div", { class: "stack" }, side("a"), side("b"))];
}
