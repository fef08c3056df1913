/* New scan: five steps, each of which changes some answers; the plan shows them; one button sends them. */
import { api, words as problemWords } from "../api.js";
import { taken } from "../handover.js";
import { bind } from "../keys.js";
import { copy, readData } from "../page.js";
import { notice } from "../parts.js";
import { counted } from "../words.js";
import { Answers, judges, request } from "../new-scan/answers.js";
import { Baseline } from "../new-scan/baseline.js";
import { Detectors } from "../new-scan/detectors.js";
import { Files } from "../new-scan/files.js";
import { Plan } from "../new-scan/plan.js";
import { Preview } from "../new-scan/preview.js";
import { TableOptions } from "../new-scan/table-options.js";

const form = document.getElementById("new-scan");
const told = readData("new-scan");
const step = (name) => document.getElementById(`step-${name}`);

const answers = new Answers({
  files: [],
  sending: [],
  preview: null,
  format: "",
  tables: {},
  detector: { name: "auto", title: "Automatic" },
  settings: {},
  by: "",
  seed: 0,
  quantile: null,
  mask: false,
  wrong: false,
  baseline: { kind: "none", id: "", name: "", waiting: false, missing: false },
  budget: null,
});
const plan = new Plan(form.querySelector(".plan"), told.pace);
let started = false;
let wanted = false;

/* ---------- the steps ---------- */

const tables = new TableOptions(document.getElementById("table-options"), {
  change: (some) => answers.set({ tables: some }),
  header: (yes) => preview.show(shownFile().upload ?? shownFile().early, { format: answers.now.format, header: yes }),
});

const preview = new Preview(step("format"), (shown, format, header) => {
  answers.set({ preview: shown, format });
  tables.show(shown, header);
});

const files = new Files(document.getElementById("files"), {
  most: told.most,
  change: (entries) => {
    answers.set({
      files: entries.filter((entry) => entry.state === "complete"),
      sending: entries.filter((entry) => entry.state !== "complete"),
    });
    step("files").querySelector(".n").classList.toggle("done", entries.some((entry) => entry.state === "complete"));
    previewFirst();
  },
});

const detectors = new Detectors(step("detector"), (some) => answers.set(some));
new Baseline(
  step("baseline"),
  (baseline) => {
    answers.set({ baseline });
    detectors.offer(judges(answers.now));
  },
  told.most,
);
budget(step("budget"));

function shownFile() {
  return files.entries.find((entry) => entry.upload || entry.early);
}

/* The first file is the one that is shown; a part of it is enough, and it is read again when all of it is here. */
let shownAs = "";
function previewFirst() {
  const first = shownFile();
  const now = first ? `${(first.upload ?? first.early).id} ${first.state === "complete"}` : "";
  if (now === shownAs) return;
  const before = shownAs.split(" ")[0];
  shownAs = now;
  if (!first) preview.clear();
  else {
    const same = before === now.split(" ")[0];
    const header = same ? (answers.now.tables.header ?? null) : null;
    preview.show(first.upload ?? first.early, { format: same ? answers.now.format : "", header });
  }
}

function budget(root) {
  const range = root.querySelector("#budget");
  const say = root.querySelector("output");
  const tell = () => {
    const most = root.querySelector("[name=budget-kind]:checked").value === "most";
    root.querySelector("[data-budget]").hidden = !most;
    root.querySelector("[data-budget-auto]").hidden = most;
    say.firstElementChild.textContent = `At most ${counted(Number(range.value), "incident")}`;
    answers.set({ budget: most ? Number(range.value) : null });
  };
  root.addEventListener("input", tell);
  root.addEventListener("change", tell);
  tell();
}

/* ---------- files come ---------- */

step("files").addEventListener("files", (event) => files.add(event.detail.files));
document.getElementById("earlier-add")?.addEventListener("click", () => {
  const select = document.getElementById("earlier-upload");
  const [name] = select.selectedOptions[0].textContent.split(" · ");
  files.addUpload({ id: select.value, name, size: null });
});
told.uploads.forEach((upload) => files.addUpload(upload));
document.addEventListener("oddline:files", (event) => {
  event.preventDefault();
  files.add(event.detail.files);
  step("files").scrollIntoView({ block: "nearest" });
});
files.add(taken());

/* ---------- the plan, and the start ---------- */

function waiting(now) {
  if (started) return ["Starting …", false];
  if (now.wrong && judges(now)) return ["A parameter of the detector needs another value.", true];
  const failed = now.sending.filter((entry) => entry.state === "failed");
  if (failed.length) return [`${failed[0].name} is not here. Try again, or remove it.`, false];
  const paused = now.sending.filter((entry) => entry.state === "stopped");
  if (paused.length) return [`${paused[0].name} is paused. Resume it, or remove it.`, false];
  if (now.baseline.missing) return ["Choose the baseline, or none.", false];
  const coming = [...now.sending.map((entry) => entry.name), ...(now.baseline.waiting ? [now.baseline.name] : [])];
  if (coming.length) {
    const names = coming.length === 1 ? coming[0] : counted(coming.length, "file");
    return [`${wanted ? "It starts by itself" : "Starts"} when ${names} ${coming.length === 1 ? "is" : "are"} here. Keep this page open until then.`, true];
  }
  if (!now.files.length) return ["Choose a file first.", false];
  return ["You may close the page once it runs.", true];
}

function ready(now) {
  return now.files.length > 0 && now.sending.length === 0 && !now.baseline.waiting && !now.baseline.missing && !(now.wrong && judges(now));
}

function draw() {
  const now = answers.now;
  plan.draw(now);
  plan.waits(...waiting(now));
  if (wanted && ready(now)) start();
}

async function start() {
  if (started) return;
  started = true;
  wanted = false;
  plan.problem(null);
  plan.waits("Starting …", false);
  try {
    const scan = await api.post("scans", request(answers.now));
    location.assign(`/scans/${scan.id}`);
  } catch (problem) {
    started = false;
    refused(problem);
    draw();
  }
}

/* A parameter that the server refuses is told beside it; all else beside the button. */
function refused(problem) {
  const errors = problem.told?.errors ?? (problem.told?.parameter ? [{ loc: [problem.told.parameter], msg: problemWords(problem) }] : []);
  const named = errors.some((one) => detectors.complain(String(one.loc?.at(-1) ?? ""), one.msg ?? ""));
  if (!named) plan.problem(notice("The scan was not started", problemWords(problem), { kind: "bad", alert: true }));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const now = answers.now;
  if (now.wrong && judges(now)) detectors.showWrong();
  else if (ready(now)) start();
  else if (now.sending.some((entry) => entry.state === "sending" || entry.state === "waiting") || now.baseline.waiting) {
    wanted = true;
    draw();
  } else if (!now.files.length) step("files").querySelector("input[type=file]").focus();
});
bind("ctrl enter", () => form.requestSubmit(), { label: "Start the scan" });
document.getElementById("copy-command").addEventListener("click", () => copy(document.getElementById("command").textContent));
window.addEventListener("beforeunload", (event) => {
  if (!started && answers.now.sending.some((entry) => entry.state === "sending")) event.preventDefault();
});
answers.onChange(draw);
draw();
