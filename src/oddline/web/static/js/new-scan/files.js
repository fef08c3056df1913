/* The list of files: each is sent at once, can be stopped, goes on where it was, and can be taken out. */
import { Upload } from "../upload.js";
import { words as problemWords } from "../api.js";
import { el, replace } from "../text.js";
import { duration, percent, size } from "../words.js";

const AT_ONCE = 3;

export class Files {
  #list;
  #change;
  #one;
  #most;
  #entries = [];

  /* change() is called when a file comes, goes or is there; one: a new file takes the place of the one before. */
  constructor(list, { change, most = Infinity, one = false }) {
    this.#list = list;
    this.#change = change;
    this.#most = most;
    this.#one = one;
  }

  get entries() {
    return this.#entries;
  }

  get sending() {
    return this.#entries.filter((entry) => entry.state !== "complete");
  }

  add(files) {
    if (this.#one && files.length) this.#entries.slice().forEach((entry) => this.remove(entry));
    for (const file of files) {
      const same = this.#entries.find((entry) => entry.file?.name === file.name && entry.file?.size === file.size);
      if (same) {
        if (same.state === "stopped" || same.state === "failed") this.#resume(same);
        continue;
      }
      const entry = { file, name: file.name, size: file.size, upload: null, state: "waiting", sent: 0 };
      this.#entries.push(entry);
      this.#draw(entry);
      if (file.size > this.#most) this.#fail(entry, `Larger than the ${size(this.#most)} that one file may have. Split it, or ask an administrator to raise ODDLINE_LIMIT_UPLOAD_BYTES.`);
      else if (file.size === 0) this.#fail(entry, "The file is empty: there is nothing to scan.");
    }
    this.#next();
    this.#told();
  }

  /* A file that is here already. */
  addUpload(upload) {
    if (this.#entries.some((entry) => entry.upload?.id === upload.id)) return;
    const entry = { file: null, name: upload.name, size: upload.size, upload, state: "complete", sent: upload.size, kept: true };
    this.#entries.push(entry);
    this.#draw(entry);
    this.#told();
  }

  remove(entry) {
    if (entry.state !== "complete") entry.sender?.cancel();
    entry.state = "gone";
    entry.node?.remove();
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#next();
    this.#told();
  }

  #told() {
    this.#list.hidden = this.#entries.length === 0;
    this.#change(this.#entries);
  }

  #next() {
    const free = AT_ONCE - this.#entries.filter((entry) => entry.state === "sending").length;
    this.#entries.filter((entry) => entry.state === "waiting").slice(0, Math.max(0, free)).forEach((entry) => this.#send(entry));
  }

  async #send(entry) {
    entry.state = "sending";
    entry.sender = new Upload(entry.file, { progress: (...told) => this.#progress(entry, ...told) });
    this.#draw(entry);
    await this.#await(entry, entry.sender.start());
  }

  async #await(entry, coming) {
    try {
      entry.upload = await coming;
      if (entry.state === "gone") return;
      entry.state = "complete";
      this.#draw(entry);
    } catch (problem) {
      if (entry.state === "gone" || entry.state === "stopped") return;
      this.#fail(entry, problemWords(problem));
    }
    this.#next();
    this.#told();
  }

  #progress(entry, sent, total, rate, left) {
    Object.assign(entry, { sent, rate, left });
    if (entry.state !== "sending" || !entry.node) return;
    const share = total ? sent / total : 0;
    entry.bar.value = share * 100;
    entry.bar.setAttribute("aria-label", `${entry.name}, ${percent(share)} uploaded`);
    entry.share.textContent = percent(share);
    entry.note.textContent = ` · ${[`${size(sent)} of ${size(total)}`, rate ? `${size(rate)}/s` : "", left ? `${duration(left)} left` : ""].filter(Boolean).join(" · ")}`;
    // A part that has arrived can be read already; what is on its way cannot.
    if (entry.sender.id && entry.sender.sent > 0 && !entry.early) {
      entry.early = { id: entry.sender.id, name: entry.name };
      this.#told();
    }
  }

  #fail(entry, words) {
    entry.state = "failed";
    entry.words = words;
    this.#draw(entry);
  }

  /* Held after the part that is on its way. */
  #stop(entry) {
    entry.state = "stopped";
    entry.sender?.pause();
    this.#draw(entry);
    this.#next();
    this.#told();
  }

  #resume(entry) {
    if (!entry.sender) {
      entry.state = "waiting";
      this.#next();
      return;
    }
    const held = entry.state === "stopped";
    entry.state = "sending";
    this.#draw(entry);
    if (held) entry.sender.resume();
    else this.#await(entry, entry.sender.start());
    this.#told();
  }

  #draw(entry) {
    const node = entry.node ?? (entry.node = el("li"));
    if (!node.isConnected) this.#list.append(node);
    node.classList.toggle("bad", entry.state === "failed");
    const button = (text, run, name) => {
      const made = el("button", { class: "btn quiet small", type: "button", "aria-label": `${name ?? text} ${entry.name}` }, text);
      made.addEventListener("click", run);
      return made;
    };
    entry.note = el("span", { class: "dim" }, ` · ${size(entry.size)}`);
    const name = el("span", { class: "file-name" }, el("b", { translate: "no" }, entry.name), entry.note);
    const remove = button("Remove", () => this.remove(entry));
    const draw = {
      waiting: () => [name, el("span", { class: "tag" }, "Waiting"), remove],
      complete: () => [name, el("span", { class: "tag ok" }, entry.kept ? "Here already" : "Uploaded"), remove],
      sending: () => {
        entry.share = el("span", { class: "small dim", "aria-hidden": "true" }, percent(entry.size ? entry.sent / entry.size : 0));
        entry.bar = el("progress", { max: 100, value: entry.size ? (entry.sent / entry.size) * 100 : 0, "aria-label": `${entry.name}, being uploaded` });
        const stops = el("span", { class: "row" }, button("Pause", () => this.#stop(entry)), button("Cancel", () => this.remove(entry)));
        return [name, entry.share, stops, entry.bar];
      },
      stopped: () => {
        entry.note.textContent = ` · ${size(entry.sent)} of ${size(entry.size)} are here`;
        const goes = el("span", { class: "row" }, button("Resume", () => this.#resume(entry)), remove);
        return [name, el("span", { class: "tag" }, "Paused"), goes];
      },
      failed: () => {
        const again = entry.size > 0 && entry.size <= this.#most ? [button("Try again", () => this.#resume(entry))] : [];
        return [name, el("span", { class: "tag bad" }, "Stopped"), el("span", { class: "row" }, ...again, remove), el("p", { class: "err file-problem", role: "alert" }, entry.words)];
      },
    };
    replace(node, draw[entry.state]());
  }
}
