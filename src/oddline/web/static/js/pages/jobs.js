/** Jobs: progress, phases and log lines as they come; cancel, try again. */
import { filters } from "../filters.js";
import { live, onRefresh } from "../live.js";
import { Logs } from "../job_logs.js";
import { rows } from "../rows.js";

const logs = new Logs();

/** Move the phases of a card along.
 * @param {HTMLElement} card @param {string} stage */
function phases(card, stage) {
  const list = /** @type {HTMLElement[]} */ ([...card.querySelectorAll(".phases li")]);
  const at = list.findIndex((one) => one.dataset.phase === stage);
  if (at < 0) return;
  for (const [place, one] of list.entries()) {
    one.classList.toggle("done", place < at);
    if (place === at) one.setAttribute("aria-current", "step");
    else one.removeAttribute("aria-current");
    const note = one.querySelector("span");
    const words = place < at ? "done" : place === at ? "under way" : "next";
    if (note && note.textContent !== words) note.textContent = words;
  }
}

document.addEventListener("progress", (event) => {
  const card = /** @type {HTMLElement} */ (event.target);
  phases(card, /** @type {CustomEvent} */ (event).detail.stage);
});
filters(/** @type {HTMLFormElement|null} */ (document.querySelector("[data-filters]")));
onRefresh(() => logs.reopen());
live({ log: (told) => logs.add(told) });
rows("section[data-job], tr[data-ended]");
