/** The strip over the whole scan, with the brush: by mouse, by finger, by arrow keys on its two handles. */

import { el, replace } from "../text.js";
import { spanWords, within, words } from "./axis.js";

const HEIGHT = 60;
const BARS = { top: 14, height: 28 };
const MARKS = 52;
const GRIP = 12;
const NARROWEST = 100;
export const MARGIN = { left: 38, right: 10 };

/** @typedef {import("./axis.js").Span} Span */

export class Strip {
  /** @param {HTMLElement} place @param {(span: Span|null) => void} chosen null: the whole */
  constructor(place, chosen) {
    this.place = place;
    this.chosen = chosen;
    /** @type {any} */
    this.whole = null;
    /** @type {Span} */
    this.span = { start: 0, end: 1 };
    this.width = 0;
    new ResizeObserver(() => this.resized()).observe(place);
  }

  /** Show the whole, and what of it is looked at.
   * @param {any} whole of the timeline @param {Span} span */
  show(whole, span) {
    const same = this.whole === whole;
    [this.whole, this.span] = [whole, span];
    if (same && this.svg) this.brush();
    else this.draw();
  }

  resized() {
    if (this.whole && Math.abs(this.place.clientWidth - this.width) > 1) this.draw();
  }

  /** @param {number} x */
  at(x) {
    const inner = this.width - MARGIN.left - MARGIN.right;
    return MARGIN.left + ((x - this.whole.start) / (this.whole.end - this.whole.start)) * inner;
  }

  /** @param {number} px @returns {number} */
  from(px) {
    const inner = this.width - MARGIN.left - MARGIN.right;
    const share = Math.min(1, Math.max(0, (px - MARGIN.left) / inner));
    return this.whole.start + share * (this.whole.end - this.whole.start);
  }

  /** True if all of it is looked at. */
  get everything() {
    const least = (this.whole.end - this.whole.start) * 0.001;
    return this.span.start <= this.whole.start + least && this.span.end >= this.whole.end - least;
  }

