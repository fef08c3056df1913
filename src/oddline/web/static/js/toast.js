/** Toasts: what was just done, with undo. Ten seconds, and longer while looked at. */

import { el, icon, visible } from "./text.js";

const STAYS = 10_000;
const MOST = 3;
/** @type {Array<{undo: () => void, close: () => void}>} */
const open = [];

/** Show a message.
 * @param {string} text
 * @param {{undo?: () => unknown, kind?: ""|"bad", stays?: number}} [options] undo is called by the button, or by z
 * @returns {{close: () => void}} */
export function toast(text, { undo, kind = "", stays = STAYS } = {}) {
  const place = document.querySelector("[data-toasts]");
  if (!place) return { close() {} };
  // The live region must be there before its words are: that is when screen readers read it.
  const words = el("span", { role: kind === "bad" ? "alert" : "status" });
  const shown = el("div", { class: ["float toast", kind] }, words);
  const one = { undo: () => {}, close: () => {} };
  const clock = countdown(stays, () => one.close());
  one.close = () => {
    clock.stop();
    shown.remove();
    const at = open.indexOf(one);
    if (at >= 0) open.splice(at, 1);
  };
  const tools = el("span", { class: "row" });
  if (undo) {
    one.undo = () => {
      one.close();
      undo();
    };
    tools.append(el("button", { class: "btn small", type: "button", on: { click: one.undo } }, "Undo ", el("kbd", { "aria-hidden": "true" }, "z")));
    open.push(one);
  }
  tools.append(el("button", { class: "btn quiet small icon", type: "button", "aria-label": "Close", on: { click: one.close } }, icon("close")));
  shown.append(tools);
  for (const [event, held] of [["pointerenter", true], ["focusin", true], ["pointerleave", false], ["focusout", false]]) {
    shown.addEventListener(/** @type {string} */ (event), () => clock.hold(/** @type {boolean} */ (held)));
  }
  place.append(shown);
  while (place.children.length > MOST) place.firstElementChild?.remove();
  requestAnimationFrame(() => {
    words.textContent = visible(text);
  });
  return one;
}

/** Undo what the newest toast tells; true if there was one. */
export function undoLast() {
  const last = open.at(-1);
  last?.undo();
  return last !== undefined;
}

/** Count down, but not while held.
 * @param {number} left @param {() => void} ended */
function countdown(left, ended) {
  let began = Date.now();
  let timer = window.setTimeout(ended, left);
  let held = false;
  return {
    hold(/** @type {boolean} */ on) {
      if (on === held) return;
      held = on;
      clearTimeout(timer);
      if (on) left = Math.max(2000, left - (Date.now() - began));
      else {
        began = Date.now();
        timer = window.setTimeout(ended, left);
      }
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
