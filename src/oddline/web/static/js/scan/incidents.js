/** Incidents as cards: one is looked at, and has its buttons; what is done applies at once, and can be undone. */

import { api, words } from "../api.js";
import * as keys from "../keys.js";
import { key, tag } from "../parts.js";
import { el, icon, replace } from "../text.js";
import { toast } from "../toast.js";
import { number } from "../words.js";
import { noun, scan } from "./about.js";
import { ownerItems } from "./owners.js";
import { lookAtRows, showRows, table } from "./shown.js";

const DONE = { acknowledged: "Acknowledged.", resolved: "Resolved.", muted: "Muted.", open: "Open again." };

/** @type {HTMLElement[]} */
let cards = [];
/** @type {HTMLElement|null} */
let current = null;

/** The number of the incident that is looked at, by filter or by being the first that is open.
 * @returns {number|null} */
export function chosenIncident() {
  return current ? Number(current.dataset.number) : null;
}

/** @param {HTMLElement|null} root */
export function startIncidents(root) {
  if (!root) return;
  cards = [...root.querySelectorAll("li.inc")].map((one) => /** @type {HTMLElement} */ (one));
  root.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLElement|null} */ (target.closest("[data-incident]"));
    if (link && !(/** @type {MouseEvent} */ (event).ctrlKey || /** @type {MouseEvent} */ (event).metaKey)) {
      event.preventDefault();
      showRows({ incident: link.dataset.incident });
    }
    const more = target.closest("[data-more-incidents]");
    if (more) unfold(root, /** @type {HTMLElement} */ (more));
  });
  keys.bind("a", () => current && next(current), { label: "Acknowledge the incident", when: () => current !== null && current.dataset.id !== "" && scan.may.judge });
}

/** Mark the card that the filters name; without one, the first that nobody has dealt with.
 * @param {any} state of the table */
export function followIncident(state) {
  const named = cards.find((card) => card.dataset.number === state.incident);
  const wanted = named ?? (state.incident ? null : (cards.find((card) => card.dataset.state === "open") ?? cards[0] ?? null));
  for (const card of cards) {
    const on = card === wanted;
    if (on) {
      card.setAttribute("aria-current", "true");
      card.hidden = false;
    } else card.removeAttribute("aria-current");
    const place = /** @type {HTMLElement} */ (card.querySelector("[data-acts]"));
    place.hidden = !on;
    if (!on) replace(place);
  }
  current = wanted ?? null;
  if (current) drawActs(current);
}

/** @param {HTMLElement} root @param {HTMLElement} pressed */
function unfold(root, pressed) {
  const first = cards.find((card) => card.hidden);
  for (const card of cards) card.hidden = false;
  pressed.closest("footer")?.remove();
  root.classList.add("unfolded");
  /** @type {HTMLElement|null} */ (first?.querySelector("a"))?.focus();
}

/** @param {HTMLElement} card */
function drawActs(card) {
  const place = /** @type {HTMLElement} */ (card.querySelector("[data-acts]"));
  const { state = "open", number: number_ = "", count = "0" } = card.dataset;
  const small = (/** @type {any} */ text, /** @type {() => unknown} */ press, kind = "") => el("button", { class: ["btn small", kind], type: "button", on: { click: press } }, text);
  const only = table()?.get("incident") === number_;
  const rows = only ? small("Show all rows", () => showRows({ incident: "" })) : small(`Show ${number(Number(count))} ${noun(Number(count))}`, () => (showRows({ incident: number_ }), lookAtRows()));
  const may = scan.may.judge && card.dataset.id;
  const first = { open: [["Acknowledge ", key("a")], "primary"], acknowledged: [["Resolve ", key("a")], ""], resolved: ["Open again", ""], muted: ["Open again", ""] }[state] ?? ["", ""];
  const id = `incident-${number_}-more`;
  const more = el("button", { class: "btn small quiet", type: "button", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, data: { menu: id } }, "More ", icon("down"));
  replace(place, may ? small(first[0], () => next(card), first[1]) : null, rows, may ? [more, menu(card, id)] : null);
}

/** @param {HTMLElement} card @param {string} id */
function menu(card, id) {
  const { state = "open" } = card.dataset;
  const item = (/** @type {string} */ text, /** @type {() => unknown} */ press) => el("button", { type: "button", role: "menuitem", on: { click: press } }, text);
  const states = [
    state === "resolved" ? null : item("Resolve", () => change(card, { state: "resolved" })),
    state === "muted" ? null : item("Mute", () => change(card, { state: "muted" })),
    state === "open" ? null : item("Open again", () => change(card, { state: "open" })),
  ];
  const owners = ownerItems(card, (owner, name) => change(card, { owner }, name));
  const page = el("a", { role: "menuitem", href: `/incidents/${card.dataset.id}` }, "Comments and history");
  return el("div", { class: "float menu-list", id, role: "menu", "aria-label": "More", popover: "manual" }, states, el("hr", {}), owners, el("hr", {}), page);
}

/** The next thing to do with an incident.
 * @param {HTMLElement} card */
function next(card) {
  const state = { open: "acknowledged", acknowledged: "resolved", resolved: "open", muted: "open" }[card.dataset.state ?? "open"];
  return change(card, { state });
}

/** @param {HTMLElement} card @param {{state?: string, owner?: string|null}} wanted @param {string} [name] of the owner */
async function change(card, wanted, name = "") {
  const before = { state: card.dataset.state, owner: card.dataset.owner || null };
  const told = wanted.state ? DONE[wanted.state] : wanted.owner ? `It is with ${name}.` : "It is nobody's now.";
  try {
    show(card, await api.patch(`incidents/${card.dataset.id}`, wanted));
  } catch (error) {
    return toast(words(error), { kind: "bad" });
  }
  const back = wanted.state ? { state: before.state } : { owner: before.owner };
  const undo = async () => {
    try {
      show(card, await api.patch(`incidents/${card.dataset.id}`, back));
    } catch (error) {
      toast(words(error), { kind: "bad" });
    }
  };
  return toast(told, { undo });
}

/** @param {HTMLElement} card @param {any} incident as the API tells it */
function show(card, incident) {
  [card.dataset.state, card.dataset.owner] = [incident.state, incident.owner ?? ""];
  card.classList.toggle("done", ["resolved", "muted"].includes(incident.state));
  const marks = /** @type {HTMLElement} */ (card.querySelector("[data-marks]"));
  replace(marks, incident.state === "open" ? null : tag(incident.state, "open"), incident.owner_name ? tag(incident.owner_name, "open") : null);
  const focused = card.contains(document.activeElement);
  if (card === current) drawActs(card);
  if (focused || document.activeElement === document.body) /** @type {HTMLElement|null} */ (card.querySelector("[data-acts] button"))?.focus({ preventScroll: true });
}
