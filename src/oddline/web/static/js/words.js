/** Numbers, shares, sizes and spans in words: the same as the server writes (`_filters.py`). */

const NOTHING = "–";

/** @param {number|null|undefined} value @param {number} [digits] */
export function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return NOTHING;
  return Number(value).toLocaleString("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** @param {number|null|undefined} share of one @param {number} [digits] */
export function percent(share, digits = 0) {
  if (share === null || share === undefined || Number.isNaN(share)) return NOTHING;
  const least = 10 ** -digits;
  const value = share * 100;
  if (value > 0 && value < least) return `< ${least} %`;
  if (value < 100 && value > 100 - least / 2) return `> ${100 - least} %`;
  return `${value.toFixed(digits)} %`;
}

/** Bytes in the unit in which they read best, of 1,000 each.
 * @param {number|null|undefined} count */
export function size(count) {
  if (count === null || count === undefined) return NOTHING;
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = count;
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at && value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${units[at]}`;
}

/** A span of time in its largest unit, or the largest two where one would be coarse.
 * @param {number|null|undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  if (seconds === 0) return "0 s";
  if (seconds < 10) return `${Number(seconds.toPrecision(2))} s`;
  const whole = seconds < 60 ? Math.round(seconds) : 60 * Math.round(seconds / 60);
  const steps = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  for (let at = 0; at < 3; at += 1) {
    const [name, length] = steps[at];
    const [finer, step] = steps[at + 1];
    if (whole >= length) {
      const rest = whole < 10 * length ? Math.floor((whole % length) / step) : 0;
      return `${Math.floor(whole / length)} ${name}${rest ? ` ${rest} ${finer}` : ""}`;
    }
  }
  return `${whole} s`;
}

/** A number with its noun.
 * @param {number} count @param {string} noun */
export function counted(count, noun) {
  if (count === 1) return `1 ${noun}`;
  return `${number(count)} ${noun.endsWith("ry") ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
