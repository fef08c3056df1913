/** What the page is about: facts of the scan that the server gave, and addresses of its routes. */

import { readData } from "../page.js";

/** @type {{id: string, name: string, noun: string, timed: boolean, days: boolean, rows: number, anomalies: number, templates: number,
 *   compared: boolean, against: string, sources: string[], fields: string[], labelled: boolean, measured: boolean, may: {judge: boolean},
 *   me: {id: string, name: string}, highest: number|null, cut: number|null}} */
export const scan = readData("scan") ?? {};

/** The address of something of this scan.
 * @param {string} [rest] */
export function of(rest = "") {
  return `scans/${encodeURIComponent(scan.id)}${rest}`;
}

/** The noun of so many rows.
 * @param {number} [count] */
export function noun(count = 2) {
  return count === 1 ? scan.noun : scan.noun.endsWith("y") ? `${scan.noun.slice(0, -1)}ies` : `${scan.noun}s`;
}
