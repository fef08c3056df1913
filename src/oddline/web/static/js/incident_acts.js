/** What people do about incidents: at once, with undo. */

import { api, words } from "./api.js";
import { refresh } from "./live.js";
import { toast } from "./toast.js";

const SAID = { acknowledged: "Acknowledged.", resolved: "Resolved.", muted: "Muted.", open: "Open again." };

/** @param {string} id @param {any} told @param {string} said @param {any} [back] how to undo it */
async function change(id, told, said, back) {
  try {
    await api.patch(`incidents/${id}`, told);
    toast(said, back ? { undo: () => change(id, back, "Undone.") } : {});
    refresh(0);
    return true;
  } catch (problem) {
    toast(words(problem), { kind: "bad" });
    return false;
  }
}

/** @param {Element|null|undefined} button */
function press(button) {
  const { incident = "", to = "", from = "" } = /** @type {HTMLElement} */ (button).dataset;
  return change(incident, { state: to }, SAID[to], { state: from });
}

/** Acknowledge what the given place shows; false if there is nothing to acknowledge in it.
 * @param {ParentNode|null} place */
export function acknowledge(place) {
  const button = place?.querySelector('[data-to="acknowledged"]');
  if (button) press(button);
  return Boolean(button);
}

/** Begin to listen. */
export function incidentActs() {
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest?.("button[data-incident]");
    if (button) press(button);
  });
  document.addEventListener("change", async (event) => {
    const select = /** @type {HTMLSelectElement} */ (event.target);
    const id = select.dataset?.incidentOwner;
    if (!id) return;
    const [was, name] = [select.dataset.was ?? "", select.selectedOptions[0].textContent];
    const owner = select.value || null;
    const done = await change(id, { owner }, owner ? `Looked after by ${name}.` : "Looked after by nobody.", { owner: was || null });
    if (!done) select.value = was;
    else select.dataset.was = select.value;
  });
}
