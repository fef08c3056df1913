/** Score against score: each row a point, the cuts as lines, the chosen part stands out. */

import { api } from "../api.js";
import { draw, plain, severityMark } from "../chart.js";
import { number } from "../words.js";

const SEVERITIES = [null, "low", "medium", "high", "critical"];
const FAINT = 0.25;
const CROWD = 300;

/** @param {any} told @param {(row: number, part: string) => void} press */
export function startPlot(told, press) {
  const figure = /** @type {HTMLElement} */ (document.getElementById("plot"));
  /** @type {any} */
  let summary = null;
  /** @type {any} */
  let chart = null;
  let chosen = "";

  async function begin() {
    summary = await api.get("compare", { query: { a: told.a, b: told.b } });
    const drawn = chosen;
    const made = await draw(figure, drawing(told, summary, drawn));
    chart = made;
    if (chosen !== drawn) await made.update(drawing(told, summary, chosen));
    chart.on("plotly_click", (/** @type {any} */ event) => {
      const point = event.points?.[0]?.customdata;
      if (point) press(point.row, point.part);
    });
  }
  begin().catch(() => {});
  return {
    follow(/** @type {string} */ part) {
      chosen = part;
      chart?.update(drawing(told, summary, part));
    },
  };
}

/** @param {any} summary @param {string} chosen */
function drawing(told, summary, chosen) {
  const { a, b, points } = summary;
  const range = [-3, 104];
  const axis = { range, tickvals: [0, 50, 100], fixedrange: true, zeroline: false };
  return {
    traces: SEVERITIES.map((kind) => trace(points, kind, chosen)),
    layout: {
      margin: { l: 44, r: 12, t: 10, b: 44 },
      dragmode: false,
      xaxis: { ...axis, title: `Score A, ${plain(told.detectors[0])}` },
      yaxis: { ...axis, title: `Score B, ${plain(told.detectors[1])}` },
      shapes: cuts(a.cut, b.cut),
      annotations: names(summary),
    },
  };
}

/** @param {any} points @param {string|null} kind @param {string} chosen */
function trace(points, kind, chosen) {
  const at = points.severity.flatMap((/** @type {string|null} */ severity, /** @type {number} */ place) => (severity === kind ? [place] : []));
  const pick = (/** @type {any[]} */ list) => at.map((/** @type {number} */ place) => list[place]);
  const parts = pick(points.part);
  const mark = kind ? severityMark(kind) : { color: "--chart-dot", size: 4 };
  const opacity = kind ? parts.map((/** @type {string} */ part) => (part === chosen || chosen === "neither" ? 1 : FAINT)) : 0.5;
  return {
    type: "scatter",
    mode: "markers",
    name: kind ?? "neither",
    x: pick(points.a),
    y: pick(points.b),
    customdata: at.map((/** @type {number} */ place) => ({ row: points.row_a[place], part: points.part[place] })),
    marker: { ...mark, ...(kind && at.length > CROWD ? { size: 6 } : {}), opacity },
    hovertemplate: `A %{x:.0f}, B %{y:.0f}${kind ? ` · ${kind}` : ""}<extra></extra>`,
    cliponaxis: false,
  };
}

/** @param {number|null} a @param {number|null} b */
function cuts(a, b) {
  const line = { color: "--chart-cut", width: 1, dash: "4px,3px" };
  const found = [];
  if (a !== null) found.push({ type: "line", x0: a, x1: a, yref: "paper", y0: 0, y1: 1, line });
  if (b !== null) found.push({ type: "line", y0: b, y1: b, xref: "paper", x0: 0, x1: 1, line });
  return found;
}

/** @param {any} summary */
function names(summary) {
  const base = { xref: "paper", yref: "paper", showarrow: false, font: { size: 11, color: "--text-2" }, bgcolor: "--surface / 0.8", borderpad: 2 };
  return [
    { ...base, x: 0.01, y: 0.99, xanchor: "left", yanchor: "top", text: `only B, ${number(summary.only_b)}` },
    { ...base, x: 0.99, y: 0.99, xanchor: "right", yanchor: "top", text: `both, ${number(summary.both)}` },
    { ...base, x: 0.99, y: 0.02, xanchor: "right", yanchor: "bottom", text: `only A, ${number(summary.only_a)}` },
  ];
}
