/** What a page module needs of its page: data from the server, words for screen readers, the clipboard. */

import { toast } from "./toast.js";

/** Read what the template gave by `ui.data(name, value)`.
 * @param {string} name */
export function readData(name) {
  const found = /** @type {HTMLTemplateElement|null} */ (document.querySelector(`template[data-json="${CSS.escape(name)}"]`));
  return found ? JSON.parse(found.content.textContent ?? "null") : null;
}

let said = 0;
let waits = 0;

/** Say something politely to who does not see the page; at most one message in five seconds, the last one wins.
 * @param {string} text */
export function announce(text) {
  clearTimeout(waits);
  const wait = Math.max(0, said + 5000 - Date.now());
  waits = window.setTimeout(() => {
    said = Date.now();
    const place = document.querySelector("[data-announce]");
    if (place) place.textContent = text;
  }, wait);
}

/** Copy a text, and say so.
 * @param {string} text @param {string} [words] */
export async function copy(text, words = "Copied.") {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyByHand(text);
  }
  toast(words);
}

/** The clipboard is for secure pages only; over plain HTTP in one's own network there is the old way.
 * @param {string} text */
function copyByHand(text) {
  const field = document.createElement("textarea");
  field.className = "vh";
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
