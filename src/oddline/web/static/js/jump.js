/** Search or jump: pages, scans and incidents by a few letters. */

import { api, latest } from "./api.js";
import { bind } from "./keys.js";
import { icon, el, replace } from "./text.js";

/** @typedef {{text: string, href: string, note: string}} Goal */

/** The pages, as the bar has them, and what can be begun.
 * @returns {Goal[]} */
function pages() {
  const links = [...document.querySelectorAll(".bar .nav a, .bar .tools a, #account a")];
  return links.map((one) => ({
    text: [...one.childNodes].filter((node) => node instanceof Text).map((node) => node.textContent?.trim()).join(" ").trim(),
    href: /** @type {HTMLAnchorElement} */ (one).href,
    note: "page",
  }));
}

/** What the service knows under these letters; what it does not answer is left out.
 * @param {AbortSignal} signal @param {string} query @returns {Promise<Goal[]>} */
async function found(signal, query) {
  const ask = async (/** @type {string} */ path, /** @type {(one: any) => Goal} */ shown) => {
    const page = await api.get(path, { query: { q: query, limit: 6 }, signal, tries: 1 });
    return page.items.map(shown);
  };
  const answers = await Promise.allSettled([
    ask("scans", (one) => ({ text: one.name ?? one.id, href: `/scans/${one.id}`, note: "scan" })),
    ask("incidents", (one) => ({ text: one.title ?? one.template ?? one.id, href: `/incidents/${one.id}`, note: "incident" })),
  ]);
  return answers.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** Open it. */
export function jump() {
  let at = 0;
  /** @type {Goal[]} */
  let goals = [];
  const search = latest(found);
  const list = el("div", { role: "listbox", id: "jump-list", "aria-label": "Found" });
  const input = el("input", {
    class: "input", type: "text", role: "combobox", "aria-label": "Search or jump", "aria-controls": "jump-list", "aria-expanded": "true",
    autocomplete: "off", spellcheck: "false", placeholder: "A page, a scan, an incident", autofocus: true,
  });
  const shown = el(
    "dialog",
    { class: "float jump dialog", "aria-label": "Search or jump", on: { close: () => shown.remove() } },
    el("div", { class: "search" }, icon("search"), input),
    list,
  );

  const draw = () => {
    at = Math.max(0, Math.min(at, goals.length - 1));
    replace(list, goals.length ? goals.map((goal, index) => option(goal, index)) : el("p", { class: "none", role: "option", "aria-selected": "false", "aria-disabled": "true" }, "Nothing is called so."));
    if (goals.length) input.setAttribute("aria-activedescendant", `jump-${at}`);
    else input.removeAttribute("aria-activedescendant");
    list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  };
  const option = (/** @type {Goal} */ goal, /** @type {number} */ index) =>
    el("div", { role: "option", id: `jump-${index}`, "aria-selected": String(index === at), on: { click: () => go(goal) } }, el("span", { class: "one", translate: "no" }, goal.text), el("span", { class: "push small faint" }, goal.note));
  const go = (/** @type {Goal|undefined} */ goal) => {
    if (goal) location.assign(goal.href);
  };
  const type = async () => {
    const query = input.value.trim();
    const near = pages().filter((goal) => goal.text.toLowerCase().includes(query.toLowerCase()));
    [goals, at] = [near, 0];
    draw();
    if (query.length < 2) return;
    const more = await search(query);
    if (more && shown.open) {
      goals = [...near, ...more];
      draw();
    }
  };

  input.addEventListener("input", type);
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && goals.length) {
      event.preventDefault();
      at = (at + by + goals.length) % goals.length;
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(goals[at]);
    }
  });
  document.body.append(shown);
  shown.showModal();
  type();
}

/** Let `data-jump` open it, and `/` where the page has no search of its own. */
export function start() {
  document.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest?.("[data-jump]");
    if (!pressed) return;
    /** @type {HTMLDialogElement|null} */ (pressed.closest("dialog"))?.close();
    jump();
  });
  const own = () => [...document.querySelectorAll('[data-key="/"]')].some((one) => one.checkVisibility());
  bind("/", jump, { label: "Search or jump", group: "Everywhere", when: () => !own() });
}
