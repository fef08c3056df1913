/** The table of rows: its columns, filters, tags; every other part of the page changes what it shows through it. */

import { api } from "../api.js";
import { readData } from "../page.js";
import { score, severity, tag } from "../parts.js";
import { Table } from "../table.js";
import { el, highlight } from "../text.js";
import { clock } from "../time.js";
import { number } from "../words.js";
import { of, scan } from "./about.js";
import { spanOf, spanWords } from "./axis.js";
import { nothing } from "./nothing.js";
import { opened } from "./opened.js";
import { NONE, table } from "./shown.js";
import { verdictKeys } from "./verdicts.js";

const FIELD = "f.";
const SHOWN = 400;
const STAMP = /^\[?(?:\d{4}[-/]\d\d[-/]\d\d|[A-Z][a-z]{2} +\d{1,2})[T ]+\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?(?:\s+|,)/;
const SPAN = ["since", "until", "first_line", "last_line"];
const EVER = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** When a row was, as briefly as the scan allows.
 * @param {any} row */
export function when(row) {
  if (!row.ts) return "";
  return scan.days ? `${row.ts.slice(5, 10)} ${clock(row.ts, true)}` : clock(row.ts, true);
}

/** @param {any} row @param {any} table */
function why(row, table) {
  const said = table.page?.verdicts?.[row.row];
  return el("span", { class: "one" }, row.why, row.more_reasons ? el("span", { class: "faint" }, ` +${row.more_reasons} more`) : null, said ? [" ", tag(said, "open")] : null);
}

/** The time stands in a column of its own, so the line gets its width back. The opened row has it whole. The same is in
 * _scan_words.py.
 * @param {any} row */
function message(row) {
  const text = row.text.split("\n", 1)[0];
  return (row.ts ? text.replace(STAMP, "") : text).slice(0, SHOWN);
}

/** @param {any} row @param {any} table */
function line(row, table) {
  const text = message(row);
  return el("span", { class: "one log", translate: "no", dir: "ltr" }, highlight(text, table.get("q")));
}

const columns = [
  { key: "score", label: "Score", sort: "score", fixed: true, width: "w-score", cell: (/** @type {any} */ row) => (row.score === null ? el("span", { class: "faint" }, "–") : score(row.score)) },
  { key: "severity", label: "Severity", sort: "severity", width: "w-sev", cell: (/** @type {any} */ row) => (row.severity ? severity(row.severity) : el("span", { class: "faint small" }, "normal")) },
  { key: "sure", label: "Sure", sort: "confidence", className: "c-hide dim", width: "w-sure", num: true, cell: (/** @type {any} */ row) => (row.confidence === null ? "" : row.confidence.toFixed(2)) },
  {
    key: "when",
    label: scan.timed ? "When : line" : scan.noun.charAt(0).toUpperCase() + scan.noun.slice(1),
    sort: scan.timed ? "time" : "line",
    className: "nowrap dim",
    width: scan.days ? "w-when-days" : "w-when",
    cell: (/** @type {any} */ row) => [when(row), " ", el("span", { class: "faint c-lineno" }, `${row.ts ? ":" : ""}${number(row.line)}`)],
  },
  { key: "source", label: "Source", className: "c-hide dim", width: "w-source", hidden: (scan.sources ?? []).length < 2, cell: (/** @type {any} */ row) => el("span", { class: "one", translate: "no" }, row.source.split("/").at(-1)) },
  { key: "level", label: "Level", className: "c-hide dim", width: "w-level", hidden: true, cell: (/** @type {any} */ row) => row.level ?? "" },
  { key: "template", label: "Template", className: "c-hide dim", width: "w-level", num: true, hidden: true, cell: (/** @type {any} */ row) => (row.template === null ? "" : number(row.template)) },
  { key: "label", label: "Label", className: "c-hide", width: "w-label", hidden: !scan.labelled, cell: (/** @type {any} */ row) => (row.label === null ? "" : tag(row.label, "open")) },
  ...(scan.fields ?? []).map((name) => ({ key: FIELD + name, label: name, className: "c-hide", width: "w-field", hidden: true, cell: (/** @type {any} */ row) => el("span", { class: "one log", translate: "no", dir: "ltr" }, row.fields[name] ?? "") })),
  { key: "line", label: scan.noun === "row" ? "Values" : "Line", fixed: true, className: "c-msg", cell: line },
  { key: "why", label: "Why", className: "c-why", width: "w-why", cell: why },
];

class Findings extends Table {
  query() {
    const fields = this.columns.filter((/** @type {any} */ one) => one.key.startsWith(FIELD)).map((/** @type {any} */ one) => one.key.slice(FIELD.length));
    return { ...super.query(), fields };
  }

  /** @param {string} key @param {boolean} on */
  showColumn(key, on) {
    super.showColumn(key, on);
    if (on && key.startsWith(FIELD)) this.load();
  }
}

/** Rows of the first answer stand in the page already.
 * @param {any} query @param {AbortSignal} signal */
async function load(query, signal) {
  const given = first;
  first = null;
  return given && !query.cursor && !query.fields.length ? given : api.get(of("/rows"), { query, signal });
}

let first = readData("rows");

/** @param {{onload: (page: any, state: any) => void, relax: () => boolean}} options relax: what esc does after all else
 * @returns {any} */
export function findings({ onload, relax }) {
  const root = /** @type {HTMLElement} */ (document.getElementById("findings"));
  return new Findings(root, {
    load,
    id: (/** @type {any} */ row) => row.row,
    name: (/** @type {any} */ row) => `${scan.noun} ${number(row.line)}`,
    noun: "row",
    filters: { q: "", anomalies: "1", severity: "", ...NONE },
    sort: "-score",
    columns,
    detail: opened,
    one: async (/** @type {string} */ id) => (await api.get(of(`/rows/${id}`), { query: { before: 0, after: 0 } })).found.row,
    rowClass: (/** @type {any} */ row) => (row.anomaly ? "" : "normal-row"),
    rowKeys: verdictKeys,
    tags: tags(),
    escape() {
      const spanned = SPAN.some((name) => table().state[name]);
      if (spanned) table().set({ since: "", until: "", first_line: "", last_line: "" }, { push: true });
      return spanned || (!table().state.q && relax());
    },
    empty: nothing,
    onload,
  });
}

function tags() {
  const span = (/** @type {any} */ state) => {
    const given = spanOf(state, EVER);
    return given ? spanWords(given) : "a span";
  };
  return [
    { names: SPAN, text: span, label: "Clear the span" },
    { names: ["incident"], text: (/** @type {any} */ state) => incidentName(state.incident), label: "Show other incidents too" },
    { names: ["template"], text: (/** @type {any} */ state) => `template ${state.template}`, label: "Show other templates too" },
    { names: ["source"], text: (/** @type {any} */ state) => state.source.split("/").at(-1), label: "Show other sources too" },
    { names: ["verdict"], text: (/** @type {any} */ state) => (state.verdict === "any" ? "with a verdict" : state.verdict), label: "Show rows without it too" },
  ];
}

/** @param {string} number_ */
function incidentName(number_) {
  const name = document.querySelector(`[data-incident="${CSS.escape(number_)}"]`)?.textContent ?? "";
  return el("span", { class: "tag-name" }, name ? `incident: ${name}` : `incident ${Number(number_) + 1}`);
}
