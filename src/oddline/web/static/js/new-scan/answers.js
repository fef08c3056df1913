/* The five answers of a new scan, and whoever wants to know when one changes. */

export class Answers extends EventTarget {
  #now;

  constructor(first) {
    super();
    this.#now = { ...first };
  }

  get now() {
    return this.#now;
  }

  /* Changes some answers; tells it once, and not at all if nothing is new. */
  set(some) {
    const fresh = Object.entries(some).filter(([name, value]) => this.#now[name] !== value);
    if (!fresh.length) return;
    this.#now = { ...this.#now, ...some };
    this.dispatchEvent(new CustomEvent("change", { detail: Object.fromEntries(fresh) }));
  }

  onChange(run) {
    this.addEventListener("change", (event) => run(this.#now, event.detail));
  }
}

/* Whether the detector is chosen here: a model brings its own, with all that belongs to it. */
export function judges({ baseline }) {
  return baseline.kind !== "model";
}

/* What goes to POST /api/v1/scans: what was left as it is, is left out. */
export function request(answers) {
  const { files, baseline, detector, settings, by, seed, quantile, budget, format, tables, mask } = answers;
  const body = { uploads: files.map((file) => file.upload.id) };
  if (baseline.kind !== "none") body.baseline = { [baseline.kind]: baseline.id };
  if (judges(answers)) {
    if (detector.name !== "auto") body.detector = detector.name;
    if (Object.keys(settings).length) body.settings = settings;
    if (by) body.by = by;
    if (quantile !== null) body.quantile = quantile;
    if (seed) body.seed = seed;
  }
  if (format) body.format = format;
  if (budget) body.budget = budget;
  if (mask) body.mask_pii = true;
  if (tables && Object.keys(tables).length) body.tables = tables;
  return body;
}
