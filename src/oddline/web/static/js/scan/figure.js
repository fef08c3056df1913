/** The chart of one span as Plotly has it: volume with odd rows on top, a lane an incident, the score of each row and the cut. */

import { plain, severityMark } from "../chart.js";
import { number } from "../words.js";
import { noun, scan } from "./about.js";
import { plotted, words } from "./axis.js";

const SEVERITIES = ["low", "medium", "high", "critical"];
const MOST_LANES = 6;
const LETTER = 6.1;
const CROWD = 300;
const HEIGHTS = { top: 20, volume: 110, lane: 17, gap: 26, score: 150, bottom: 24 };

/** How tall the chart is without height to spare.
 * @param {any} timeline @param {number|null} chosen */
export function figureHeight(timeline, chosen) {
  return rooms(shownLanes(timeline, chosen).length).height;
}

/** @param {any} timeline of the API @param {number|null} chosen the number of an incident @param {number} width of the chart
 * @param {number} [spare] height beyond what is needed
 * @returns {{traces: any[], layout: any}} */
export function figure(timeline, chosen, width, spare = 0) {
  const { axis } = timeline;
  const lanes = shownLanes(timeline, chosen);
  const room = rooms(lanes.length, spare);
  const told = { ...timeline, lanes, room, chosen, width };
  return {
    traces: [...bars(timeline), ...laneTraces(told), ...dots(timeline)],
    layout: {
      height: room.height,
      margin: { l: 38, r: 10, t: HEIGHTS.top, b: HEIGHTS.bottom },
      barmode: "stack",
      bargap: 0.14,
      showlegend: false,
      hovermode: "closest",
      dragmode: "zoom",
      xaxis: { type: scan.timed ? "date" : "linear", range: [plotted(axis.start), plotted(axis.end)], anchor: "y3", showgrid: false, zeroline: false, nticks: width < 520 ? 4 : 8, ...(scan.timed ? { tickformatstops: FORMATS } : { tickformat: ",d" }) },
      yaxis: { domain: room.volume, fixedrange: true, rangemode: "tozero", nticks: 3, zeroline: false, gridcolor: "--chart-grid", tickformat: ",~d" },
      yaxis2: { domain: room.lanes, fixedrange: true, visible: false, range: [Math.max(1, lanes.length) - 0.4, -0.6] },
      yaxis3: { domain: room.score, fixedrange: true, range: [-3, 106], tickvals: [0, 50, 100], zeroline: false, gridcolor: "--chart-grid" },
      annotations: [...titles(told), ...laneNames(told), ...cutName(told)],
      shapes: [...cutLine(told), ...highlight(told)],
    },
  };
}

const FORMATS = [
  { dtickrange: [null, 1000], value: "%H:%M:%S.%L" },
  { dtickrange: [1000, 60_000], value: "%H:%M:%S" },
  { dtickrange: [60_000, 86_400_000], value: "%H:%M\n%-d %b" },
  { dtickrange: [86_400_000, "M1"], value: "%-d %b" },
  { dtickrange: ["M1", null], value: "%b %Y" },
];

/** Lanes of incidents that touch the span, the worst ones and the chosen one.
 * @param {any} timeline @param {number|null} chosen */
function shownLanes({ lanes, axis }, chosen) {
  const touching = lanes.filter((/** @type {any} */ lane) => lane.end >= axis.start && lane.start <= axis.end);
  const first = touching.slice(0, MOST_LANES);
  const own = touching.find((/** @type {any} */ lane) => lane.incident === chosen);
  if (own && !first.includes(own)) first[first.length - 1] = own;
  return first;
}

/** @param {number} lanes @param {number} [spare] */
function rooms(lanes, spare = 0) {
  const middle = lanes ? lanes * HEIGHTS.lane : 0;
  const [volume, scores] = [HEIGHTS.volume + spare * 0.4, HEIGHTS.score + spare * 0.6];
  const inner = volume + middle + HEIGHTS.gap + 10 + scores;
  const score = scores / inner;
  const laneStart = (scores + HEIGHTS.gap) / inner;
  return {
    height: inner + HEIGHTS.top + HEIGHTS.bottom,
    score: [0, score],
    lanes: [laneStart, laneStart + Math.max(0.001, middle / inner)],
    volume: [1 - volume / inner, 1],
    lane: HEIGHTS.lane,
  };
}

/** @param {any} timeline */
function bars({ bins }) {
  const x = bins.start.map((/** @type {number} */ start) => plotted(start + bins.step / 2));
  const base = { type: "bar", x, width: plotted(bins.step) * 0.86, hovertemplate: "%{y:,} %{fullData.name}<extra></extra>" };
  const usual = { ...base, name: "usual", y: bins.usual, marker: { color: "--chart-bar" } };
  const odd = SEVERITIES.filter((name) => bins[name].some(Boolean)).map((name) => ({ ...base, name, y: bins[name], marker: { color: `--${name}` } }));
  return [usual, ...odd];
}

