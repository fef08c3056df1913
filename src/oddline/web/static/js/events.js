/** Server-sent events that come back by themselves: from the last event on, with growing waits, and a notice meanwhile.
 *
 * EventSource hides the status of an answer and its waits cannot be set, so the stream is read by fetch.
 */

import { address, headers, later, problemOf } from "./api.js";
import { el } from "./text.js";
import { clock } from "./time.js";

const QUIET = 45_000;

/** Listen.
 * @param {string} path
 * @param {{on: Record<string, (data: any, id: string) => void>, state?: (state: "open"|"lost"|"ended", seconds: number) => void,
 *   last?: string, notice?: boolean, query?: Record<string, any>}} options `on` by the name of the event; "*" takes every other one
 * @returns {{close: () => void, retry: () => void}} */
export function listen(path, { on, state = () => {}, last = "", notice = true, query = {} }) {
  const ended = new AbortController();
  const told = notice ? lostNotice(() => retry()) : { lost() {}, open() {} };
  let [id, turn, hurry] = [last, 0, () => {}];

  async function run() {
    while (!ended.signal.aborted) {
      const over = await stream().catch((error) => error);
      if (ended.signal.aborted) return;
      if (over?.final) return finish(over);
      turn += 1;
      const time = over === "done" ? 1000 : later(turn);
      if (turn > 1 || over !== "done") {
        told.lost(time);
        state("lost", time / 1000);
      }
      await new Promise((done) => {
        const timer = setTimeout(done, time);
        hurry = () => {
          clearTimeout(timer);
          done(undefined);
        };
      });
    }
  }

  /** Read until it breaks; "done" if the server closed it in good order. */
  async function stream() {
    const own = new AbortController();
    const stop = () => own.abort();
    ended.signal.addEventListener("abort", stop);
    let watch = setTimeout(stop, QUIET);
    try {
      const more = { accept: "text/event-stream", ...(id ? { "last-event-id": id } : {}) };
      const answer = await fetch(address(path, query), { headers: headers("GET", more), signal: own.signal, cache: "no-store" });
      if (!answer.ok || !answer.body) throw Object.assign(await problemOf(answer), { final: answer.status >= 400 && answer.status < 500 && answer.status !== 429 });
      if (answer.status === 204) return { final: true };
      turn = 0;
      told.open();
      state("open", 0);
      const parse = parser(take);
      for (const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader(); ; ) {
        const { value, done } = await reader.read();
        if (done) return "done";
        clearTimeout(watch);
        watch = setTimeout(stop, QUIET);
        parse(value);
      }
    } finally {
      clearTimeout(watch);
      ended.signal.removeEventListener("abort", stop);
    }
  }

  /** @param {{event: string, data: string, id: string}} one */
  function take(one) {
    if (one.id) id = one.id;
    const run = on[one.event] ?? on["*"];
    if (run) run(read(one.data), id);
  }

  /** @param {any} over */
  function finish(over) {
    told.open();
    state("ended", 0);
    if (over instanceof Error) on.error?.(over, id);
  }

  function retry() {
    hurry();
  }

  const online = () => retry();
  window.addEventListener("online", online);
  run();
  return {
    close() {
      window.removeEventListener("online", online);
      told.open();
      ended.abort();
    },
    retry,
  };
}

/** @param {string} text */
function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Cut a stream into events (HTML, "Server-sent events", 9.2.6).
 * @param {(one: {event: string, data: string, id: string}) => void} take @returns {(text: string) => void} */
export function parser(take) {
  let rest = "";
  let one = { event: "", data: /** @type {string[]} */ ([]), id: "" };
  return (text) => {
    const lines = `${rest}${text}`.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (one.data.length) take({ event: one.event || "message", data: one.data.join("\n"), id: one.id });
        one = { event: "", data: [], id: one.id };
        continue;
      }
      const at = line.indexOf(":");
      const field = at < 0 ? line : line.slice(0, at);
      const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
      if (field === "data") one.data.push(value);
      else if (field === "event") one.event = value;
      else if (field === "id") one.id = value;
    }
  };
}

/** Say that the connection is lost, and count the seconds to the next try.
 * @param {() => void} now */
function lostNotice(now) {
  /** @type {HTMLElement|null} */
  let shown = null;
  let ticking = 0;
  return {
    /** @param {number} time */
    lost(time) {
      const until = Date.now() + time;
      const left = () => `What runs goes on. Trying again in ${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s.`;
      const words = el("p", { class: "dim", "aria-live": "off" }, left());
      const title = el("p", { class: "strong" }, `The connection was lost at ${clock(new Date(), true)} UTC`);
      if (shown) shown.querySelector(".dim")?.replaceWith(words);
      else {
        shown = el("div", { class: "notice", role: "status" }, el("div", {}, title, words), el("button", { class: "btn small", type: "button", on: { click: now } }, "Now"));
        document.querySelector("[data-notices]")?.append(/** @type {HTMLElement} */ (shown));
      }
      clearInterval(ticking);
      ticking = window.setInterval(() => {
        words.textContent = left();
      }, 1000);
    },
    open() {
      clearInterval(ticking);
      shown?.remove();
      shown = null;
    },
  };
}
