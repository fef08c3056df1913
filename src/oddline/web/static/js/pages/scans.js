/** Scans: search, states, two of them to compare. */
import { filters } from "../filters.js";
import { live, onRefresh } from "../live.js";
import { rows } from "../rows.js";

const compare = /** @type {HTMLAnchorElement} */ (document.getElementById("compare"));
/** @type {string[]} */
let chosen = [];

function draw() {
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-compare]"));
  for (const box of boxes) box.checked = chosen.includes(box.dataset.compare ?? "");
  compare.hidden = chosen.length !== 2;
  compare.href = `/compare?a=${encodeURIComponent(chosen[0] ?? "")}&b=${encodeURIComponent(chosen[1] ?? "")}`;
}

document.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  const id = box.dataset?.compare;
  if (!id) return;
  // Of three, the one that was chosen first makes room.
  chosen = box.checked ? [...chosen, id].slice(-2) : chosen.filter((one) => one !== id);
  draw();
});

filters(/** @type {HTMLFormElement} */ (document.querySelector("[data-filters]")));
onRefresh(draw);
live();
rows("tr.pick[data-href]");
