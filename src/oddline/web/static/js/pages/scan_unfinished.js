/** A scan that is not done: how far it is, live; and the log of one that failed. */

import { api, words } from "../api.js";
import { listen } from "../events.js";
import { announce, readData } from "../page.js";
import { notice, phases } from "../parts.js";
import { el, replace } from "../text.js";
import { clock } from "../time.js";
import { duration, percent } from "../words.js";

const ENDED = ["done", "failed", "cancelled"];
const SURE = 0.04;
const { job, state, steps } = readData("scan") ?? {};
const find = (/** @type {string} */ what) => /** @type {HTMLElement|null} */ (document.querySelector(what));

/** @type {any} */
let now = null;

/** @param {any} told the job */
function onState(told) {
  if (ENDED.includes(told.state) || told.state !== state) return location.reload();
  now = told;
  draw();
  return undefined;
}

/** @param {any} told stage and share */
function onProgress(told) {
  if (!now) return;
  if (now.stage !== told.stage) announce(`${steps[told.stage] ?? told.stage}, ${percent(told.share)}`);
  now = { ...now, ...told };
  draw();
}

function draw() {
  const at = now.stages.indexOf(now.stage);
  const one = (/** @type {string} */ name, /** @type {number} */ place) => {
    const is = place < at ? "done" : place === at ? "now" : "next";
    return { name: steps[name] ?? name, note: { done: "done", now: "now", next: "" }[is], state: /** @type {"done"|"now"|"next"} */ (is) };
  };
  replace(/** @type {any} */ (find("[data-phases]")), phases(now.stages.map(one)));
  const bar = /** @type {HTMLProgressElement|null} */ (document.querySelector("[data-running] progress"));
  if (bar) bar.value = now.share;
  const step = find("[data-step]");
  if (step) step.textContent = now.state === "queued" ? queued(now.waiting) : `${percent(now.share)} done`;
  const left = find("[data-left]");
  if (left) left.textContent = remaining();
}

/** @param {number|null} waiting */
function queued(waiting) {
  if (!waiting) return "It is the next one.";
  return waiting === 1 ? "One job is before it." : `${waiting} jobs are before it.`;
}

/** How long it takes yet, if it goes on as it did. */
function remaining() {
  if (!now.started || now.share < SURE) return "";
  const spent = (Date.now() - Date.parse(now.started)) / 1000;
  const left = (spent / now.share) * (1 - now.share);
  return left < 1 ? "almost done" : `about ${duration(Math.ceil(left))} left`;
}

if (job && ["queued", "running"].includes(state)) {
  const stream = listen(`jobs/${job}/events`, { on: { state: onState, progress: onProgress } });
  window.addEventListener("pagehide", () => stream.close());
}

find("[data-log]")?.addEventListener("toggle", async (event) => {
  const place = find("[data-log-lines]");
  if (!place || !(/** @type {HTMLDetailsElement} */ (event.target).open) || place.dataset.read) return;
  place.dataset.read = "yes";
  try {
    const { lines } = await api.get(`jobs/${job}/log`);
    const one = (/** @type {any} */ line) => el("li", { class: line.level === "error" ? "odd" : null }, el("span", { class: "n" }, clock(line.at, true)), el("span", {}, line.text));
    replace(place, lines.length ? el("div", { class: "lines log", tabindex: "0", role: "region", "aria-label": "Log of the job" }, el("ol", {}, lines.map(one))) : el("p", { class: "dim" }, "It is empty."));
  } catch (error) {
    delete place.dataset.read;
    replace(place, notice("The log could not be read", words(error), { kind: "bad" }));
  }
});
