/** Rows of a list that the server drew: j and k move, enter opens, a click anywhere on a row follows its link. */

import { bind } from "./keys.js";

/** @param {string} which a selector; each has one main link in it */
export function rows(which) {
  const all = () => [...document.querySelectorAll(which)].filter((row) => row.checkVisibility());
  const link = (/** @type {Element|undefined} */ row) => /** @type {HTMLAnchorElement|null} */ (row?.querySelector("a[href]") ?? null);
  const current = () => all().findIndex((row) => row.contains(document.activeElement));
  const move = (/** @type {number} */ by) => {
    const list = all();
    const next = Math.max(0, Math.min(list.length - 1, current() + by));
    link(list[next])?.focus();
    list[next]?.scrollIntoView({ block: "nearest" });
  };
  bind("j", () => move(1), { label: "Next", group: "This page" });
  bind("k", () => move(-1), { label: "Previous", group: "This page" });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const row = target.closest("tr[data-href]");
    if (!row || target.closest("a, button, input, label, summary, select") || String(getSelection())) return;
    const to = row.getAttribute("data-href") ?? "";
    if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey)) window.open(to);
    else location.assign(to);
  });
  return { current: () => all()[current()] ?? null };
}
