/** What runs moves by itself: progress by server-sent events; when a job begins or ends, the parts of the page that are
 * marked `data-live="NAME"` are fetched and drawn anew, in place. The server alone knows how they look. */

import { listen } from "./events.js";
import { announce } from "./page.js";
import { toast } from "./toast.js";
import { duration, percent } from "./words.js";

const GATHER = 250;
const STAGES = { fetch: "Fetching", read: "Reading", templates: "Finding templates", features: "Measuring", detect: "Scoring", explain: "Explaining", tune: "Trying", measure: "Comparing with labels", results: "Writing results", store: "Storing" };

/** @param {string} stage */
export function stageWords(stage) {
  return STAGES[stage] ?? (stage ? `${stage.charAt(0).toUpperCase()}${stage.slice(1)}` : "Starting");
}

let asked = 0;
let again = 0;
/** @type {Array<() => void>} */
const after = [];

/** Be told whenever parts were drawn anew.
 * @param {() => void} run */
export function onRefresh(run) {
  after.push(run);
}

/** Draw the live parts anew; several calls at once are one.
 * @param {number} [wait] */
export function refresh(wait = GATHER) {
  clearTimeout(again);
  again = window.setTimeout(fetchAgain, wait);
}

async function fetchAgain() {
  const turn = (asked += 1);
  const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok || turn !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelectorAll("[data-live]");
  const names = [...fresh].map((part) => part.getAttribute("data-live"));
  const shown = [...document.querySelectorAll("[data-live]")].map((part) => part.getAttribute("data-live"));
  if (names.join() !== shown.join()) return location.reload(); // another kind of page: the first scan, say
  for (const part of fresh) put(part);
  counts(page);
  for (const run of after) run();
}

/** Swap one part if it differs; the focus stays where it was.
 * @param {Element} fresh */
function put(fresh) {
  const old = document.querySelector(`[data-live="${CSS.escape(fresh.getAttribute("data-live") ?? "")}"]`);
  if (!old || old.innerHTML === fresh.innerHTML) return;
  const held = old.contains(document.activeElement) ? pathOf(/** @type {Element} */ (document.activeElement)) : "";
  const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
  old.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (held) /** @type {HTMLElement|null} */ (document.querySelector(held))?.focus({ preventScroll: true });
}

/** @param {Element} element */
function pathOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  for (const name of ["data-api", "href", "name", "aria-label"]) {
    const value = element.getAttribute(name);
    if (value) return `${element.localName}[${name}="${CSS.escape(value)}"]`;
  }
  return "";
}

/** The counts in the bar.
 * @param {Document} page */
function counts(page) {
  for (const link of page.querySelectorAll(".nav a, .phone-menu nav a")) {
    for (const own of document.querySelectorAll(`${link.closest(".nav") ? ".nav" : ".phone-menu nav"} a[href="${CSS.escape(link.getAttribute("href") ?? "")}"]`)) {
      if (own.innerHTML !== link.innerHTML) own.replaceChildren(...[...link.cloneNode(true).childNodes]);
    }
  }
}

/** When a job was first seen moving, and where: the time left is guessed from that. */
const seen = new Map();

/** @param {{job: string, stage: string, share: number}} told */
export function left(told) {
  const first = seen.get(told.job) ?? { at: Date.now(), share: told.share };
  seen.set(told.job, first);
  const [passed, done] = [(Date.now() - first.at) / 1000, told.share - first.share];
  if (done < 0.03 || passed < 1) return "";
  return `${duration(Math.max(1, Math.round((passed / done) * (1 - told.share))))} left`;
}

/** @param {any} told */
function progress(told) {
  for (const place of document.querySelectorAll(`[data-job="${CSS.escape(told.job)}"]`)) {
    const bar = place.querySelector("progress");
    const name = bar?.getAttribute("aria-label")?.replace(/, [^,]*%$/, "") ?? "";
    if (bar) {
      bar.value = told.share * 100;
      bar.setAttribute("aria-label", `${name}, ${percent(told.share)}`);
    }
    const [stage, note] = [place.querySelector("[data-stage]"), place.querySelector("[data-left]")];
    if (stage) stage.textContent = stageWords(told.stage);
    if (note) note.textContent = [percent(told.share), left(told)].filter(Boolean).join(" · ");
    place.dispatchEvent(new CustomEvent("progress", { bubbles: true, detail: told }));
  }
}

/** What is on the page already, by its job: the stream begins with what is so now, which is no news. */
function known(/** @type {any} */ job) {
  const place = document.querySelector(`[data-job="${CSS.escape(job.id)}"]`);
  return place !== null && (job.state === "running") === (place.querySelector("[data-stage]")?.textContent !== "Waiting");
}

const ENDS = { done: "is done", failed: "has stopped", cancelled: "was cancelled" };

/** Begin to listen.
 * @param {{log?: (told: any) => void, state?: (job: any) => void}} [more] */
export function live({ log = () => {}, state = () => {} } = {}) {
  document.addEventListener("done", (event) => {
    if (/** @type {Element} */ (event.target).closest?.("[data-done-refresh]")) refresh();
  });
  return listen("events", {
    on: {
      progress,
      log,
      state(/** @type {any} */ job) {
        state(job);
        if (job.state in ENDS) announce(`${job.title} ${ENDS[job.state]}.`);
        if (job.state in ENDS || !known(job)) refresh();
      },
      change: () => refresh(),
      error(/** @type {any} */ problem) {
        toast(problem.message, { kind: "bad" });
      },
    },
  });
}
