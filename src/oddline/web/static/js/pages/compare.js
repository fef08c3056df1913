/** The page of two scans: the strip of agreement is the filter, and the chart and the rows follow it. */

import { readData } from "../page.js";
import { startPlot } from "../compare/plot.js";
import { startRows } from "../compare/rows.js";
import { number } from "../words.js";

const told = readData("compare");
const venn = /** @type {HTMLElement} */ (document.querySelector("[data-venn]"));
const title = document.querySelector("[data-rows-title]");
const count = document.querySelector("[data-rows-count]");
const nouns = `${told.noun}s`;
const TITLES = { only_a: `The ${nouns} that only A finds`, both: `The ${nouns} that both find`, only_b: `The ${nouns} that only B finds`, neither: `The ${nouns} that neither finds` };

/** Widths as the counts are, but none so narrow that its words do not fit. A property of the style is no inline style. */
function widths() {
  const { only_a: a, both, only_b: b } = told.parts;
  const all = Math.max(1, a + both + b);
  const share = (/** @type {number} */ part) => `minmax(5.5rem, ${Math.max(0.08, part / all).toFixed(3)}fr)`;
  venn.style.setProperty("--venn", [a, both, b].map(share).join(" "));
}

/** @param {string} part @param {number} total */
function follow(part, total) {
  for (const one of venn.querySelectorAll("[data-part]")) one.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (one).dataset.part === part));
  if (title) title.textContent = TITLES[part] ?? TITLES.both;
  if (count) count.textContent = number(total);
}

widths();
const rows = startRows(told, (part, total) => {
  follow(part, total);
  plot.follow(part);
});
const plot = startPlot(told, (row, part) => rows.show(part, row));
venn.addEventListener("click", (event) => {
  const pressed = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest("[data-part]"));
  if (pressed) rows.show(pressed.dataset.part ?? "both");
});
