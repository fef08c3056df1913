/** How the rows of a table are drawn; `table.js` says when. */

import { el, icon, replace } from "./text.js";

/** @typedef {{key: string, label: string, cell: (row: any, table: any) => any, sort?: string, className?: string, width?: string,
 *   hidden?: boolean, fixed?: boolean, num?: boolean}} Column
 * key: its name in the address; sort: what the API calls it; className: of its cells (c-msg, c-why, c-hide, c-first
 * say where it goes on a phone); width: class of its <col>; hidden: only if chosen; fixed: cannot be hidden */

/** @param {any} table */
export function drawHead(table) {
  const { columns, sort } = table;
  const cells = columns.map((/** @type {Column} */ column) => {
    const by = column.sort ?? "";
    const order = !by ? null : sort === by ? "ascending" : sort === `-${by}` ? "descending" : null;
    const label = by ? el("button", { type: "button", data: { sort: by } }, column.label) : column.label;
    return el("th", { role: "columnheader", scope: "col", class: column.num ? "num" : null, "aria-sort": order }, label);
  });
  if (table.options.detail) cells.unshift(el("th", { role: "columnheader", scope: "col" }, el("span", { class: "vh" }, "Open")));
  replace(table.head, el("tr", { role: "row" }, cells));
  const widths = columns.map((/** @type {Column} */ column) => el("col", { class: column.width }));
  if (table.options.detail) widths.unshift(el("col", { class: "w-open" }));
  replace(table.cols, widths);
}

/** @param {any} table @param {any} row */
export function drawRow(table, row) {
  const id = table.idOf(row);
  const name = table.options.name?.(row) ?? id;
  const cells = table.columns.map((/** @type {Column} */ column) =>
    el("td", { role: "cell", class: [column.className, column.num && "num"] }, column.cell(row, table)),
  );
  if (table.options.detail) {
    const open = el("button", { class: "open-row", type: "button", "aria-expanded": "false", "aria-controls": rowId(table, id), "aria-label": `Open ${name}` }, icon("chev"));
    cells.unshift(el("td", { role: "cell", class: "c-open" }, open));
  }
  const extra = table.options.rowClass?.(row);
  return el("tr", { class: ["pick", extra], role: "row", data: { id } }, cells);
}

/** @param {any} table @param {string} id */
export function rowId(table, id) {
  return `${table.root.id || "table"}-row-${id}`;
}

/** The row below an opened one, still empty.
 * @param {any} table @param {string} id */
export function drawDetail(table, id) {
  const inside = el("div", { class: "detail-in", "aria-busy": "true" });
  const width = table.columns.length + 1;
  return { row: el("tr", { class: "detail", role: "row", id: rowId(table, id) }, el("td", { role: "cell", colspan: width }, inside)), inside };
}

/** @param {any} table @param {number} count */
export function drawSkeleton(table, count) {
  const width = table.columns.length + (table.options.detail ? 1 : 0);
  const one = () => el("tr", { class: "skeleton-row", role: "row" }, el("td", { role: "cell", colspan: width }, el("div", { class: "skeleton" })));
  replace(table.body, Array.from({ length: count }, one));
}
