/** Who looks after an incident: oneself at a press, others out of the list of members. */

import { api, meta, words } from "../api.js";
import { el } from "../text.js";
import { scan } from "./about.js";

const MOST = 50;
/** @type {Promise<any[]>|null} */
let asked = null;

function members() {
  asked ??= api.get(`workspaces/${encodeURIComponent(meta("workspace"))}/members`, { query: { limit: MOST } }).then((page) => page.items);
  return asked;
}

/** @param {HTMLElement} card @param {(owner: string|null, name: string) => unknown} give @returns {any[]} */
export function ownerItems(card, give) {
  const { owner = "" } = card.dataset;
  const item = (/** @type {string} */ text, /** @type {() => unknown} */ press) => el("button", { type: "button", role: "menuitem", on: { click: press } }, text);
  const others = item("Give it to somebody…", () => {});
  others.addEventListener("click", (/** @type {Event} */ event) => {
    event.stopPropagation(); // the menu stays: the names come in the place of this item
    others.textContent = "Looking…";
    members()
      .then((all) => {
        const names = all.filter((one) => one.active !== false && one.role !== "ingest" && ![scan.me.id, owner].includes(one.user)).map((one) => item(one.name, () => give(one.user, one.name)));
        others.replaceWith(...(names.length ? names : [el("p", { class: "menu-who faint" }, "Nobody else is here")]));
        names[0]?.focus();
      })
      .catch((error) => {
        asked = null;
        others.textContent = words(error);
      });
  });
  return [owner === scan.me.id ? null : item("Take it", () => give(scan.me.id, "you")), others, owner ? item("Nobody's", () => give(null, "")) : null];
}
