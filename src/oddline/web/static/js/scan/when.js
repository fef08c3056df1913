/** The card of time: strip, chart and fields show one span, and choosing in any of them filters the table. */

import { api, latest } from "../api.js";
import { draw } from "../chart.js";
import { of, scan } from "./about.js";
import { conditions, fieldValue, fromField, iso, reaches, spanOf, spanWords, unplotted, within } from "./axis.js";
import { figure, figureHeight } from "./figure.js";
import { chosenIncident } from "./incidents.js";
import { lookAtRows, showRows, table } from "./shown.js";
import { Strip } from "./strip.js";

/** @typedef {import("./axis.js").Span} Span */

const NONE = conditions(null);
const NARROW = 520;

export class When {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.plot = /** @type {HTMLElement} */ (root.querySelector("#plot"));
    this.words = /** @type {HTMLElement} */ (root.querySelector("[data-span]"));
    this.whole = /** @type {HTMLElement} */ (root.querySelector("[data-whole]"));
    this.form = /** @type {HTMLFormElement} */ (root.querySelector("[data-span-form]"));
    this.strip = new Strip(/** @type {HTMLElement} */ (root.querySelector("[data-strip]")), (span) => this.choose(span));
    this.ask = latest((signal, span) => api.get(of("/timeline"), { query: { ...asked(span), bins: this.bins(span) }, signal }));
    /** @type {any} */
    this.timeline = null;
    /** @type {any} */
    this.chart = null;
    /** @type {Span|null} what is shown while nothing is chosen; null is the whole */
    this.rest = null;
    this.seen = "";
    this.whole.addEventListener("click", () => this.choose(null));
    this.form.addEventListener("submit", (event) => this.fields(event));
  }

  get width() {
    return this.plot.clientWidth;
  }

  /** How many bars: as many as there is room for, each of a span that reads well.
   * @param {Span|null} span */
  bins(span) {
    const most = Math.max(30, Math.min(160, Math.round(this.width / 9)));
    const length = span ? span.end - span.start : 0;
    if (!scan.timed || length === 0 || length >= most) return most;
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find((one) => one >= length / most) ?? 1;
    return Math.max(1, Math.ceil(length / step));
  }

  /** Draw for the first time.
   * @param {any} state of the table */
  async begin(state) {
    const first = await this.ask(null);
    if (!first) return;
    [this.everything, this.strips] = [first.axis, first.whole];
    reaches(first.axis);
    this.rest = short(first.focus, first.axis) ? first.focus : null;
    this.lanes = first.lanes;
    this.timeline = first;
    await this.follow(state);
  }

  /** Show what the table is filtered by.
   * @param {any} state */
  async follow(state) {
    if (!this.everything) return;
    const span = this.wanted(state);
    const incident = chosenIncident();
    const key = JSON.stringify([span, incident]);
    if (key === this.seen) return;
    this.seen = key;
    const shown = span ?? this.everything;
    if (!same(shown, this.timeline.axis)) {
      const told = await this.ask(shown);
      if (!told) return;
      this.timeline = told;
    }
    this.strip.show(this.strips, shown);
    this.say(shown, span !== null);
    await this.redraw(incident);
  }

  /** The part of the axis that belongs to the filters; null is the whole.
   * @param {any} state @returns {Span|null} */
  wanted(state) {
    const span = spanOf(state, this.everything);
    if (span) return span;
    if (state.incident === "") return this.rest;
    const lane = this.lanes.find((/** @type {any} */ one) => String(one.incident) === state.incident);
    const length = lane ? Math.max(lane.end - lane.start, (this.everything.end - this.everything.start) / 60) : 0;
    return lane ? within(rounded({ start: lane.start - length * 0.6, end: lane.end + length * 0.6 }), this.everything, length) : this.rest;
  }

  /** @param {Span} shown @param {boolean} part */
  say(shown, part) {
    this.words.textContent = spanWords(shown);
    this.whole.hidden = !part;
    for (const end of /** @type {const} */ (["start", "end"])) {
      const field = /** @type {HTMLInputElement} */ (this.form.elements.namedItem(end));
      if (field !== document.activeElement) field.value = fieldValue(end === "start" ? Math.floor(shown.start) : Math.ceil(shown.end));
    }
  }

  /** @param {number|null} incident */
  async redraw(incident) {
    const drawing = figure(this.timeline, incident, this.width, this.spare());
    drawing.layout.dragmode = this.width < NARROW || matchMedia("(pointer: coarse)").matches ? false : "zoom";
    if (this.chart) return this.chart.update(drawing);
    this.chart = await draw(this.plot, { ...drawing, label: this.timeline.words });
    this.chart.on("plotly_relayout", (/** @type {any} */ event) => this.zoomed(event));
    this.chart.on("plotly_click", (/** @type {any} */ event) => pressed(event.points?.[0]?.customdata));
    this.chart.on("plotly_doubleclick", () => this.choose(null));
    return undefined;
  }

  /** @param {any} event */
  zoomed(event) {
    const [start, end] = [event["xaxis.range[0]"], event["xaxis.range[1]"]];
    if (start !== undefined && end !== undefined) this.choose({ start: unplotted(start), end: unplotted(end) });
  }

  /** Choose a span; null takes it away.
   * @param {Span|null} span */
  choose(span) {
    this.seen = "";
    if (span) return showRows(conditions(rounded(within(span, this.everything, 0))));
    this.rest = null;
    const { state } = table();
    const spanned = Object.keys(NONE).some((name) => state[name]);
    return spanned ? showRows(blank()) : this.follow(state);
  }

  /** Height that the card has to spare because the incidents beside it are taller. */
  spare() {
    const beside = /** @type {HTMLElement|null} */ (document.querySelector("[data-incidents]"));
    if (!beside || Math.abs(beside.offsetTop - this.root.offsetTop) > 2) return 0;
    const tall = (/** @type {Iterable<Element>} */ parts) => [...parts].reduce((sum, part) => sum + /** @type {HTMLElement} */ (part).offsetHeight, 0);
    const left = tall(beside.querySelectorAll(":scope > header, :scope > footer, li.inc:not([hidden])"));
    return Math.max(0, Math.min(260, left - (tall(this.root.children) - this.plot.offsetHeight) - figureHeight(this.timeline, chosenIncident())));
  }

  /** Show the whole, if a part is shown that nobody has chosen.
   * @returns {boolean} false if there was nothing to do */
  relax() {
    const part = this.rest !== null;
    if (part) this.choose(null);
    return part;
  }

  /** @param {Event} event */
  fields(event) {
    event.preventDefault();
    const [from, to] = ["start", "end"].map((name) => /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name)));
    const start = fromField(from.value, this.everything.start);
    const end = fromField(to.value, start);
    const unread = scan.timed ? "Write a time in UTC, such as 12:04:11 or 2026-11-21 12:04:11." : `Write the number of a ${scan.noun}.`;
    if (!Number.isFinite(start)) blame(from, unread);
    else if (!Number.isFinite(end)) blame(to, unread);
    else if (end <= start) blame(to, "The end must come after the start.");
    else this.choose({ start, end });
  }
}