  draw() {
    this.width = this.place.clientWidth;
    if (this.width < NARROWEST) return; // not laid out yet: the observer draws it when it is
    const { edges, usual, odd, worst, step, label } = this.whole;
    const most = Math.max(1, ...usual.map((/** @type {number} */ count, /** @type {number} */ at) => count + odd[at]));
    const wide = Math.max(1, this.at(edges[0] + step) - this.at(edges[0]) - 1);
    this.bars = edges.map((/** @type {number} */ edge, /** @type {number} */ at) => {
      const tall = Math.max(0.8, ((usual[at] + odd[at]) / most) * BARS.height);
      return el("rect", { class: "c-dim", x: this.at(edge).toFixed(1), y: (BARS.top + BARS.height - tall).toFixed(1), width: wide.toFixed(1), height: tall.toFixed(1) });
    });
    const marks = edges.map((/** @type {number} */ edge, /** @type {number} */ at) => (worst[at] ? this.mark(edge + step / 2, worst[at]) : null));
    this.area = el("rect", { class: "c-brush", y: BARS.top - 2, height: BARS.height + 4 });
    this.handles = [this.handle("start"), this.handle("end")];
    this.svg = el(
      "svg",
      { class: "strip-in", viewBox: `0 0 ${this.width} ${HEIGHT}`, width: this.width, height: HEIGHT, role: "group", "aria-label": `${label}: choose a span` },
      el("text", { class: "c-t", x: MARGIN.left, y: 9 }, label),
      el("text", { class: "c-t", x: this.width - MARGIN.right, y: 9, "text-anchor": "end", "aria-hidden": "true" }, "drag to zoom"),
      el("rect", { class: "strip-ground", x: MARGIN.left, y: BARS.top - 2, width: this.width - MARGIN.left - MARGIN.right, height: BARS.height + 4 }),
      this.bars,
      marks,
      this.area,
      this.handles,
    );
    this.svg.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.pressed(event));
    this.svg.addEventListener("dblclick", () => this.chosen(null));
    const focused = /** @type {HTMLElement|null} */ (document.activeElement)?.dataset?.end;
    replace(this.place, this.svg);
    this.brush();
    if (focused) this.handles.find((/** @type {HTMLElement} */ one) => one.dataset.end === focused)?.focus();
  }

  /** @param {number} x @param {string} severity */
  mark(x, severity) {
    const size = severity === "critical" ? 11 : 8;
    return el("use", { href: `#s-${severity}`, x: (this.at(x) - size / 2).toFixed(1), y: MARKS - size / 2, width: size, height: size });
  }

  /** @param {"start"|"end"} end */
  handle(end) {
    const made = el("rect", { class: "c-handle", width: 4, height: 18, rx: 2, y: BARS.top + (BARS.height - 18) / 2, role: "slider", tabindex: 0, "data-end": end, "aria-label": end === "start" ? "Start of the span" : "End of the span" });
    made.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.keyed(event, end));
    return made;
  }

  /** Draw the brush where the span is. */
  brush() {
    const [left, right] = [this.at(this.span.start), this.at(this.span.end)];
    this.area.setAttribute("x", left.toFixed(1));
    this.area.setAttribute("width", Math.max(2, right - left).toFixed(1));
    this.area.classList.toggle("whole", this.everything);
    const { edges, step, start, end } = this.whole;
    for (const [at, bar] of this.bars.entries()) {
      const inside = !this.everything && edges[at] + step > this.span.start && edges[at] < this.span.end;
      bar.setAttribute("class", inside ? "c-bar" : "c-dim");
    }
    for (const [handle, x, at] of [[this.handles[0], this.span.start, left], [this.handles[1], this.span.end, right]]) {
      handle.setAttribute("x", (at - 2).toFixed(1));
      handle.setAttribute("aria-valuemin", Math.floor(start));
      handle.setAttribute("aria-valuemax", Math.ceil(end));
      handle.setAttribute("aria-valuenow", Math.round(x));
      handle.setAttribute("aria-valuetext", words(x, this.span.end - this.span.start));
    }
  }

  /** The shortest span: a few pixels, and never nothing. */
  get least() {
    return Math.min(this.whole.step, (this.whole.end - this.whole.start) / 50);
  }

  /** Arrows move one end by a bar, with shift by ten; Home and End to the ends.
   * @param {KeyboardEvent} event @param {"start"|"end"} end */
  keyed(event, end) {
    const by = this.whole.step * (event.shiftKey ? 10 : 1);
    const moves = { ArrowLeft: -by, ArrowDown: -by, ArrowRight: by, ArrowUp: by, Home: -Infinity, End: Infinity };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const span = { ...this.span };
    if (end === "start") span.start = Math.min(Math.max(this.whole.start, span.start + move), span.end - this.least);
    else span.end = Math.max(Math.min(this.whole.end, span.end + move), span.start + this.least);
    this.span = span;
    this.brush();
    clearTimeout(this.waits);
    this.waits = window.setTimeout(() => this.tell(), 250);
  }

  tell() {
    this.chosen(this.everything ? null : within(this.span, this.whole, this.least));
  }

  /** Drag: an end, the brush as a whole, or a new one.
   * @param {PointerEvent} event */
  pressed(event) {
    if (event.button) return;
    const box = this.svg.getBoundingClientRect();
    const scale = this.width / box.width;
    const px = (/** @type {PointerEvent} */ one) => (one.clientX - box.left) * scale;
    const begin = px(event);
    const [left, right] = [this.at(this.span.start), this.at(this.span.end)];
    const near = Math.min(GRIP, Math.max(4, (right - left) / 3));
    const kind = this.everything ? "new" : Math.abs(begin - left) < near ? "start" : Math.abs(begin - right) < near ? "end" : begin > left && begin < right ? "move" : "new";
    const old = { ...this.span };
    const drag = (/** @type {PointerEvent} */ one) => {
      this.span = this.dragged(kind, old, begin, px(one));
      this.brush();
      this.place.dataset.says = spanWords(this.span);
    };
    const drop = (/** @type {PointerEvent} */ one) => {
      this.svg.removeEventListener("pointermove", drag);
      const moved = Math.abs(px(one) - begin) > 3;
      if (one.type === "pointerup" && moved) this.tell();
      else {
        this.span = old;
        this.brush();
      }
    };
    this.svg.setPointerCapture(event.pointerId);
    this.svg.addEventListener("pointermove", drag);
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, drop, { once: true });
  }

  /** @param {string} kind @param {Span} old @param {number} begin @param {number} now @returns {Span} */
  dragged(kind, old, begin, now) {
    const x = this.from(now);
    if (kind === "start") return { start: Math.min(x, old.end - this.least), end: old.end };
    if (kind === "end") return { start: old.start, end: Math.max(x, old.start + this.least) };
    const first = this.from(begin);
    if (kind === "move") return within({ start: old.start + x - first, end: old.end + x - first }, this.whole, old.end - old.start);
    return within({ start: Math.min(first, x), end: Math.max(first, x) }, this.whole, this.least);
  }
}
