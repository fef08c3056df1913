/** The API, as the pages call it: form key, problems in words, retries of what may be retried, and no stale answers. */

const ROOT = "/api/v1";
const AGAIN = new Set([429, 502, 503, 504]);
const TRIES = 4;

/** What the service said when it would not. */
export class Problem extends Error {
  /** @param {{status: number, title?: string, detail?: string, hint?: string, expected?: string, type?: string, errors?: any[]}} told */
  constructor(told) {
    super(words(told));
    this.name = "Problem";
    this.status = told.status;
    this.title = told.title ?? "";
    this.detail = told.detail ?? "";
    this.hint = told.hint ?? "";
    this.expected = told.expected ?? "";
    this.type = told.type ?? "";
    this.told = told;
  }
}

/** A problem as sentences: what was found, what was expected, what to do.
 * @param {any} told */
export function words(told) {
  if (told?.name === "AbortError") return "";
  const sentence = (/** @type {string} */ text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
  const title = told.title || STATUS[told.status] || told.message || "Something went wrong";
  return [sentence(title), told.expected ? `Expected ${told.expected}.` : "", told.hint ? sentence(told.hint) : ""].filter(Boolean).join(" ");
}

const STATUS = {
  0: "The server cannot be reached",
  401: "You are signed out; sign in again",
  403: "You may not do that",
  404: "That is not there any more",
  413: "That is larger than is allowed",
  429: "Too many requests; wait a minute",
  500: "Something went wrong in Oddline; try again",
  503: "Oddline is not ready; try again in a few seconds",
};

/** @param {string} name */
export function meta(name) {
  return /** @type {HTMLMetaElement|null} */ (document.querySelector(`meta[name="${name}"]`))?.content ?? "";
}

/** The address of a route, with a query.
 * @param {string} path @param {Record<string, any>} [query] null and "" are left out; a list is given several times */
export function address(path, query = {}) {
  const whole = new URL(path.startsWith(ROOT) ? path : `${ROOT}/${path.replace(/^\//, "")}`, location.origin);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "") whole.searchParams.append(name, String(one));
    }
  }
  return `${whole.pathname}${whole.search}`;
}

/** What goes with every request.
 * @param {string} method @param {Record<string, string>} [more] @returns {Record<string, string>} */
export function headers(method, more = {}) {
  const workspace = meta("workspace");
  return {
    accept: "application/json",
    ...(workspace ? { "x-oddline-workspace": workspace } : {}),
    ...(method === "GET" || method === "HEAD" ? {} : { "x-csrf-token": meta("csrf") }),
    ...more,
  };
}

/** A key by which the service knows a request that it has had already.
 * crypto.randomUUID is for secure pages only, so it is not used. */
export function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @typedef {{query?: Record<string, any>, body?: any, signal?: AbortSignal, key?: string, tries?: number}} Options */

/** Send a request. GET, and whatever carries an idempotency key, is tried again with growing waits.
 * @param {string} method @param {string} path @param {Options} [options] @returns {Promise<any>} */
export async function request(method, path, { query, body, signal, key, tries } = {}) {
  const more = {};
  let sent = body;
  if (body !== undefined && !(body instanceof Blob) && !(body instanceof ArrayBuffer)) {
    more["content-type"] = "application/json";
    sent = JSON.stringify(body);
  }
  if (method === "POST") more["idempotency-key"] = key ?? freshKey();
  const most = tries ?? (method === "PATCH" ? 1 : TRIES);
  for (let turn = 1; ; turn += 1) {
    const answer = await once(address(path, query), { method, body: sent, signal, headers: headers(method, more), credentials: "same-origin" });
    if (answer.ok) return read(answer);
    const problem = await problemOf(answer);
    if (turn >= most || !(answer.status === 0 || AGAIN.has(answer.status))) throw problem;
    await wait(later(turn, answer.headers.get("retry-after")), signal);
  }
}

/** @param {string} where @param {RequestInit} options @returns {Promise<{ok: boolean, status: number, headers: Headers, text: () => Promise<string>}>} */
async function once(where, options) {
  try {
    return await fetch(where, options);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") throw error;
    return { ok: false, status: 0, headers: new Headers(), text: async () => "" };
  }
}

/** @param {{status: number, headers: Headers, text: () => Promise<string>}} answer */
async function read(answer) {
  const text = answer.status === 204 ? "" : await answer.text();
  return text && answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text || null;
}

/** @param {{status: number, text: () => Promise<string>}} answer */
export async function problemOf(answer) {
  const text = await answer.text();
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {
    // A proxy before the service answers in its own words; the status says enough.
  }
  return new Problem({ ...told, status: answer.status });
}

/** How long to wait before another try: what the service asks for, else doubling, with chance so that not all come at once.
 * @param {number} turn @param {string|null} asked */
export function later(turn, asked = null) {
  if (asked && /^\d+$/.test(asked)) return Math.min(60, Number(asked)) * 1000;
  return Math.min(30_000, 400 * 2 ** turn) * (0.75 + Math.random() / 2);
}

/** @param {number} time @param {AbortSignal} [signal] @returns {Promise<void>} */
export function wait(time, signal) {
  return new Promise((done, failed) => {
    signal?.throwIfAborted();
    const timer = setTimeout(done, time);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      failed(new DOMException("aborted", "AbortError"));
    });
  });
}

/** Run only the newest of a series: each call aborts the one before it.
 * @template T @param {(signal: AbortSignal, ...given: any[]) => Promise<T>} run
 * @returns {(...given: any[]) => Promise<T|undefined>} undefined if a newer one took its place */
export function latest(run) {
  let current = new AbortController();
  return async (...given) => {
    current.abort();
    const own = new AbortController();
    current = own;
    try {
      const answer = await run(own.signal, ...given);
      return own.signal.aborted ? undefined : answer;
    } catch (error) {
      if (own.signal.aborted) return undefined;
      throw error;
    }
  };
}

export const api = {
  /** @param {string} path @param {Options} [options] */
  get: (path, options) => request("GET", path, options),
  /** @param {string} path @param {any} [body] @param {Options} [options] */
  post: (path, body, options) => request("POST", path, { ...options, body }),
  /** @param {string} path @param {any} [body] @param {Options} [options] */
  put: (path, body, options) => request("PUT", path, { ...options, body }),
  /** @param {string} path @param {any} [body] @param {Options} [options] */
  patch: (path, body, options) => request("PATCH", path, { ...options, body }),
  /** @param {string} path @param {Options} [options] */
  delete: (path, options) => request("DELETE", path, options),
};
