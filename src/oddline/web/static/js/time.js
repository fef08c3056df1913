/** Times, always in UTC, as on every page; and how long ago, kept fresh. */

import { el } from "./text.js";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NOTHING = "–";

/** @param {string|number|Date} moment */
function read(moment) {
  return moment instanceof Date ? moment : new Date(moment);
}

/** @param {number} value */
function two(value) {
  return String(value).padStart(2, "0");
}

/** 12:04, or 12:04:11 with seconds.
 * @param {string|number|Date|null|undefined} moment @param {boolean} [seconds] */
export function clock(moment, seconds = false) {
  if (!moment) return NOTHING;
  const at = read(moment);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}${seconds ? `:${two(at.getUTCSeconds())}` : ""}`;
}

/** 2 Nov 2026
 * @param {string|number|Date|null|undefined} moment */
export function date(moment) {
  if (!moment) return NOTHING;
  const at = read(moment);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** 2 Nov 2026, 12:04:11 UTC
 * @param {string|number|Date|null|undefined} moment */
export function full(moment) {
  return moment ? `${date(moment)}, ${clock(moment, true)} UTC` : NOTHING;
}

/** A span as briefly as it allows: 12:04 – 12:09, or with days where it goes over midnight.
 * @param {string} first @param {string} last */
export function span(first, last) {
  const [a, b] = [read(first), read(last)];
  if (date(a) !== date(b)) return `${date(a).slice(0, -5)} ${clock(a)} – ${date(b).slice(0, -5)} ${clock(b)}`;
  const seconds = b.getTime() - a.getTime() < 600_000;
  return clock(a, seconds) === clock(b, seconds) ? clock(a, seconds) : `${clock(a, seconds)} – ${clock(b, seconds)}`;
}

/** Say how long ago something was, or in what time it will be.
 * @param {string|number|Date|null|undefined} moment @param {number} [now] */
export function ago(moment, now = Date.now()) {
  if (!moment) return "never";
  const at = read(moment);
  const days = Math.floor(now / 86_400_000) - Math.floor(at.getTime() / 86_400_000);
  const seconds = Math.abs(now - at.getTime()) / 1000;
  if (seconds < 45) return "just now";
  if (days > 1 || days < -1) return days > 1 && days < 7 ? `${days} days ago` : days < 0 && days > -7 ? `in ${-days} days` : date(at);
  if (seconds >= 72_000 && days) return days > 0 ? "yesterday" : "tomorrow";
  const words = seconds < 3570 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
  return at.getTime() > now ? `in ${words}` : `${words} ago`;
}

/** A <time> element. form: minute, second, date, full or ago.
 * @param {string|null|undefined} moment @param {string} [form] */
export function time(moment, form = "minute") {
  if (!moment) return el("span", { class: "faint" }, form === "ago" ? "never" : NOTHING);
  const words = { minute: clock, second: (at) => clock(at, true), date, full, ago: (at) => ago(at) }[form](moment);
  return el("time", { datetime: moment, title: full(moment), "data-relative": form === "ago" }, words);
}

/** Keep every "2 min ago" of the page true. */
export function keepFresh() {
  setInterval(() => {
    for (const one of document.querySelectorAll("time[data-relative]")) {
      const words = ago(one.getAttribute("datetime"));
      if (one.textContent !== words) one.textContent = words;
    }
  }, 20_000);
}
