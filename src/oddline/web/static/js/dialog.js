/** Dialogs, only for what cannot be undone. The browser's own <dialog> keeps the focus in and gives it back. */

import { el } from "./text.js";

/** Open a dialog of the page.
 * @param {string|HTMLDialogElement} which */
export function open(which) {
  const found = typeof which === "string" ? /** @type {HTMLDialogElement|null} */ (document.getElementById(which)) : which;
  if (!found || found.open) return null;
  found.showModal();
  return found;
}

/** Ask; true if the answer is yes. The safe answer has the focus.
 * @param {{title: string, text?: string, yes?: string, no?: string, danger?: boolean}} question
 * @returns {Promise<boolean>} */
export function ask({ title, text = "", yes = "Delete", no = "Keep", danger = true }) {
  const id = `ask-${Math.random().toString(36).slice(2)}`;
  const shown = el(
    "dialog",
    { class: "float dialog", "aria-labelledby": id },
    el("h3", { id }, title),
    el("p", {}, text),
    el(
      "div",
      { class: "row" },
      el("button", { class: "btn", type: "button", value: "no", autofocus: true, on: { click: () => shown.close("no") } }, no),
      el("button", { class: ["btn", danger ? "danger" : "primary"], type: "button", on: { click: () => shown.close("yes") } }, yes),
    ),
  );
  document.body.append(shown);
  shown.showModal();
  return new Promise((answer) => {
    shown.addEventListener("close", () => {
      shown.remove();
      answer(shown.returnValue === "yes");
    });
  });
}

/** Let `data-dialog="ID"` open and `data-close` close; a click beside closes too. */
export function start() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const opener = /** @type {HTMLElement|null} */ (target.closest?.("[data-dialog]"));
    if (opener) open(/** @type {string} */ (opener.dataset.dialog));
    const closer = target.closest?.("[data-close]");
    if (closer) /** @type {HTMLDialogElement|null} */ (closer.closest("dialog"))?.close();
    if (target instanceof HTMLDialogElement && target.open && beside(target, /** @type {MouseEvent} */ (event))) target.close();
  });
}

/** @param {HTMLDialogElement} shown @param {MouseEvent} event */
function beside(shown, event) {
  const box = shown.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
