/** The menu of downloads: what is filtered, or all rows; each is a plain link. */

import { number } from "../words.js";
import { of } from "./about.js";
import { table } from "./shown.js";
import { address } from "../api.js";

let extent = "filtered";

/** @param {HTMLElement|null} menu */
export function startDownloads(menu) {
  if (!menu) return;
  for (const one of menu.querySelectorAll("[data-extent]")) {
    one.addEventListener("click", (event) => {
      event.stopPropagation(); // a choice of what, not yet of the format: the menu stays
      extent = /** @type {HTMLElement} */ (one).dataset.extent ?? "all";
      follow(menu);
    });
  }
}

/** Keep the addresses up with the filters.
 * @param {HTMLElement|null} menu */
export function follow(menu) {
  if (!menu || !table()?.page) return;
  const { cursor: _cursor, limit: _limit, sort: _sort, fields: _fields, verdict: _verdict, ...query } = table().query();
  const total = menu.querySelector("[data-filtered]");
  if (total) total.textContent = number(table().page.total);
  for (const one of menu.querySelectorAll("[data-extent]")) one.setAttribute("aria-checked", String(/** @type {HTMLElement} */ (one).dataset.extent === extent));
  for (const one of menu.querySelectorAll("a[data-format]")) {
    const format = /** @type {HTMLElement} */ (one).dataset.format ?? "";
    one.setAttribute("href", address(of("/download"), { ...(extent === "filtered" ? query : {}), format }));
  }
}
