/* The plan at the right: the five answers again, how long it may take, the command. */
import { el, replace } from "../text.js";
import { duration, size } from "../words.js";
import { judges } from "./answers.js";
import { command } from "./command.js";

const GUESSED = 150_000;
const BYTES_A_LINE = 120;
const START = 1.2;

/* Seconds that a scan may take, and whether scans of the workspace were measured. */
export function estimate(answers, pace) {
  if (!answers.files.length) return null;
  const bytes = answers.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  const first = answers.preview;
  const each = first?.events && answers.files[0].size ? answers.files[0].size / first.events : BYTES_A_LINE;
  const usual = answers.preview?.tabular ? "odd_rows" : "odd_lines";
  const measured = pace[answers.detector.name === "auto" ? usual : answers.detector.name];
  return { seconds: START + bytes / each / (measured || GUESSED), measured: Boolean(measured) };
}

export class Plan {
  #root;
  #pace;

  constructor(root, pace) {
    this.#root = root;
    this.#pace = pace;
  }

  draw(answers) {
    const { files, sending } = answers;
    const all = [...files, ...sending.filter((file) => file.state !== "failed")];
    const bytes = all.reduce((sum, file) => sum + (file.size ?? 0), 0);
    const takes = estimate(answers, this.#pace);
    const rounded = takes && (takes.seconds < 10 ? Math.ceil(takes.seconds) : Math.round(takes.seconds / 5) * 5);
    this.#say("files", all.length === 0 ? "none yet" : all.length === 1 ? `${all[0].name}, ${size(bytes)}` : `${all.length}, ${size(bytes)}`);
    this.#say("format", answers.format || (answers.preview ? answers.preview.format : "–"));
    this.#say("detector", judges(answers) ? answers.detector.title : "the model's");
    this.#say("baseline", answers.baseline.kind === "none" ? "none" : answers.baseline.missing ? "not chosen yet" : answers.baseline.name);
    this.#say("budget", answers.budget ? `at most ${answers.budget}` : "what is surely odd");
    this.#say("takes", takes ? `${duration(rounded)}${takes.measured ? "" : ", a guess"}` : "–");
    this.#root.querySelector("#command").textContent = command({ ...answers, files: all });
    this.#labels(answers.tables);
  }

  #say(name, words) {
    this.#root.querySelector(`[data-plan=${name}]`).textContent = words;
  }

  /* A row of its own, only where there is a label column. */
  #labels(tables) {
    const list = this.#root.querySelector("#plan");
    list.querySelectorAll("[data-labels]").forEach((node) => node.remove());
    if (!tables?.label_column) return;
    const value = el("dd", { "data-labels": "", translate: "no" }, tables.label_column);
    list.querySelector("[data-plan=format]").after(el("dt", { "data-labels": "" }, "Labels"), value);
  }

  /* What keeps the scan from starting, in the words of what to do. */
  waits(words, ready) {
    const button = this.#root.querySelector("#start");
    button.setAttribute("aria-disabled", String(!ready));
    const hint = this.#root.querySelector("#start-hint");
    if (hint.textContent !== words) hint.textContent = words;
  }

  problem(node) {
    replace(this.#root.querySelector("#start-problem"), node);
  }
}
