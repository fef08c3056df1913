/** No rows: whether that is a good result, and what to do if it is not. */

import { button, empty } from "../parts.js";
import { el } from "../text.js";
import { number } from "../words.js";
import { noun, scan } from "./about.js";

/** @param {any} state of the table @param {any} table */
export function nothing(state, table) {
  const others = Object.entries(table.options.filters).filter(([name, usual]) => name !== "anomalies" && state[name] !== usual);
  if (!others.length && state.anomalies === "1") return calm(table);
  const buttons = [button("Clear filters", () => table.clear(), { hint: "esc" })];
  if (state.anomalies === "1") buttons.unshift(button("Look in all rows", () => table.set({ anomalies: "0" }), { kind: "primary" }));
  const title = state.q ? [`No ${state.anomalies === "1" ? "odd " : ""}${scan.noun} matches “`, state.q, "”"] : `No ${scan.noun} is left`;
  const text = state.anomalies === "1" ? "Only anomalies are shown. What you look for may be normal here." : "The filters hide everything. Take one away, or all of them.";
  return empty(/** @type {any} */ (title), text, { buttons, mark: false });
}

/** @param {any} table */
function calm(table) {
  const cut = scan.cut === null ? "" : ` The cut is ${number(Math.floor(scan.cut))}.`;
  const highest = scan.highest === null ? "" : `The highest score is ${number(Math.floor(scan.highest))}.`;
  return empty(`No odd ${noun()}`, [`All ${number(scan.rows)} ${noun(scan.rows)} are as usual. ${highest}${cut}`], {
    buttons: [button("Show the highest scores", () => table.set({ anomalies: "0" }), { kind: "primary" }), el("a", { class: "btn", href: "/scans/new" }, "Scan with a baseline")],
  });
}