/** @param {any} told */
function laneTraces({ lanes, axis, chosen }) {
  return lanes.map((/** @type {any} */ lane, /** @type {number} */ at) => {
    const [start, end] = [Math.max(lane.start, axis.start), Math.min(lane.end, axis.end)];
    const faint = chosen !== null && chosen !== lane.incident;
    return {
      type: "scatter",
      mode: "lines+markers",
      x: [plotted(start), plotted(end)],
      y: [at, at],
      yaxis: "y2",
      customdata: [{ incident: lane.incident }, { incident: lane.incident }],
      line: { color: `--${lane.severity}`, width: 5 },
      marker: { color: `--${lane.severity}`, symbol: [severityMark(lane.severity).symbol, "line-ns"], size: [severityMark(lane.severity).size + 1, 0.1], opacity: 1 },
      opacity: faint ? 0.45 : 1,
      cliponaxis: false,
      hoverinfo: "text",
      hovertext: `${plain(lane.label)}`,
    };
  });
}

/** The name stands at the right of its lane, else at its left, else on it: wherever there is room.
 * @param {any} told */
function laneNames({ lanes, axis, width }) {
  const inner = Math.max(100, width - 50);
  const px = (/** @type {number} */ x) => ((x - axis.start) / (axis.end - axis.start)) * inner;
  const most = Math.max(16, Math.min(48, Math.floor(inner / (2.2 * LETTER))));
  return lanes.map((/** @type {any} */ lane, /** @type {number} */ at) => {
    const [start, end] = [Math.max(lane.start, axis.start), Math.min(lane.end, axis.end)];
    const name = lane.label.length > most ? `${lane.label.slice(0, most - 1)}…` : lane.label;
    const long = name.length * LETTER + 12;
    const base = { y: at, yref: "y2", text: plain(name), showarrow: false, font: { size: 11, color: "--text-2" }, captureevents: false };
    if (inner - px(end) > long) return { ...base, x: plotted(end), xanchor: "left", xshift: 8 };
    if (px(start) > long) return { ...base, x: plotted(start), xanchor: "right", xshift: -10 };
    return { ...base, x: plotted(start), xanchor: "left", xshift: 14, bgcolor: "--surface", borderpad: 1 };
  });
}

/** @param {any} timeline */
function dots({ points }) {
  const kinds = [null, ...SEVERITIES];
  return kinds.map((kind) => {
    const rows = points.severity.flatMap((/** @type {string|null} */ severity, /** @type {number} */ at) => (severity === kind ? [at] : []));
    const x = rows.map((/** @type {number} */ at) => plotted(points.x[at]));
    const y = rows.map((/** @type {number} */ at) => points.score[at]);
    const customdata = rows.map((/** @type {number} */ at) => ({ row: points.row[at], incident: points.incident[at] }));
    const marker = kind
      ? { ...severityMark(kind), ...(rows.length > CROWD ? { size: 6 } : {}), line: kind === "low" ? { width: 1.6, color: "--low" } : { width: 0 } }
      : { color: "--chart-dot", size: 3.5, opacity: 0.5 };
    const hovertext = rows.map((/** @type {number} */ at) => `${Math.floor(points.score[at])} · ${words(points.x[at])}${kind ? ` · ${kind}` : ""}`);
    return { type: "scatter", mode: "markers", x, y, yaxis: "y3", customdata, marker, hoverinfo: "text", hovertext, name: kind ?? "usual", cliponaxis: false };
  });
}

/** @param {any} told */
function titles({ bins, room, odd_total: total, odd_shown: shown }) {
  const base = { x: 0, xref: "paper", yref: "paper", xanchor: "left", yanchor: "bottom", showarrow: false, font: { size: 11, color: "--text-2" } };
  const some = shown < total ? `, ${number(shown)} of ${number(total)} odd ones drawn` : "";
  return [
    { ...base, y: room.volume[1], yshift: 4, text: `${noun().replace(/^./, (first) => first.toUpperCase())} ${plain(bins.per)}` },
    { ...base, y: room.score[1], yshift: 2, text: `Score of each ${scan.noun}${some}` },
  ];
}

/** @param {any} told */
function cutLine({ cut }) {
  if (cut === null) return [];
  return [{ type: "line", xref: "paper", x0: 0, x1: 1, yref: "y3", y0: cut, y1: cut, line: { color: "--chart-cut", width: 1, dash: "4px,3px" } }];
}

/** @param {any} told */
function cutName({ cut, decision }) {
  if (cut === null) return [];
  return [{ x: 1, xref: "paper", y: cut, yref: "y3", xanchor: "right", yanchor: "bottom", text: plain(decision), showarrow: false, font: { size: 11, color: "--text-2" }, bgcolor: "--surface / 0.85", borderpad: 1 }];
}

/** The span of the chosen incident, over all three.
 * @param {any} told */
function highlight({ lanes, axis, chosen }) {
  const lane = lanes.find((/** @type {any} */ one) => one.incident === chosen);
  if (!lane) return [];
  const least = (axis.end - axis.start) * 0.004;
  const [start, end] = [Math.max(axis.start, lane.start - least), Math.min(axis.end, lane.end + least)];
  return [{ type: "rect", xref: "x", x0: plotted(start), x1: plotted(end), yref: "paper", y0: 0, y1: 1, fillcolor: `--${lane.severity}`, opacity: 0.08, line: { width: 0 }, layer: "below" }];
}
