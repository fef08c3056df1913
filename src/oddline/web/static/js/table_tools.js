/** The tools over a table: search, switches, filters, the choice of columns. What they say is the table's state.
 *
 * In the toolbar, by markup alone:
 * - `<input type="search" name="q">`: told after a short pause;
 * - `<input type="checkbox" name="anomalies">`: "1" or "0"; `<select name="…">`: its value;
 * - `<button data-filter="severity" data-value="high" aria-pressed="true">`: several; all pressed is no filter;
 * - `<button data-pick="change" data-value="new" aria-pressed="false">`: one of them;
 * - `<button data-columns>`: the choice of columns; `<span data-tags>`: where filters stand that can be taken away.
 */

import { close as closeMenu, open as openMenu } from "./menu.js";
import { removable } from "./parts.js";
import { el, icon, replace } from "./text.js";

const PAUSE = 250;

/** @param {any} table */
export function wire(table) {
  const { root } = table;
  let pause = 0;
  root.addEventListener("input", (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type !== "search" || !table.knows(field.name)) return;
    clearTimeout(pause);
    pause = window.setTimeout(() => table.set({ [field.name]: field.value.trim() }), PAUSE);
  });
  root.addEventListener("change", (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!table.knows(field.name) || field.type === "search") return;
    table.set({ [field.name]: field.type === "checkbox" ? (field.checked ? "1" : "0") : field.value });
  });
  root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.type !== "search" || !table.knows(field.name)) return;
    if (event.key === "Enter") {
      clearTimeout(pause);
      table.set({ [field.name]: field.value.trim() });
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      clearTimeout(pause);
      if (field.value) {
        field.value = "";
        table.set({ [field.name]: "" });
      } else field.blur();
    }
  });
  root.addEventListener("click", (/** @type {Event} */ event) => {
    const target = /** @type {Element} */ (event.target);
    const many = /** @type {HTMLElement|null} */ (target.closest("[data-filter]"));
    const one = /** @type {HTMLElement|null} */ (target.closest("[data-pick]"));
    const columns = /** @type {HTMLElement|null} */ (target.closest("[data-columns]"));
    if (many) toggle(table, many);
    if (one) table.set({ [one.dataset.pick ?? ""]: one.dataset.value });
    if (columns) event.stopPropagation(), chooseColumns(table, columns);
  });
}

/** A choice of the order, for phones: there the heads are not seen.
 * @param {any} table */
export function drawOrder(table) {
  const place = table.root.querySelector(".toolbar");
  const sortable = table.columns.filter((/** @type {any} */ one) => one.sort);
  if (!place || !sortable.length) return;
  const option = (/** @type {string} */ value, /** @type {string} */ words) => el("option", { value, selected: table.sort === value }, words);
  const options = sortable.flatMap((/** @type {any} */ { sort, label }) => [option(`-${sort}`, `${label}, highest first`), option(sort, `${label}, lowest first`)]);
  const select = el("select", { class: "input", on: { change: () => table.order(select.value) } }, options);
  const drawn = el("label", { class: "sort-choice" }, el("span", { class: "vh" }, "Order"), select);
  const before = place.querySelector(".sort-choice");
  if (before) before.replaceWith(drawn);
  else place.append(drawn);
}

/** @param {any} table @param {HTMLElement} pressed */
function toggle(table, pressed) {
  pressed.setAttribute("aria-pressed", String(pressed.getAttribute("aria-pressed") !== "true"));
  const name = pressed.dataset.filter ?? "";
  const all = buttons(table, "filter", name);
  const on = all.filter((one) => one.getAttribute("aria-pressed") === "true");
  table.set({ [name]: on.length === all.length || on.length === 0 ? "" : on.map((one) => one.dataset.value).join(",") });
}

/** @param {any} table @param {string} kind @param {string} name @returns {HTMLElement[]} */
function buttons(table, kind, name) {
  return [...table.root.querySelectorAll(`[data-${kind}="${CSS.escape(name)}"]`)];
}

/** Let the tools say what the state says: after a link, and after going back.
 * @param {any} table */
export function show(table) {
  for (const [name, value] of Object.entries(table.state)) {
    const field = table.root.querySelector(`.toolbar [name="${CSS.escape(name)}"]`);
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === "1";
    else if (field && field !== document.activeElement) field.value = value;
    const chosen = String(value).split(",");
    for (const one of buttons(table, "filter", name)) one.setAttribute("aria-pressed", String(!value || chosen.includes(one.dataset.value ?? "")));
    for (const one of buttons(table, "pick", name)) one.setAttribute("aria-pressed", String((one.dataset.value ?? "") === value));
  }
  const place = table.root.querySelector("[data-tags]");
  if (!place) return;
  const shown = (table.options.tags ?? []).filter((/** @type {any} */ one) => one.names.some((/** @type {string} */ name) => table.state[name]));
  replace(
    place,
    shown.map((/** @type {any} */ one) =>
      removable(one.text(table.state), one.label ?? "Take this filter away", () => table.set(Object.fromEntries(one.names.map((/** @type {string} */ name) => [name, ""])), { push: true })),
    ),
  );
}

/** @param {any} table @param {HTMLElement} button */
function chooseColumns(table, button) {
  const id = `${table.root.id}-columns`;
  const was = document.getElementById(id);
  if (was?.matches(":popover-open")) return closeMenu(true);
  was?.remove();
  const item = (/** @type {any} */ column) => {
    const on = table.columns.includes(column);
    const made = el("button", { role: "menuitemcheckbox", type: "button", "aria-checked": String(on), disabled: column.fixed }, column.label, icon("check"));
    made.addEventListener("click", () => {
      table.showColumn(column.key, made.getAttribute("aria-checked") !== "true");
      made.setAttribute("aria-checked", String(table.columns.includes(column)));
    });
    return made;
  };
  const list = el("div", { class: "float menu-list", id, role: "menu", "aria-label": "Columns", popover: "manual" }, table.all.filter((/** @type {any} */ one) => one.label).map(item));
  button.after(list);
  button.dataset.menu = id;
  button.setAttribute("aria-controls", id);
  openMenu(button);
}
