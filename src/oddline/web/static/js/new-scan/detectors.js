/* Step 3: one detector of many, its parameters folded away, a search among them. */
import { api, words as problemWords } from "../api.js";
import { notice } from "../parts.js";
import { el, replace } from "../text.js";
import { counted } from "../words.js";
import { complain } from "./bits.js";
import { parameters } from "./parameters.js";

export class Detectors {
  #step;
  #details;
  #own;
  #change;
  #read = () => ({ settings: {}, wrong: false });
  #schemas = new Map();
  #chosen = null;

  /* change({detector, settings, by, seed, quantile, mask, wrong}) */
  constructor(step, change) {
    this.#step = step;
    this.#details = step.querySelector("#parameters");
    this.#own = this.#details.querySelector("[data-own]");
    this.#change = change;
    step.querySelector("#detectors").addEventListener("change", () => this.#choose());
    this.#details.addEventListener("input", () => this.#tell());
    this.#details.addEventListener("change", () => this.#tell());
    this.#search();
    this.#choose();
  }

  async #choose() {
    const radio = this.#step.querySelector("[name=detector]:checked");
    const name = radio.value;
    this.#chosen = { name, title: radio.dataset.title };
    this.#details.querySelector("[data-title]").textContent = radio.dataset.title;
    this.#read = () => ({ settings: {}, wrong: false });
    replace(this.#own);
    this.#count(0);
    this.#tell();
    if (name === "auto") return;
    try {
      const schema = this.#schemas.get(name) ?? (await api.get(`detectors/${name}`)).parameters;
      this.#schemas.set(name, schema);
      if (this.#chosen.name !== name) return;
      const [nodes, read, count] = parameters(schema, () => this.#tell());
      this.#own.replaceChildren(...nodes);
      this.#read = read;
      this.#count(count);
    } catch (problem) {
      if (this.#chosen.name !== name) return;
      const again = el("button", { class: "btn small", type: "button" }, "Try again");
      again.addEventListener("click", () => this.#choose());
      this.#own.replaceChildren(notice("The parameters could not be read", problemWords(problem), { kind: "bad", alert: true, buttons: [again] }));
    }
  }

  #count(own) {
    const general = this.#details.querySelectorAll("[data-general] .field").length;
    this.#details.querySelector("[data-count]").textContent = `(${general + own})`;
  }

  #tell() {
    const { settings, wrong } = this.#read();
    const seed = this.#general("seed", (value) => (Number.isInteger(value) && value >= 0 ? "" : "A whole number, for example 0."));
    const quantile = this.#general("quantile", (value) => (value > 0 && value < 1 ? "" : "Between 0 and 1, for example 0.999."));
    this.#change({
      detector: this.#chosen,
      settings,
      by: this.#details.querySelector("[name=by]").value,
      seed: seed.value ?? 0,
      quantile: quantile.value,
      mask: this.#details.querySelector("[name=mask_pii]").checked,
      wrong: wrong || seed.wrong || quantile.wrong,
    });
  }

  #general(name, check) {
    const control = this.#details.querySelector(`[name=${name}]`);
    const text = control.value.trim();
    const problem = text === "" ? "" : check(Number(text));
    complain(control, problem);
    return { value: text === "" || problem ? null : Number(text), wrong: Boolean(problem) };
  }

  /* A model brings its own detector: then there is nothing to choose. */
  offer(on) {
    this.#step.querySelector("#detectors").disabled = !on;
    this.#details.hidden = !on;
    this.#step.querySelector("#own-detector").hidden = on;
  }

  /* Opens the parameters and goes to the first one that is wrong. */
  showWrong() {
    this.#details.open = true;
    this.#details.querySelector("[aria-invalid=true]")?.focus();
  }

  /* Says beside a parameter what the server found wrong with it; false if there is no such one. */
  complain(name, words) {
    const control = this.#step.querySelector(`#p-${CSS.escape(name)}`) ?? this.#details.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!control) return false;
    complain(control, words);
    this.showWrong();
    return true;
  }

  #search() {
    const input = this.#step.querySelector("#detector-search");
    const found = this.#step.querySelector("#detector-found");
    const all = [...this.#step.querySelectorAll("#all-detectors .choice")];
    input.addEventListener("input", () => {
      const asked = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const one of all) {
        const words = one.dataset.words.toLowerCase();
        one.hidden = !asked.every((word) => words.includes(word));
      }
      const left = all.filter((one) => !one.hidden).length;
      found.textContent = !asked.length ? "" : left ? `${counted(left, "detector")} of ${all.length}` : `None of the ${all.length} says “${input.value.trim()}”. Try tree, distance, session, labels.`;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
}
