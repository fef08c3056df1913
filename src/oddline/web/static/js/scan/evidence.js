/** The evidence of an opened row: the lines around it, its nearest normal line, its template, its values. */

import { api, words } from "../api.js";
import { el, replace } from "../text.js";
import { toast } from "../toast.js";
import { counted, number } from "../words.js";
import { of, scan } from "./about.js";
import { showRows } from "./shown.js";

export const AROUND = 5;
const MORE = 20;
const MOST = 500;

/** @param {string} title @param {...any} content */
export function block(title, ...content) {
  return el("div", {}, el("p", { class: "k" }, title), content);
}

/** @param {any} line of the API */
function drawn(line) {
  const text = line.more ? [line.text, el("span", { class: "faint" }, ` … ${counted(line.more, "more line")}`)] : line.text;
  return el("li", { class: [line.odd && "odd", line.odd && line.severity, line.here && "here"], "aria-current": line.here ? "true" : null }, el("span", { class: "n" }, number(line.number)), el("span", {}, text));
}

/** @param {any[]} lines @param {string} label */
function box(lines, label) {
  return el("div", { class: "lines log", tabindex: "0", role: "region", "aria-label": label, translate: "no", dir: "ltr" }, el("ol", {}, lines.map(drawn)));
}

/** Lines before and after, and 20 more of them at a press.
 * @param {any} found */
export function around(found) {
  const { row } = found;
  const label = `Lines around ${scan.noun} ${number(row.line)}`;
  let size = AROUND;
  const shown = box(found.lines, label);
  const more = el("button", { class: "btn quiet small", type: "button", hidden: !found.has_before && !found.has_after }, `${MORE} more ↑↓`);
  more.addEventListener("click", async () => {
    size = Math.min(MOST, size + MORE);
    try {
      const lines = await api.get(of(`/rows/${row.row}/lines`), { query: { before: size, after: size } });
      const grown = lines.length > shown.querySelectorAll("li").length;
      keepPlace(shown, () => replace(/** @type {any} */ (shown.firstElementChild), lines.map(drawn)));
      more.hidden = !grown || size >= MOST;
      if (more.hidden) shown.focus();
    } catch (error) {
      toast(words(error), { kind: "bad" });
    }
  });
  return el("div", {}, el("p", { class: "k" }, scan.noun === "row" ? "Rows before and after " : "Lines before and after ", more), shown);
}

/** The opened line stays where the eye is while lines come in above it.
 * @param {HTMLElement} shown @param {() => void} change */
function keepPlace(shown, change) {
  const at = () => shown.querySelector("[aria-current]")?.getBoundingClientRect().top ?? 0;
  const before = at();
  change();
  scrollBy({ top: at() - before, behavior: "instant" });
}

/** What a window holds: its own lines.
 * @param {any} found */
export function events({ events: own, events_total: total, row }) {
  if (!own.length) return null;
  const rest = total > own.length ? `, ${number(own.length)} of ${number(total)}` : "";
  return block(`Events of this ${scan.noun}${rest}`, box(own, `Events of ${scan.noun} ${number(row.line)}`));
}

/** @param {any} token */
function marked({ text, mark }) {
  return mark === "was" || mark === "now" ? el("mark", { class: mark }, text) : text;
}

/** @param {any} found */
export function nearest({ nearest: near }) {
  if (!near) return null;
  const like = near.like === null ? null : el("span", { class: "faint" }, `   ${counted(near.like, "line")} like this`);
  const rows = [el("span", { class: "who" }, "normal"), near.normal.map(marked), like, "\n", el("span", { class: "who" }, scan.noun === "row" ? "this row" : "this line"), near.this.map(marked)];
  return block(scan.noun === "row" ? "Nearest normal row, and what differs" : "Nearest normal line, and what differs", quoted(rows, "Nearest normal line"));
}

/** @param {any[]} rows @param {string} label */
function quoted(rows, label) {
  return el("div", { class: "quote log", tabindex: "0", role: "region", "aria-label": label, translate: "no", dir: "ltr" }, rows);
}

/** @param {any[]} pieces */
export function pieces(pieces) {
  return pieces.map((piece) => (piece.kind === "slot" ? el("span", { class: "slot" }, piece.text) : piece.text));
}

const CHANGES = { new: "new since the baseline", gone: "gone", up: "more often than before", down: "less often than before" };

/** @param {any} found */
export function template({ template: own }) {
  if (!own) return null;
  const changed = CHANGES[own.change] ? `, ${CHANGES[own.change]}` : "";
  const all = (/** @type {Event} */ event) => {
    event.preventDefault();
    showRows({ template: String(own.number), anomalies: "0" });
  };
  const before = own.before === null ? "" : `, ${number(own.before)} before`;
  const link = el("a", { class: "sans", href: `?template=${own.number}&anomalies=0`, on: { click: all } }, `${counted(own.count, "line")}${before}`);
  return block(`Template ${own.number}${changed}`, quoted([el("span", { class: "who" }, "template"), pieces(own.pieces), "   ", link], `Template ${own.number}`));
}

/** Columns of the row, with their names.
 * @param {any} found */
export function values({ fields }) {
  const given = Object.entries(fields);
  if (!given.length) return null;
  const list = el("dl", { class: "values log", translate: "no", dir: "ltr" }, given.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  return el("details", { class: "values-box", open: given.length <= 8 }, el("summary", {}, counted(given.length, "value")), list);
}
