/** The axis that strip, chart and fields share: seconds since 1970 where the scan tells time, else lines counted through. */

import { clock, date } from "../time.js";
import { number } from "../words.js";
import { scan } from "./about.js";

const SECOND = 1000;
let dated = scan.days;

/** Tell how far the axis reaches: where it goes over midnight, a time alone would be misread.
 * @param {Span} whole */
export function reaches({ start, end }) {
  dated = scan.timed && date(new Date(start * SECOND)) !== date(new Date(end * SECOND));
}

/** @typedef {{start: number, end: number}} Span */

/** A place on the axis as Plotly has it.
 * @param {number} x */
export function plotted(x) {
  return scan.timed ? x * SECOND : x;
}

/** A place that Plotly tells: a number, or a date without a zone, which is UTC.
 * @param {any} x @returns {number} */
export function unplotted(x) {
  if (!scan.timed) return Number(x);
  const moment = typeof x === "number" ? x : Date.parse(/[Z+]/.test(x) ? x : `${x.replace(" ", "T")}Z`);
  return moment / SECOND;
}

/** @param {number} x in seconds @returns {string} for addresses and the API */
export function iso(x) {
  return new Date(x * SECOND).toISOString().replace(".000Z", "Z");
}

/** One place in words, as finely as the span needs.
 * @param {number} x @param {number} [length] of what is looked at */
export function words(x, length = 0) {
  if (!scan.timed) return number(Math.round(x));
  const at = new Date(x * SECOND);
  const day = dated ? `${date(at).replace(/ \d+$/, "")} ` : "";
  return `${day}${clock(at, length < 1200)}`;
}

/** A span in words.
 * @param {Span} span */
export function spanWords({ start, end }) {
  const length = end - start;
  return `${words(start, length)} – ${words(end, length)}`;
}

/** A span as conditions on rows, and none as the absence of them.
 * @param {Span|null} span @returns {Record<string, string|number|null>} */
export function conditions(span) {
  const none = { since: null, until: null, first_line: null, last_line: null };
  if (!span) return none;
  if (scan.timed) return { ...none, since: iso(span.start), until: iso(span.end) };
  return { ...none, first_line: Math.max(0, Math.floor(span.start)), last_line: Math.ceil(span.end) };
}

/** Read a span out of conditions; null if there is none.
 * @param {Record<string, string>} given @param {Span} whole @returns {Span|null} */
export function spanOf(given, whole) {
  const [first, last] = scan.timed ? [given.since, given.until] : [given.first_line, given.last_line];
  if (!first && !last) return null;
  const read = (/** @type {string} */ text) => (scan.timed ? Date.parse(text) / SECOND : Number(text));
  const start = first ? read(first) : whole.start;
  const end = last ? read(last) : whole.end;
  return Number.isFinite(start) && Number.isFinite(end) && end > start ? { start, end } : null;
}

/** What a field shows: 2026-11-21 12:04:11 in UTC, the time alone within one day, or the number of a line.
 * @param {number} x */
export function fieldValue(x) {
  if (!scan.timed) return String(Math.round(x));
  const text = new Date(Math.round(x) * SECOND).toISOString();
  return dated ? `${text.slice(0, 10)} ${text.slice(11, 19)}` : text.slice(11, 19);
}

/** Read a field; a time without a day is of the day that `near` is on.
 * @param {string} text @param {number} near @returns {number} */
export function fromField(text, near) {
  if (!scan.timed) return Number(text.replaceAll(",", "").trim() || Number.NaN);
  const parts = /^(?:(\d{4}-\d\d-\d\d)[T ]+)?(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?\s*Z?$/.exec(text.trim());
  if (!parts) return Number.NaN;
  const [, day = new Date(near * SECOND).toISOString().slice(0, 10), hour, minute, second = "00"] = parts;
  return Date.parse(`${day}T${hour.padStart(2, "0")}:${minute}:${second}Z`) / SECOND;
}

/** Keep a span within the whole, and at least so long.
 * @param {Span} span @param {Span} whole @param {number} least @returns {Span} */
export function within(span, whole, least) {
  const length = Math.min(whole.end - whole.start, Math.max(least, span.end - span.start));
  const start = Math.min(Math.max(whole.start, span.start), whole.end - length);
  return { start, end: start + length };
}
