/** No labels yet: hold the scan against a column of its table, or a file of labels. */

import { api, words } from "../api.js";
import { listen } from "../events.js";
import { empty, notice } from "../parts.js";
import { el, replace } from "../text.js";
import { Upload } from "../upload.js";
import { scan } from "./about.js";

const OFTEN = ["label", "class", "target", "anomaly", "is_anomaly", "attack", "outlier"];

/** @param {() => unknown} done */
export function evaluateForm(done) {
  const explained = [
    "If you know which ", scan.noun, "s are odd, Oddline tells how many of them it found: accuracy, precision, recall, F1, ROC and precision curves, confusion, delay. ",
    "Labels are read once, after scoring; they never change the scores.",
  ];
  if (!scan.may.judge) return empty("Not held against labels", [explained, " An analyst can give labels."]);
  const status = el("div", { role: "status" });
  const form = fields();
  form.addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    try {
      await evaluate(form, (/** @type {string} */ text) => replace(status, el("p", { class: "dim" }, text)));
      await done();
    } catch (error) {
      replace(status, notice("The labels could not be used", words(error), { kind: "bad", alert: true }));
    } finally {
      button.disabled = false;
    }
  });
  const box = empty("Not held against labels", explained);
  box.append(form, status);
  return box;
}

function fields() {
  const columns = [...scan.fields].sort((a, b) => Number(OFTEN.includes(b.toLowerCase())) - Number(OFTEN.includes(a.toLowerCase())));
  const likely = columns.some((name) => OFTEN.includes(name.toLowerCase()));
  const radio = (/** @type {string} */ value, /** @type {string} */ text, checked = false) => el("label", { class: "row" }, el("input", { type: "radio", name: "from", value, checked }), text);
  const form = el(
    "form",
    { class: "stack evaluate", "aria-label": "Evaluate" },
    el(
      "fieldset",
      { class: "stack" },
      el("legend", { class: "label" }, "Where are the labels?"),
      columns.length ? radio("column", scan.noun === "row" ? "In a column of the table" : "In a field of the lines", likely) : null,
      radio("file", "In a file of their own", !likely),
      scan.noun === "row" ? null : radio("prefix", "The first word of each line, as in BGL and Thunderbird"),
    ),
    columns.length ? el("div", { class: "field", data: { of: "column" } }, el("label", { for: "label-column" }, "Column"), el("select", { class: "input", id: "label-column", name: "column" }, columns.map((name) => el("option", { value: name }, name)))) : null,
    el("div", { class: "field", data: { of: "file" } }, el("label", { for: "label-file" }, "File of labels"), el("input", { class: "input", type: "file", id: "label-file", name: "file", "aria-describedby": "label-file-hint" }), el("span", { class: "hint", id: "label-file-hint" }, `A label a ${scan.noun}, in order; or a CSV with the ${scan.noun === "row" ? "number of the row" : "line number or key"} and the label.`)),
    el("div", { class: "field" }, el("label", { for: "label-normal" }, "What means normal"), el("input", { class: "input", id: "label-normal", name: "normal", autocomplete: "off", placeholder: "as found: normal, 0, benign, -", "aria-describedby": "label-normal-hint" }), el("span", { class: "hint", id: "label-normal-hint" }, "Empty: Oddline knows the usual words. Every other label is odd.")),
    el("div", { class: "row" }, el("button", { class: "btn primary", type: "submit" }, "Evaluate")),
  );
  const follow = () => {
    const from = new FormData(form).get("from");
    for (const one of form.querySelectorAll("[data-of]")) one.hidden = one.dataset.of !== from;
  };
  form.addEventListener("change", follow);
  follow();
  return form;
}

/** @param {HTMLFormElement} form @param {(text: string) => void} say */
async function evaluate(form, say) {
  const given = new FormData(form);
  const labels = await labelsOf(given, say);
  say("Holding the scan against the labels…");
  const begun = await api.post("evaluations", { scan: scan.id, labels, normal: given.get("normal") || null });
  if (begun.state !== "done") await ended(begun.job?.id ?? begun.job);
}

/** @param {FormData} given @param {(text: string) => void} say */
async function labelsOf(given, say) {
  if (given.get("from") === "prefix") return { prefix: true };
  if (given.get("from") === "column") return { column: given.get("column") };
  const file = /** @type {File} */ (given.get("file"));
  if (!file?.size) throw Object.assign(new Error(), { title: "No file was chosen", hint: "choose one" });
  say("Sending the labels…");
  return { upload: (await new Upload(file).start()).id };
}

/** Wait for a job.
 * @param {string} job @returns {Promise<void>} */
function ended(job) {
  return new Promise((done, failed) => {
    const stream = listen(`jobs/${job}/events`, {
      on: {
        state(/** @type {any} */ told) {
          if (!["done", "failed", "cancelled"].includes(told.state)) return;
          stream.close();
          if (told.state === "done") done();
          else failed(told.problem ?? { title: `the job was ${told.state}` });
        },
        error(/** @type {any} */ error) {
          failed(error);
        },
      },
    });
  });
}
