/** What keys and clicks do in a table. */

import * as keys from "./keys.js";
import { onBack } from "./state.js";
import { show } from "./table_tools.js";

/** @param {any} table */
export function listen(table) {
  const here = () => table.root.checkVisibility();
  const bind = (/** @type {string} */ key, /** @type {() => unknown} */ run, /** @type {string} */ label) =>
    keys.bind(key, run, { label, group: "Table", when: here });
  bind("j", () => table.move(1), "Next row");
  bind("k", () => table.move(-1), "Previous row");
  bind("enter", () => table.enter(table.cursor), "Open the row");
  bind("esc", () => table.close() || table.options.escape?.() || table.set({ q: "" }), "Close the row, then clear span and search");
  for (const [key, { label, run }] of Object.entries(/** @type {Record<string, any>} */ (table.options.rowKeys ?? {}))) {
    const when = () => here() && table.rows.has(table.cursor);
    keys.bind(key, () => run(table.rows.get(table.cursor), table), { label, group: "Table", when });
  }
  table.body.addEventListener("click", (/** @type {Event} */ event) => click(table, event));
  table.body.addEventListener("focusin", (/** @type {Event} */ event) => {
    const row = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("tr.pick"));
    if (!row?.dataset.id) return;
    table.cursor = row.dataset.id;
    table.mark();
  });
  table.head.addEventListener("click", (/** @type {Event} */ event) => {
    const by = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-sort]"))?.dataset.sort;
    if (by) order(table, by);
  });
  table.forth.addEventListener("click", () => turn(table, 1));
  table.back.addEventListener("click", () => turn(table, -1));
  table.more.addEventListener("click", () => table.first());
  onBack(() => follow(table));
}

/** Sort by a column: what is highest first, then what is lowest.
 * @param {any} table @param {string} by */
function order(table, by) {
  table.order(table.sort === `-${by}` ? by : `-${by}`);
  /** @type {HTMLElement|null} */ (table.head.querySelector(`[data-sort="${CSS.escape(by)}"]`))?.focus();
}

/** Go to the next page, or to the one before.
 * @param {any} table @param {1|-1} by */
async function turn(table, by) {
  if (by > 0) {
    table.trail.push(table.at);
    table.at = { cursor: table.page.next, first: table.at.first + table.page.items.length };
  } else table.at = table.trail.pop() ?? { cursor: "", first: 1 };
  [table.opened, table.cursor] = ["", ""];
  table.writeAddress();
  await table.load();
  table.root.scrollIntoView({ block: "start" });
  table.move(1);
}

/** Do what the address says, after going back.
 * @param {any} table */
function follow(table) {
  const before = JSON.stringify(table.query());
  const columns = table.columns;
  table.readAddress();
  if (JSON.stringify(table.query()) !== before) {
    table.shut();
    table.drawHead();
    show(table);
    table.load();
    return;
  }
  if (columns.length !== table.columns.length) table.redraw();
  const wanted = table.wanted;
  table.wanted = "";
  if (wanted && wanted !== table.opened) table.open(wanted, { keep: true });
  if (!wanted && table.opened) table.shut();
}

/** @param {any} table @param {Event} event */
function click(table, event) {
  const target = /** @type {Element} */ (event.target);
  const row = /** @type {HTMLElement|null} */ (target.closest("tr.pick"));
  const own = target.closest("a, button, input, label, select, summary");
  if (!row?.dataset.id || (own && !own.matches(".c-open .open-row"))) return;
  if (!own && String(getSelection()) !== "") return; // someone marks text to copy it
  table.enter(row.dataset.id);
}
