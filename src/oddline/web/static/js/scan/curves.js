/** ROC, and precision against recall, with the scan's own cut on them. */

import { draw } from "../chart.js";
import { el } from "../text.js";
import { percent } from "../words.js";

/** @param {any} metrics @returns {{nodes: any[], draw: () => void}} */
export function curves(metrics) {
  const share = metrics.rows ? metrics.odd / metrics.rows : 0;
  const list = [
    { title: "Precision against recall", curve: metrics.precision_recall, x: "recall", y: "precision", base: [share, share], area: metrics.figures.pr_auc },
    { title: "ROC", curve: metrics.roc, x: "false alarms", y: "recall", base: [0, 1], area: metrics.figures.roc_auc },
  ].filter((one) => one.curve?.x.length);
  const holders = list.map((one) => {
    const label = `${one.title}: the area below is ${one.area === null ? "not known" : one.area.toFixed(3)}. ${spoken(one)}`;
    return el("figure", {}, el("figcaption", { class: "k" }, one.title), el("div", { class: "plot curve", role: "img", "aria-label": label }, el("div", { class: "plot-in", data: { plot: "" } })));
  });
  return {
    nodes: holders,
    draw: () => list.forEach((one, at) => draw(holders[at].querySelector(".plot"), drawing(one)).catch(() => {})),
  };
}

/** @param {any} one */
function spoken({ curve, x, y }) {
  return curve.cut_x === null ? "" : `At the cut ${y} is ${percent(curve.cut_y)} and ${x} ${percent(curve.cut_x)}.`;
}

/** @param {any} one */
function drawing({ curve, x, y, base }) {
  const traces = [
    { type: "scatter", mode: "lines", x: [0, 1], y: base, line: { color: "--line-strong", width: 1, dash: "2px,3px" }, hoverinfo: "skip" },
    { type: "scatter", mode: "lines", x: curve.x, y: curve.y, line: { color: "--series-a", width: 2, shape: "linear" }, hovertemplate: `${y} %{y:.0%}<br>${x} %{x:.1%}<extra></extra>` },
  ];
  if (curve.cut_x !== null && curve.cut_y !== null) traces.push(/** @type {any} */ ({ type: "scatter", mode: "markers+text", x: [curve.cut_x], y: [curve.cut_y], text: ["the cut"], textposition: curve.cut_x > 0.7 ? "bottom left" : "bottom right", textfont: { color: "--text-2", size: 11 }, marker: { color: "--surface", size: 10, line: { color: "--series-a", width: 2 } }, hovertemplate: `the cut: ${y} %{y:.1%}, ${x} %{x:.1%}<extra></extra>` }));
  const axis = { range: [-0.02, 1.04], tickvals: [0, 0.5, 1], tickformat: ".0%", fixedrange: true };
  return { traces, layout: { height: 230, margin: { l: 44, r: 8, t: 6, b: 36 }, dragmode: false, xaxis: { ...axis, showgrid: false, title: x }, yaxis: axis } };
}
