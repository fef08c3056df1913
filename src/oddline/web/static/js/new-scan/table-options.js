/* Tables: whether there is a header, which column holds the label and what it says of normal rows, what is left out. */
import { el, replace } from "../text.js";
import { counted } from "../words.js";
import { field } from "./bits.js";

const NONE = "";

export class TableOptions {
  #holder;
  #change;
  #header;
  #told = {};
  #of = null;

  /* change(tables): what differs from what is recognised; header(yes): read the preview anew. */
  constructor(holder, { change, header }) {
    this.#holder = holder;
    this.#change = change;
    this.#header = header;
  }

  /* Draws the options of a preview; what was chosen stays while the columns are the same. */
  show(preview, header) {
    this.#holder.hidden = !preview?.tabular;
    if (!preview?.tabular) {
      this.#of = null;
      this.#tell({});
      return;
    }
    const columns = preview.columns.map((column) => column.name).join("\n");
    if (columns !== this.#of) {
      this.#of = columns;
      const first = preview.label_candidates[0];
      this.#told = first ? { label_column: first.column, ...(first.normal && { normal: first.normal }) } : {};
    }
    if (header === null) delete this.#told.header;
    else this.#told.header = header;
    replace(this.#holder, this.#draw(preview, header));
    this.#tell(this.#told);
  }

  #tell(told) {
    this.#told = told;
    this.#change({ ...told });
  }

  #draw(preview, header) {
    const switched = el("input", { type: "checkbox", role: "switch" });
    switched.checked = header ?? !preview.columns.every((column, place) => column.name === `c${place + 1}`);
    switched.addEventListener("change", () => this.#header(switched.checked));
    return el(
      "div",
      { class: "stack" },
      el("label", { class: "switch" }, switched, "The first row names the columns"),
      el("div", { class: "params wide-params" }, this.#label(preview), this.#normal(preview)),
      this.#drop(preview),
    );
  }

  #label(preview) {
    const select = el("select", { class: "input", id: "label-column" }, el("option", { value: NONE }, "There is none"));
    const likely = preview.label_candidates.map((one) => one.column);
    const names = [...likely, ...preview.columns.map((column) => column.name).filter((name) => !likely.includes(name))];
    for (const name of names) select.append(el("option", { value: name }, name));
    select.value = this.#told.label_column ?? NONE;
    const why = preview.label_candidates.find((one) => one.column === select.value)?.why;
    select.addEventListener("change", () => {
      const candidate = preview.label_candidates.find((one) => one.column === select.value);
      const { label_column: _column, normal: _normal, ...rest } = this.#told;
      if (select.value !== NONE) rest.label_column = select.value;
      if (candidate?.normal) rest.normal = candidate.normal;
      this.#told = rest;
      this.show(preview, this.#told.header ?? null);
      this.#holder.querySelector("#label-column").focus();
    });
    return field("Label column", select, why ? `It ${why}. Never shown to the detector; it gives the metrics.` : "Never shown to the detector. With labels you get metrics.");
  }

  #normal(preview) {
    const column = this.#told.label_column;
    if (!column) return "";
    const candidate = preview.label_candidates.find((one) => one.column === column);
    const values = candidate?.values ?? preview.columns.find((one) => one.name === column)?.examples ?? [];
    const input = el("input", { class: "input", id: "normal-value", list: "normal-values", autocomplete: "off", translate: "no" });
    input.value = this.#told.normal ?? "";
    input.placeholder = "recognised by itself";
    input.addEventListener("input", () => {
      const { normal: _normal, ...rest } = this.#told;
      this.#tell(input.value.trim() ? { ...rest, normal: input.value.trim() } : rest);
    });
    const holder = field("Normal rows say", input, values.length ? `Seen: ${values.slice(0, 4).join(", ")}${values.length > 4 ? " …" : ""}` : "");
    holder.append(el("datalist", { id: "normal-values" }, ...values.map((value) => el("option", { value }))));
    return holder;
  }

  #drop(preview) {
    const out = new Set(this.#told.drop ?? []);
    const summary = el("summary");
    const say = () => (summary.textContent = out.size ? `Leave out ${counted(out.size, "column")}` : "Leave columns out");
    say();
    const boxes = preview.columns
      .filter((column) => column.name !== this.#told.label_column)
      .map((column) => {
        const box = el("input", { type: "checkbox", value: column.name });
        box.checked = out.has(column.name);
        box.addEventListener("change", () => {
          if (box.checked) out.add(column.name);
          else out.delete(column.name);
          say();
          const { drop: _drop, ...rest } = this.#told;
          this.#tell(out.size ? { ...rest, drop: [...out] } : rest);
        });
        return el("label", { class: "check" }, box, el("span", { translate: "no" }, column.name), el("span", { class: "faint small" }, column.kind));
      });
    const details = el("details", {}, summary, el("fieldset", { class: "checks" }, el("legend", { class: "vh" }, "Columns to leave out"), ...boxes));
    details.open = out.size > 0;
    return details;
  }
}
