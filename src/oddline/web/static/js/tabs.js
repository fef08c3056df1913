/** Tabs by the pattern of ARIA: arrows move, one tab stop, the choice is in the address. */

import { onBack, read, write } from "./state.js";

/** @param {Element} list @returns {HTMLElement[]} */
function tabsOf(list) {
  return [...list.querySelectorAll("[role=tab]")].map((one) => /** @type {HTMLElement} */ (one));
}

/** Show a tab. `keep` leaves the address as it is.
 * @param {HTMLElement} tab @param {{focus?: boolean, keep?: boolean}} [options] */
export function choose(tab, { focus = false, keep = false } = {}) {
  const list = /** @type {HTMLElement|null} */ (tab.closest("[role=tablist]"));
  if (!list) return;
  const before = tab.getAttribute("aria-selected") === "true";
  for (const one of tabsOf(list)) {
    const on = one === tab;
    one.setAttribute("aria-selected", String(on));
    one.tabIndex = on ? 0 : -1;
    const panel = document.getElementById(one.getAttribute("aria-controls") ?? "");
    if (panel) panel.hidden = !on;
  }
  if (focus) tab.focus();
  if (before) return;
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!keep && list.dataset.tabs) {
    const first = tabsOf(list)[0] === tab;
    write({ [list.dataset.tabs]: first ? null : tab.dataset.tab }, { push: true });
  }
  list.dispatchEvent(new CustomEvent("tab", { bubbles: true, detail: { key: tab.dataset.tab } }));
}

/** Follow the address.
 * @param {HTMLElement} list */
function follow(list) {
  const tabs = tabsOf(list);
  const wanted = read(list.dataset.tabs ?? "");
  const found = tabs.find((tab) => tab.dataset.tab === wanted) ?? (wanted ? undefined : list.dataset.started && tabs[0]);
  if (found) choose(found, { keep: true });
  list.dataset.started = "yes";
}

/** Start every list of tabs of the page. */
export function start() {
  for (const list of document.querySelectorAll("[role=tablist][data-tabs]")) follow(/** @type {HTMLElement} */ (list));
  onBack(() => {
    for (const list of document.querySelectorAll("[role=tablist][data-tabs]")) follow(/** @type {HTMLElement} */ (list));
  });
  document.addEventListener("click", (event) => {
    const tab = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("[role=tab]"));
    if (tab) choose(tab);
  });
  document.addEventListener("keydown", (event) => {
    const tab = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("[role=tab]"));
    if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
    const tabs = tabsOf(/** @type {Element} */ (tab.closest("[role=tablist]")));
    const at = tabs.indexOf(tab);
    const next = {
      ArrowRight: tabs[(at + 1) % tabs.length],
      ArrowLeft: tabs[(at - 1 + tabs.length) % tabs.length],
      Home: tabs[0],
      End: tabs.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    choose(next, { focus: true });
  });
}
