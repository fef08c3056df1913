/* Step 2: what the file looks like, read as one format; choosing another one reads and draws it anew. */
import { api, latest, words as problemWords } from "../api.js";
import { notice } from "../parts.js";
import { el, replace } from "../text.js";
import { counted, number } from "../words.js";
import { skeleton } from "./bits.js";

const MOST_COLUMNS = 24;
const MOST_LINES = 8;
const SLOW = 300;

export class Preview {
  #step;
  #holder;
  #hint;
  #formats;
  #read = latest((signal, id, query) => api.get(`uploads/${id}/preview`, { query, signal }));
  #shown = null;
  #change;

  /* change(preview, format, header): what is shown, and what was chosen by hand ("" means: as recognised). */
  constructor(step, change) {
    this.#step = step;
    this.#holder = step.querySelector("#preview");
    this.#hint = step.querySelector(".hint");
    this.#formats = step.querySelector("#formats");
    this.#change = change;
  }

  get upload() {
    return this.#shown?.upload ?? null;
  }

  /* Nothing is chosen any more. */
  clear() {
    this.#shown = null;
    replace(this.#holder);
    this.#holder.hidden = true;
    this.#step.querySelector(".n").classList.remove("done");
    this.#step.querySelector(".step-head select")?.closest("div")?.remove();
    this.#hint.textContent = "Recognised as soon as the first part of a file is here.";
    this.#change(null, "", null);
  }

  async show(upload, { format = "", header = null } = {}) {
    const query = { ...(format && { format }), ...(header !== null && { header }) };
    const waiting = setTimeout(() => this.#waits(), SLOW);
    try {
      const preview = await this.#read(upload.id, query);
      if (preview === undefined) return;
      this.#shown = preview;
      this.#draw(preview, upload, format, header);
      this.#change(preview, format, header);
    } catch (problem) {
      this.#fail(problem, upload, format);
    } finally {
      clearTimeout(waiting);
      this.#holder.removeAttribute("aria-busy");
    }
  }

  #waits() {
    this.#holder.hidden = false;
    this.#holder.setAttribute("aria-busy", "true");
    if (!this.#shown) this.#holder.replaceChildren(skeleton(4));
  }

  #fail(problem, upload, format) {
    this.#shown = null;
    const again = el("button", { class: "btn small", type: "button" }, format ? "Read it as it was recognised" : "Try again");
    again.addEventListener("click", () => this.show(upload));
    this.#step.querySelector(".n").classList.remove("done");
    this.#hint.textContent = format ? "Choose another format, or leave it to Oddline." : "Without a format there is nothing to scan.";
    this.#holder.hidden = false;
    this.#holder.replaceChildren(notice(`${upload.name} could not be read${format ? ` as ${format}` : ""}`, problemWords(problem), { kind: "bad", alert: true, buttons: [again] }));
    this.#change(null, format, null);
  }

  #draw(preview, upload, format, header) {
    this.#step.querySelector(".n").classList.add("done");
    this.#hint.replaceChildren(...sentence(preview, format));
    this.#choices(preview, upload, format);
    const parts = [preview.tabular ? tableOf(preview) : linesOf(preview)];
    const below = afterwards(preview);
    if (below) parts.push(el("p", { class: "hint" }, below));
    for (const words of preview.warnings) parts.push(notice("To know", words));
    this.#holder.replaceChildren(el("div", { class: "stack" }, ...parts));
    this.#holder.hidden = false;
  }

  /* The recognised ones with how sure they are, then all others. */
  #choices(preview, upload, format) {
    const head = this.#step.querySelector(".step-head");
    head.querySelector("select")?.closest("div").remove();
    const chosen = format || "";
    const select = el("select", { class: "input", "aria-label": "Change the format" });
    const best = preview.candidates[0];
    select.append(el("option", { value: "" }, best ? `${best.name} (recognised)` : "as recognised"));
    const group = el("optgroup", { label: "Could also be" });
    for (const one of preview.candidates.slice(1)) group.append(el("option", { value: one.name }, `${one.name} (${one.confidence.toFixed(2)})`));
    if (group.children.length) select.append(group);
    const rest = el("optgroup", { label: "All formats" });
    rest.append(this.#formats.content.cloneNode(true));
    select.append(rest);
    select.value = chosen;
    select.addEventListener("change", () => this.show(upload, { format: select.value, header: null }));
    head.append(el("div", { class: "push" }, select));
  }
}

function sentence(preview, format) {
  const read = preview.events === null ? "" : ` ${preview.exact ? "" : "About "}${counted(preview.events, preview.tabular ? "row" : "line")}${preview.exact ? " read" : ""}.`;
  const what = preview.packed ? ` Unpacked from ${preview.packed}${preview.members.length > 1 ? `, ${number(preview.members.length)} files` : ""}.` : "";
  const lead = format ? ["Read as ", el("b", {}, preview.format), ", as you chose."] : ["Looks like ", el("b", {}, preview.format), `, ${preview.confidence.toFixed(2)} sure.`];
  return [...lead, read, what];
}

function afterwards(preview) {
  const next = preview.candidates.find((one) => one.name !== preview.format);
  const best = next ? `Next best: ${next.name} (${next.confidence.toFixed(2)}).` : "";
  const width = preview.columns.length > MOST_COLUMNS && preview.tabular ? ` ${MOST_COLUMNS} of ${number(preview.columns.length)} columns are shown.` : "";
  const part = preview.whole ? "" : " This is the beginning of the file.";
  return `${best}${width}${part}`.trim();
}

function table(heads, rows, label) {
  const cell = (text, tag, extra = {}) => el(tag, extra, text);
  return el(
    "div",
    { class: "card table-wrap", tabindex: 0, role: "region", "aria-label": label },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((head) => cell(head, "th", { scope: "col", translate: "no" })))),
      el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((text) => cell(text ?? "", "td", { class: "log nowrap", translate: "no", dir: "ltr" }))))),
    ),
  );
}

function tableOf(preview) {
  const heads = preview.columns.slice(0, MOST_COLUMNS).map((column) => column.name);
  return table(heads, preview.rows.slice(0, MOST_LINES).map((row) => row.cells.slice(0, MOST_COLUMNS)), "Preview, first rows");
}

/* Time, level, service, further fields, message: a column that no line has is left out. */
function linesOf(preview) {
  const lines = preview.lines.slice(0, MOST_LINES);
  const fields = [...new Set(lines.flatMap((line) => Object.keys(line.fields ?? {})))].slice(0, 5);
  const columns = [
    ["ts", (line) => line.ts?.replace("T", " ").replace(/(\.\d*?)0*Z$/, "$1").replace(/\.$|Z$/, "")],
    ["level", (line) => line.level],
    ["service", (line) => line.service],
    ...fields.map((name) => [name, (line) => line.fields?.[name]]),
    ["message", (line) => line.message || line.text],
  ].filter(([, read]) => lines.some((line) => read(line)));
  return table(columns.map(([name]) => name), lines.map((line) => columns.map(([, read]) => read(line))), "Preview, first lines");
}