/** @param {HTMLInputElement} field @param {string} words */
function blame(field, words) {
  field.setCustomValidity(words);
  field.reportValidity();
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
}

/** A point or a lane of the chart.
 * @param {{row?: number, incident?: number|null}|undefined} told */
function pressed(told) {
  if (!told) return;
  const incident = told.incident ?? null;
  const narrowed = incident === null ? { anomalies: "0" } : { incident: String(incident) };
  if (told.row === undefined) showRows(narrowed);
  else {
    showRows(narrowed, told.row);
    lookAtRows();
  }
}

function blank() {
  return Object.fromEntries(Object.keys(NONE).map((name) => [name, ""]));
}

/** @param {Span|null} span */
function asked(span) {
  if (!span) return {};
  return scan.timed ? { start: iso(span.start), end: iso(span.end) } : { start: Math.floor(span.start), end: Math.ceil(span.end) };
}

/** Whole seconds read better in an address, where they are fine enough.
 * @param {Span} span @returns {Span} */
function rounded({ start, end }) {
  if (end - start < 20) return scan.timed ? { start: Math.round(start * 1000) / 1000, end: Math.round(end * 1000) / 1000 } : { start, end };
  return { start: Math.floor(start), end: Math.ceil(end) };
}

/** @param {Span} a @param {Span} b */
function same(a, b) {
  const least = Math.max(1e-6, (b.end - b.start) * 1e-4);
  return Math.abs(a.start - b.start) < least && Math.abs(a.end - b.end) < least;
}

/** @param {Span} part @param {Span} whole */
function short(part, whole) {
  return part.end - part.start < 0.98 * (whole.end - whole.start);
}
