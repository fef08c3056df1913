/** The page of a finished scan. */

import { read, write } from "../state.js";
import { choose } from "../tabs.js";
import { toast } from "../toast.js";
import { words } from "../api.js";
import * as downloads from "../scan/downloads.js";
import { findings } from "../scan/findings.js";
import { followIncident, startIncidents } from "../scan/incidents.js";
import { startMetrics } from "../scan/metrics.js";
import { keep, table } from "../scan/shown.js";
import { startTemplates } from "../scan/templates.js";
import { onVerdict } from "../scan/verdicts.js";
import { When } from "../scan/when.js";

const find = (/** @type {string} */ what) => /** @type {HTMLElement|null} */ (document.querySelector(what));
const menu = find("#downloads");
const when = new When(/** @type {HTMLElement} */ (find("[data-when]")));
let began = false;

if (read("tab") === "rows") write({ anomalies: read("anomalies") ?? "0", sort: read("sort") ?? "line" });
startIncidents(find("[data-incidents]"));
keep(findings({ onload, relax: () => when.relax() }));
startTemplates(find("[data-templates]"));
startMetrics(find("[data-metrics]"));
downloads.startDownloads(menu);

/** @param {any} page @param {any} state */
function onload(page, state) {
  queueMicrotask(() => follow(page, state));
}

/** Everything beside the table shows what the table shows.
 * @param {any} page @param {any} state */
async function follow(page, state) {
  chips(page);
  followIncident(state);
  downloads.follow(menu);
  if (page.total && read("tab") === "rows" && state.anomalies === "1") tab("findings");
  try {
    await (began ? when.follow(state) : when.begin(state));
  } catch (error) {
    toast(words(error), { kind: "bad" });
  }
  began = true;
}

/** @param {any} page */
function chips(page) {
  for (const one of document.querySelectorAll("[data-chips] [data-value]")) {
    const count = page.by_severity?.[/** @type {HTMLElement} */ (one).dataset.value ?? ""] ?? 0;
    const shown = one.querySelector("[data-count]");
    if (shown) shown.textContent = count.toLocaleString("en-GB");
    one.classList.toggle("zero", count === 0);
  }
}

/** @param {string} key */
function tab(key) {
  const found = find(`[role=tab][data-tab=${key}]`);
  if (found) choose(found);
}

/** Findings and rows are one table: odd ones by score, or every row as in the file. */
document.addEventListener("tab", (event) => {
  const { key } = /** @type {CustomEvent} */ (event).detail;
  if (key !== "rows" && key !== "findings") return;
  const panel = find(`#panel-${key}`);
  const shown = table();
  if (!panel || panel.contains(shown.root)) return;
  panel.append(shown.root);
  const [anomalies, sort] = key === "rows" ? ["0", "line"] : ["1", "-score"];
  if (shown.state.anomalies === anomalies && shown.sort === sort) return;
  shown.sort = sort;
  shown.state.anomalies = anomalies;
  shown.first();
});

onVerdict((row, shown) => {
  const { page, rows } = table();
  if (!page?.verdicts) return;
  if (shown) page.verdicts[row] = shown.verdict;
  else delete page.verdicts[row];
  if (rows.has(String(row))) table().update(rows.get(String(row)));
});
