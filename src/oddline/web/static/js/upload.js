/** Uploads in parts: with progress, cancel, pause, and resume after a lost connection or a closed page. */

import { Problem, address, api, headers, later, wait } from "./api.js";

const PART = 8 * 1000 * 1000;
const TRIES = 8;

/** One file on its way. */
export class Upload {
  /** @param {File} file
   * @param {{progress?: (sent: number, total: number, rate: number, left: number) => void, part?: number}} [options]
   *   rate in bytes a second, left in seconds (NaN while unknown); part in bytes */
  constructor(file, { progress = () => {}, part = PART } = {}) {
    this.file = file;
    this.part = part;
    this.progress = progress;
    this.id = "";
    this.sent = 0;
    this.resumed = false;
    this.control = new AbortController();
    /** @type {{promise: Promise<void>, go: () => void}|null} */
    this.held = null;
    this.pace = pace();
  }

  /** Send the file; the answer is the upload as the service tells it.
   * @returns {Promise<any>} */
  async start() {
    const { signal } = this.control;
    await this.begin(signal);
    while (this.sent < this.file.size) {
      await this.held?.promise;
      signal.throwIfAborted();
      await this.sendPart(signal);
    }
    const done = await api.post(`uploads/${this.id}/complete`, undefined, { signal, key: `complete-${this.id}` });
    forget(this.file);
    return done;
  }

  /** Begin, or go on with what an earlier page has begun.
   * @param {AbortSignal} signal */
  async begin(signal) {
    const known = remembered(this.file);
    if (known) {
      try {
        const upload = await api.get(`uploads/${known}`, { signal });
        const at = Number(upload.offset ?? upload.received ?? -1);
        if (at >= 0 && at <= this.file.size && !upload.sha256) {
          [this.id, this.sent, this.resumed] = [known, at, at > 0];
          return this.tell();
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
      forget(this.file);
    }
    // Not cut short by a cancel: the service may have begun it by then, and only its answer says what there is to drop.
    const made = await api.post("uploads", undefined, { query: { name: this.file.name, size: this.file.size } });
    if (signal.aborted) await drop(made.id);
    signal.throwIfAborted();
    this.id = made.id;
    remember(this.file, made.id);
    return this.tell();
  }

  /** @param {AbortSignal} signal */
  async sendPart(signal) {
    for (let turn = 1; ; turn += 1) {
      const from = this.sent;
      const answer = await this.patch(from, this.file.slice(from, Math.min(from + this.part, this.file.size)), signal);
      if (answer.status >= 200 && answer.status < 300) {
        this.sent = answer.offset ?? Math.min(from + this.part, this.file.size);
        return this.tell();
      }
      // 409: the service has another offset than we think, for example because an answer was lost. It is right.
      const again = answer.status === 0 || answer.status === 409 || answer.status === 429 || answer.status >= 500;
      if (!again || turn >= TRIES) throw answer.problem;
      await wait(answer.status === 409 ? 0 : later(turn, answer.after), signal);
      await this.ask(signal);
    }
  }

  /** Ask how much has arrived.
   * @param {AbortSignal} signal */
  async ask(signal) {
    try {
      const answer = await fetch(address(`uploads/${this.id}`), { method: "HEAD", headers: headers("HEAD"), signal });
      const at = Number(answer.headers.get("upload-offset"));
      if (answer.ok && Number.isFinite(at)) this.sent = at;
    } catch (error) {
      if (/** @type {Error} */ (error).name === "AbortError") throw error;
    }
    this.tell();
  }

  /** Send one part. fetch tells nothing while it sends, so this is the older request.
   * @param {number} from @param {Blob} part @param {AbortSignal} signal
   * @returns {Promise<{status: number, offset: number|null, after: string|null, problem: Problem}>} */
  patch(from, part, signal) {
    return new Promise((done, failed) => {
      const sending = new XMLHttpRequest();
      const answer = () => {
        const told = parse(sending.responseText);
        const offset = sending.getResponseHeader("upload-offset");
        done({
          status: sending.status,
          offset: offset === null ? null : Number(offset),
          after: sending.getResponseHeader("retry-after"),
          problem: new Problem({ ...told, status: sending.status }),
        });
      };
      sending.open("PATCH", address(`uploads/${this.id}`));
      const given = headers("PATCH", { "upload-offset": String(from), "content-type": "application/octet-stream" });
      for (const [name, value] of Object.entries(given)) sending.setRequestHeader(name, value);
      sending.upload.addEventListener("progress", (event) => this.tell(from + event.loaded));
      sending.addEventListener("load", answer);
      sending.addEventListener("error", answer);
      sending.addEventListener("abort", () => failed(new DOMException("aborted", "AbortError")));
      signal.addEventListener("abort", () => sending.abort(), { once: true });
      sending.send(part);
    });
  }

  /** @param {number} [sent] */
  tell(sent = this.sent) {
    const rate = this.pace(sent);
    this.progress(sent, this.file.size, rate, rate ? (this.file.size - sent) / rate : Number.NaN);
  }

  /** Stop after the part that is on its way, until `resume`. */
  pause() {
    if (this.held) return;
    let go = () => {};
    const promise = new Promise((/** @type {(value: void) => void} */ done) => {
      go = done;
    });
    this.held = { promise, go };
  }

  /** Go on. */
  resume() {
    this.held?.go();
    this.held = null;
  }

  /** Stop, and have the service drop what it has. `start` then fails with an AbortError. */
  async cancel() {
    this.control.abort();
    this.resume();
    forget(this.file);
    if (this.id) await drop(this.id);
  }
}

/** Have the service forget what it has. A failure is left to its clean-up.
 * @param {string} id */
function drop(id) {
  return api.delete(`uploads/${id}`).catch(() => {});
}

/** Bytes a second over the last few seconds. */
function pace() {
  /** @type {Array<[number, number]>} */
  let seen = [];
  return (/** @type {number} */ sent) => {
    const now = performance.now();
    seen = [...seen.filter(([at]) => now - at < 5000), [now, sent]];
    const [first, start] = seen[0];
    return now - first > 400 && sent > start ? ((sent - start) / (now - first)) * 1000 : 0;
  };
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** A file is known again by its name, size and time: its content is not read for that.
 * @param {File} file */
function nameOf(file) {
  return `oddline-upload:${document.querySelector("meta[name=workspace]")?.getAttribute("content")}:${file.name}:${file.size}:${file.lastModified}`;
}

/** @param {File} file @returns {string|null} */
function remembered(file) {
  try {
    return localStorage.getItem(nameOf(file));
  } catch {
    return null;
  }
}

/** @param {File} file @param {string} id */
function remember(file, id) {
  try {
    localStorage.setItem(nameOf(file), id);
  } catch {
    // A browser that keeps nothing resumes within the page only.
  }
}

/** @param {File} file */
function forget(file) {
  try {
    localStorage.removeItem(nameOf(file));
  } catch {
    // see remember
  }
}
