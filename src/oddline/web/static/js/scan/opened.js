/** An opened row: at the left the evidence, at the right why it is odd, how sure that is, and what you say of it. */

import { api } from "../api.js";
import { copy } from "../page.js";
import { reasons } from "../parts.js";
import { el } from "../text.js";
import { number } from "../words.js";
import { of, scan } from "./about.js";
import { AROUND, around, block, events, nearest, template, values } from "./evidence.js";
import { showRows } from "./shown.js";
import { verdictButtons } from "./verdicts.js";

/** @param {any} row of the table @param {AbortSignal} signal */
export async function opened(row, signal) {
  const { found, verdict } = await api.get(of(`/rows/${row.row}`), { query: { before: AROUND, after: AROUND }, signal });
  const left = [around(found), events(found), nearest(found), template(found), values(found)];
  const right = [whyOdd(found), howSure(found), verdictButtons(row.row, verdict), inIncident(found), links(found)];
  return [el("div", { class: "stack" }, left), el("div", { class: "stack" }, right)];
}

/** @param {any} found */
function whyOdd({ row, reasons: given }) {
  if (!given.length) return block(row.anomaly ? "Why it is odd" : "Why it is not odd", el("p", {}, row.anomaly ? "Its score is beyond the cut." : normal(row)));
  const list = given.map((/** @type {any} */ why) => ({
    words: [why.what, why.seen].filter(Boolean).join(": "),
    share: why.share * 100,
    note: why.expected ? `expected ${why.expected}${scan.against ? `, from ${scan.against}` : ""}` : null,
  }));
  return block("Why it is odd", reasons(list, row.severity ?? "critical"));
}

/** @param {any} row */
function normal({ score }) {
  if (score === null) return "It was not scored.";
  return `Its score is ${number(Math.floor(score))}${scan.cut === null ? "" : `; the cut is ${number(Math.floor(scan.cut))}`}.`;
}

/** @param {any} found */
function howSure({ row, surprise_words: words }) {
  const rest = [words, row.confidence === null ? "" : `confidence ${row.confidence.toFixed(2)}`].filter(Boolean);
  if (row.surprise === null && !rest.length) return null;
  return block("How sure", el("p", {}, row.surprise === null ? "" : `Surprise ${row.surprise.toFixed(1)} `, el("span", { class: "dim" }, rest.map((text) => `· ${text} `))));
}

/** @param {any} found */
function inIncident({ incident }) {
  if (!incident) return null;
  const show = (/** @type {Event} */ event) => {
    event.preventDefault();
    showRows({ incident: String(incident.number) });
  };
  const title = incident.title.map((/** @type {any} */ piece) => (piece.kind === "text" ? piece.text : el("code", { class: piece.kind === "slot" ? "slot" : null }, piece.text)));
  return block("Part of", el("a", { href: `?incident=${incident.number}`, on: { click: show } }, title));
}

/** @param {any} found */
function links({ row }) {
  const quiet = (/** @type {string} */ text, /** @type {() => void} */ press) => el("button", { class: "btn small quiet", type: "button", on: { click: press } }, text);
  const name = `${scan.noun} ${number(row.line)}`;
  const link = () => copy(`${location.origin}${location.pathname}?row=${row.row}`, `Link of ${name} copied.`);
  return el("div", { class: "row" }, quiet("Copy link", link), quiet(scan.noun === "row" ? "Copy row" : "Copy line", () => copy(row.text, `${name} copied.`)));
}
