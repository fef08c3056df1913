/** What people say of a row: real, expected, known. At once, with undo, by buttons and by the keys 1 2 3. */

import { api, words } from "../api.js";
import { key } from "../parts.js";
import { el, replace } from "../text.js";
import { toast } from "../toast.js";
import { ago } from "../time.js";
import { of, scan } from "./about.js";

export const VERDICTS = [["real", "Real"], ["expected", "Expected"], ["known", "Known"]];

/** Told when a verdict of a row has changed.
 * @type {Array<(row: number, shown: any) => void>} */
const told = [];

/** @param {(row: number, shown: any) => void} run */
export function onVerdict(run) {
  told.push(run);
}

/** The buttons that stand on the page: those of the one opened row.
 * @type {{row: number, draw: (shown: any) => void}|null} */
let opened = null;

/** @param {number} row @param {string|null} verdict */
async function send(row, verdict) {
  const path = of(`/rows/${row}/verdict`);
  const shown = verdict ? await api.put(path, { verdict }) : (await api.delete(path), null);
  if (opened?.row === row) opened.draw(shown);
  for (const run of told) run(row, shown);
  return shown;
}

/** Say what a row is; the same again takes it back.
 * @param {number} row @param {string} verdict @param {string|null} before */
export async function judge(row, verdict, before) {
  if (!scan.may.judge) return toast("Your role may read only. An analyst can give verdicts.", { kind: "bad" });
  const wanted = verdict === before ? null : verdict;
  try {
    await send(row, wanted);
  } catch (error) {
    return toast(words(error), { kind: "bad" });
  }
  const undo = () => send(row, before).catch((error) => toast(words(error), { kind: "bad" }));
  return toast(wanted ? `Verdict: ${wanted}.` : "Verdict taken back.", { undo });
}

/** @param {any} row @param {any} table */
function current(row, table) {
  return table.page?.verdicts?.[row.row] ?? null;
}

export const verdictKeys = Object.fromEntries(
  VERDICTS.map(([name, label], at) => [
    String(at + 1),
    { label: `Verdict: ${label.toLowerCase()}`, run: (/** @type {any} */ row, /** @type {any} */ table) => judge(row.row, name, current(row, table)) },
  ]),
);

/** The buttons of an opened row, which stay true when a key or an undo changes the verdict.
 * @param {number} row @param {any} shown */
export function verdictButtons(row, shown) {
  const place = el("div", { data: { verdictOf: String(row) } });
  const draw = (/** @type {any} */ now) => {
    const buttons = VERDICTS.map(([name, label], at) =>
      el("button", { class: "btn small", type: "button", "aria-pressed": now ? String(now.verdict === name) : null, disabled: !scan.may.judge, on: { click: () => judge(row, name, now?.verdict ?? null) } }, label, " ", key(String(at + 1))),
    );
    const focused = place.contains(document.activeElement) ? [...place.querySelectorAll("button")].indexOf(/** @type {any} */ (document.activeElement)) : -1;
    replace(place, el("p", { class: "k" }, "Your verdict"), el("div", { class: "row", role: "group", "aria-label": "Your verdict" }, buttons), el("p", { class: "hint" }, hint(now)));
    if (focused >= 0) place.querySelectorAll("button")[focused]?.focus();
  };
  draw(shown);
  opened = { row, draw };
  return place;
}

/** @param {any} now */
function hint(now) {
  if (now) return `${now.by ?? "Somebody"} said so ${ago(now.created)}. Press it again to take it back.`;
  return scan.may.judge ? "It is kept with your name. Undo at any time." : "Your role may read only.";
}
