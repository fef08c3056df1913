/** A secret that is shown once: there to copy, and gone with the page. */

import { copy } from "./page.js";
import { notice } from "./parts.js";
import { el, replace } from "./text.js";

/** @param {HTMLElement} place @param {string} title @param {string} text @param {string} secret */
export function shownOnce(place, title, text, secret) {
  const field = el("input", { class: "input mono", readonly: true, value: secret, "aria-label": title, spellcheck: "false" });
  const button = el("button", { class: "btn", type: "button", on: { click: () => copy(secret) } }, "Copy");
  const told = notice(title, text, { kind: "ok" });
  told.append(el("div", { class: "row secret" }, field, button));
  replace(place, told);
  field.focus();
  field.select();
}
