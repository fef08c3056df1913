/** Models: fitted from files, brought along as a bundle, searched. */
import { api, words } from "../api.js";
import { filters } from "../filters.js";
import { live, refresh } from "../live.js";
import { Files } from "../new-scan/files.js";
import { readData } from "../page.js";
import { notice } from "../parts.js";
import { rows } from "../rows.js";
import { replace } from "../text.js";
import { toast } from "../toast.js";
import { counted, size } from "../words.js";

const told = readData("models");
const by = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** The form that fits a model. */
function fitting() {
  const [card, opener, form] = [by("fit"), by("fit-open"), by("fit-form")];
  const files = new Files(by("files"), { most: told.most, change: draw });
  let wanted = false;

  function show(/** @type {boolean} */ on) {
    card.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    if (on) card.querySelector("input").focus();
    else opener.focus();
  }

  function draw() {
    const [all, coming] = [files.entries, files.sending];
    const bad = coming.find((entry) => entry.state === "failed" || entry.state === "stopped");
    const start = by("fit-start");
    start.setAttribute("aria-disabled", String(!all.length || Boolean(bad)));
    by("fit-hint").textContent = !all.length
      ? "Choose a file first."
      : bad
        ? `${bad.name} is not here. Go on with it, or remove it.`
        : coming.length
          ? `${wanted ? "It starts by itself" : "Starts"} when ${counted(coming.length, "file")} ${coming.length === 1 ? "is" : "are"} here.`
          : `Learns from ${counted(all.length, "file")}.`;
    if (wanted && all.length && !coming.length) send();
  }

  async function send() {
    wanted = false;
    const value = (/** @type {string} */ name) => form.elements.namedItem(name).value.trim() || null;
    const asked = { uploads: files.entries.map((entry) => entry.upload.id), name: value("name"), detector: value("detector"), by: value("by") };
    try {
      const made = await api.post("models/fit", asked);
      toast(`${made.name} is being learnt.`);
      for (const entry of [...files.entries]) files.remove(entry);
      form.reset();
      show(false);
      refresh(0);
    } catch (problem) {
      replace(by("fit-problem"), notice("The fit was not started", words(problem), { kind: "bad", alert: true }));
      draw();
    }
  }

  opener.addEventListener("click", () => show(card.hidden));
  by("fit-close").addEventListener("click", () => show(false));
  document.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest?.("[data-fit-open]")) show(true);
  });
  form.addEventListener("files", (/** @type {CustomEvent} */ event) => files.add(event.detail.files));
  by("earlier-add")?.addEventListener("click", () => {
    const select = by("earlier-upload");
    files.addUpload({ id: select.value, name: select.selectedOptions[0].textContent.split(" · ")[0], size: null });
  });
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    replace(by("fit-problem"));
    if (!files.entries.length) return form.querySelector("input[type=file]").focus();
    wanted = true;
    draw();
  });
  draw();
}

/** A bundle is looked through by the server before it is kept. */
function bundles() {
  const input = by("bundle");
  const state = by("bundle-state");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (file.size > told.most_model) {
      replace(state, notice(`${file.name} is larger than a model may be`, `${size(file.size)}; at most ${size(told.most_model)}. An administrator can raise ODDLINE_LIMIT_MODEL_BYTES.`, { kind: "bad", alert: true }));
      return;
    }
    replace(state, notice(`${file.name} is being sent`, `${size(file.size)}. It is looked through before it is kept.`));
    try {
      const made = await api.post("models", new Blob([file], { type: "application/octet-stream" }), { query: { name: file.name.replace(/\.odd$/i, "") } });
      replace(state);
      toast(`${made.name} is ready.`);
      refresh(0);
    } catch (problem) {
      replace(state, notice(`${file.name} was not taken`, words(problem), { kind: "bad", alert: true }));
    }
  });
}

if (told) {
  fitting();
  bundles();
}
filters(/** @type {HTMLFormElement|null} */ (document.querySelector("[data-filters]")));
live();
rows("tr.pick[data-href]");
