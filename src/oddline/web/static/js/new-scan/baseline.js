/* Step 4: what normal looks like: nothing, an earlier scan, a file, a model. */
import { Files } from "./files.js";

export class Baseline {
  #step;
  #change;
  #files = null;

  /* change({kind, id, name, waiting}) */
  constructor(step, change, most) {
    this.#step = step;
    this.#change = change;
    this.#sending(most);
    step.addEventListener("change", (event) => {
      if (event.target.name === "baseline" || event.target.tagName === "SELECT") this.#tell();
    });
    this.#tell();
  }

  #sending(most) {
    const list = this.#step.querySelector("#baseline-files");
    const input = this.#step.querySelector("#baseline-file");
    this.#files = new Files(list, { change: () => this.#tell(), most, one: true });
    input.addEventListener("change", () => {
      this.#files.add([...input.files]);
      input.value = "";
    });
  }

  #tell() {
    const kind = this.#step.querySelector("[name=baseline]:checked").value;
    for (const part of this.#step.querySelectorAll("[data-baseline]")) part.hidden = part.dataset.baseline !== kind;
    const own = kind === "upload" ? this.#files.entries[0] : null;
    const select = this.#step.querySelector(`#f-baseline-${kind}`);
    if (select) select.closest(".field").hidden = Boolean(own);
    if (own) {
      this.#change({ kind, id: own.upload?.id ?? "", name: own.name, waiting: own.state !== "complete", missing: false });
      return;
    }
    const chosen = select?.selectedOptions[0];
    const missing = kind !== "none" && !chosen;
    const name = chosen?.textContent.split(" · ")[0] ?? "";
    this.#change({ kind, id: chosen?.value ?? "", name, waiting: false, missing });
  }
}
