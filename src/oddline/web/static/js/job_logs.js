/** Logs of jobs: fetched when they are opened, and longer while they stay open. A log quotes files, so it is hostile. */

import { api, words } from "./api.js";
import { notice } from "./parts.js";
import { el, replace } from "./text.js";
import { clock } from "./time.js";

const MOST = 2000;

/** @param {{at?: string, level: string, text: string}} line */
function drawn({ at, level, text }) {
  const odd = level === "error" ? "odd" : level === "warning" ? "odd medium" : null;
  return el("li", { class: odd }, el("span", { class: "n" }, clock(at ?? new Date(), true)), el("span", {}, level === "info" ? text : `${level}: ${text}`));
}

export class Logs {
  constructor() {
    /** @type {Map<string, HTMLElement>} the lists that are open, by their job */
    this.open = new Map();
    document.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("button[data-log]"));
      if (button) this.toggle(button.dataset.log ?? "");
    });
  }

  /** @param {string} id */
  async toggle(id) {
    if (this.open.has(id)) {
      this.close(id);
      return;
    }
    const place = this.place(id);
    if (!place) return;
    const list = el("ol", {});
    this.open.set(id, list);
    this.mark(id, true);
    try {
      const { lines } = await api.get(`jobs/${id}/log`);
      if (!this.open.has(id)) return;
      this.put(place, list, lines.map(drawn));
    } catch (problem) {
      this.open.delete(id);
      this.mark(id, false);
      replace(place, notice("The log could not be read", words(problem), { kind: "bad", alert: true }));
      place.hidden = false;
    }
  }

  /** @param {HTMLElement} place @param {any} list @param {any[]} lines */
  put(place, list, lines) {
    replace(list, lines.length ? lines : el("li", { class: "nothing" }, el("span", { class: "n" }), el("span", {}, "Nothing was said yet.")));
    replace(place, el("div", { class: "lines log", tabindex: "0", role: "region", "aria-label": "Log", translate: "no", dir: "ltr" }, list));
    place.hidden = false;
  }

  /** @param {string} id */
  close(id) {
    this.open.delete(id);
    this.mark(id, false);
    const place = this.place(id, false);
    if (place?.matches("td")) place.closest("tr")?.remove();
    else if (place) place.hidden = true;
  }

  /** Where a log stands: in the card of a running job, else in a row below the job's.
   * @param {string} id @param {boolean} [make] @returns {HTMLElement|null} */
  place(id, make = true) {
    const found = /** @type {HTMLElement|null} */ (document.querySelector(`[data-log-of="${CSS.escape(id)}"]`));
    const row = document.querySelector(`tr[data-ended="${CSS.escape(id)}"]`);
    if (found || !row || !make) return found;
    const cell = el("td", { role: "cell", colspan: 6, class: "log-cell", "data-log-of": id });
    row.after(el("tr", { role: "row", class: "detail" }, cell));
    return cell;
  }

  /** @param {string} id @param {boolean} on */
  mark(id, on) {
    for (const button of document.querySelectorAll(`button[data-log="${CSS.escape(id)}"]`)) button.setAttribute("aria-expanded", String(on));
  }

  /** A line as it comes.
   * @param {{job: string, level: string, text: string}} told */
  add(told) {
    const list = this.open.get(told.job);
    if (!list) return;
    list.querySelector(".nothing")?.remove();
    const box = list.closest(".lines");
    const atEnd = box ? box.scrollHeight - box.scrollTop - box.clientHeight < 40 : true;
    list.append(drawn(told));
    while (list.children.length > MOST) list.firstElementChild?.remove();
    if (box && atEnd) box.scrollTop = box.scrollHeight;
  }

  /** After the list was drawn anew: what was open is open again. */
  reopen() {
    for (const id of [...this.open.keys()]) {
      this.open.delete(id);
      this.toggle(id);
    }
  }
}
