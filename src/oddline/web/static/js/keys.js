/** Keys: single ones and sequences such as `g s`; off while typing, and off altogether where the reader says so.
 *
 * Most need no script: `data-key="n"` on a link, button or field is pressed, or gets the focus, by that key.
 * `data-key-label` is what the sheet of all keys calls it.
 */

import { el } from "./text.js";

const SEQUENCE = 1200;
const NAMES = { Enter: "enter", Escape: "esc", ArrowDown: "down", ArrowUp: "up", " ": "space" };
const SHOWN = [["Everywhere", ["/", "g o", "g s", "g i", "g c", "g m", "g j", "n", "y", "z", "esc", "?"]]];

/** @typedef {{run: (event: KeyboardEvent) => unknown, label: string, group: string, when: () => boolean}} Binding */
/** @type {Map<string, Binding[]>} */
const bindings = new Map();
let before = "";
let timer = 0;

/** Bind a key. Of several bindings of one key, the newest whose `when` holds runs.
 * @param {string} key "j", "enter", "g s", "ctrl enter" @param {(event: KeyboardEvent) => unknown} run
 * @param {{label?: string, group?: string, when?: () => boolean}} [options] without a label it is not in the sheet
 * @returns {() => void} takes it off again */
export function bind(key, run, { label = "", group = "This page", when = () => true } = {}) {
  const one = { run, label, group, when };
  bindings.set(key, [...(bindings.get(key) ?? []), one]);
  return () => {
    bindings.set(key, (bindings.get(key) ?? []).filter((other) => other !== one));
  };
}

/** Single keys on or off, for this page; the server remembers by the account's settings.
 * @param {boolean} on */
export function single(on) {
  document.documentElement.dataset.keys = on ? "on" : "off";
}

/** @param {KeyboardEvent} event */
function nameOf(event) {
  const name = NAMES[event.key] ?? event.key;
  return event.ctrlKey || event.metaKey ? `ctrl ${name}` : name;
}

/** @param {EventTarget|null} target */
export function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range", "file"].includes(target.type);
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.altKey || event.repeat && !/^[jk]$/.test(event.key)) return;
  const name = nameOf(event);
  const character = name.length === 1;
  if (character && (typing(event.target) || document.documentElement.dataset.keys === "off")) return;
  if (!character && typing(event.target) && name !== "ctrl enter") return;
  if (name === "enter" && /** @type {Element} */ (event.target).closest?.("a, button, summary, label, [role=tab]")) return;
  if (document.querySelector("dialog[open]:modal")) return;
  const key = before ? `${before} ${name}` : name;
  before = "";
  clearTimeout(timer);
  if (act(key, event)) event.preventDefault();
  else if (character && begins(name)) {
    before = name;
    timer = window.setTimeout(() => {
      before = "";
    }, SEQUENCE);
  }
}

/** @param {string} key @param {KeyboardEvent} event */
function act(key, event) {
  const found = (bindings.get(key) ?? []).findLast((one) => one.when());
  if (found) {
    found.run(event);
    return true;
  }
  const target = declared(key);
  if (!target) return false;
  if (typing(target)) {
    target.focus();
    if (target instanceof HTMLInputElement) target.select();
  } else target.click();
  return true;
}

/** The element that a key is declared on: the first that is seen, or a link of the bar that a phone hides.
 * @param {string} key @returns {HTMLElement|null} */
function declared(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]:not([disabled], [aria-disabled=true])`)];
  const elements = all.map((one) => /** @type {HTMLElement} */ (one));
  return elements.find((one) => one.checkVisibility()) ?? elements.find((one) => one.matches("a[href]")) ?? null;
}

/** @param {string} name */
function begins(name) {
  const declaredSo = document.querySelector(`[data-key^="${CSS.escape(`${name} `)}"]`) !== null;
  return declaredSo || [...bindings.keys()].some((key) => key.startsWith(`${name} `));
}

/** All keys that work on this page, by group.
 * @returns {Map<string, Map<string, string>>} */
export function all() {
  const groups = new Map([["Everywhere", new Map()]]);
  const add = (/** @type {string} */ group, /** @type {string} */ key, /** @type {string} */ label) => {
    if (!groups.has(group)) groups.set(group, new Map());
    if (label && !groups.get(group)?.has(key)) groups.get(group)?.set(key, label);
  };
  for (const one of document.querySelectorAll("[data-key][data-key-label]")) {
    const { key = "", keyLabel = "" } = /** @type {HTMLElement} */ (one).dataset;
    add(SHOWN[0][1].includes(key) ? "Everywhere" : "This page", key, keyLabel);
  }
  for (const [key, list] of bindings) for (const one of list) if (one.label) add(one.group, key, one.label);
  return new Map([...groups].filter(([, keys]) => keys.size));
}

/** Show all keys. */
export function sheet() {
  const groups = [...all()].map(([name, keys]) =>
    el("section", {}, el("h4", { class: "k" }, name), el("dl", {}, [...keys].map(([key, label]) => [el("dt", {}, key.split(" ").flatMap((one) => [el("kbd", {}, one), " "])), el("dd", {}, label)]))),
  );
  const off = document.documentElement.dataset.keys === "off";
  const shown = el(
    "dialog",
    { class: "float dialog wide keys-sheet", "aria-labelledby": "keys-title", on: { close: () => shown.remove() } },
    el("div", { class: "row" }, el("h3", { id: "keys-title" }, "Keys"), el("button", { class: "btn small push", type: "button", "data-close": true }, "Close ", el("kbd", { "aria-hidden": "true" }, "esc"))),
    off ? el("p", {}, "Single keys are off. You can turn them on in Settings.") : null,
    el("div", { class: "groups" }, groups),
  );
  document.body.append(shown);
  shown.showModal();
}

/** Begin to listen. */
export function start() {
  document.addEventListener("keydown", pressed);
  bind("?", sheet, { label: "All keys", group: "Everywhere" });
  document.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest?.("[data-act=keys]")) sheet();
  });
}
