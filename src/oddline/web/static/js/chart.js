/** Charts by Plotly, in the colours of the tokens, under a policy without inline styles.
 *
 * Plotly comes out of the Python package and is loaded when the first chart is drawn. What of it would break the policy:
 * - its style rules: they are our sheet css/plotly.css, under the id and class by which Plotly knows that there is one;
 * - MapLibre's style element: forestalled by an empty element of its id, which vendor/plotly.js names;
 * - what draws by WebGL (scattergl and the like) makes functions out of text; Plotly then shows "WebGL is not supported".
 *   So scattergl is drawn as scatter here: a few thousand points at most, the service thins them out;
 * - heatmaps, contours and images set style attributes: the policy leaves those out, and the console says so.
 * bar, scatter, histogram, box, violin, pie and sankey are clean (Plotly 7.1, tried in Chromium).
 *
 * Wherever a colour stands in traces or layout, a token may stand: "--critical", or "--accent / 0.2" with opacity.
 */

import { el, replace } from "./text.js";
import { onTheme } from "./theme.js";

const PLOTLY = new URL("../vendor/plotly.min.js", import.meta.url).href;
const SHEET = new URL("../css/plotly.css", import.meta.url).href;
const TOKEN = /^--[a-z0-9-]+(?: \/ [\d.]+)?$/;

/** Shape, colour and size of a severity in a chart: the same as in badges.
 * @param {string} name */
export function severityMark(name) {
  const symbol = { low: "circle-open", medium: "diamond", high: "triangle-up", critical: "octagon" }[name] ?? "circle";
  return { color: name in { low: 1, medium: 1, high: 1, critical: 1 } ? `--${name}` : "--chart-dot", symbol, size: name === "critical" ? 11 : 9 };
}

/** The colour of a token now, as a canvas and Plotly understand it.
 * @param {string} name "--critical" or "--critical / 0.3" */
export function token(name) {
  const [token_, opacity] = name.split(" / ");
  const colour = computed(token_);
  return opacity ? colour.replace(/^rgba?\((\d+), (\d+), (\d+).*$/, `rgba($1, $2, $3, ${opacity})`) : colour;
}

/** @type {HTMLElement|null} */
let probe = null;

/** @param {string} name */
function computed(name) {
  probe ??= document.body.appendChild(el("span", { class: "token-probe", "aria-hidden": "true" }));
  /** @type {HTMLElement} */ (probe).style.color = `var(${name})`;
  return getComputedStyle(/** @type {HTMLElement} */ (probe)).color;
}

/** Put colours in the place of tokens, however deep; big arrays of numbers are passed on as they are.
 * @param {any} given @returns {any} */
export function resolve(given) {
  if (typeof given === "string") return TOKEN.test(given) ? token(given) : given;
  if (Array.isArray(given)) return typeof given[0] === "number" || ArrayBuffer.isView(given) ? given : given.map(resolve);
  if (given === null || typeof given !== "object" || ArrayBuffer.isView(given) || given instanceof Date) return given;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, resolve(value)]));
}

/** @type {Promise<any>|null} */
let loading = null;

/** Load Plotly, once. */
export function plotly() {
  loading ??= load().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load() {
  const { styles } = await import("../vendor/plotly.js");
  // The id is Plotly's own: an element that has it, and this class, keeps it from writing a style element.
  const sheet = el("link", { rel: "stylesheet", href: SHEET, id: "plotly.js-style-global", class: "no-inline-styles" });
  for (const id of styles) document.head.append(el("meta", { id }));
  document.head.append(sheet);
  await new Promise((done, failed) => {
    const script = el("script", { src: PLOTLY });
    script.addEventListener("load", done);
    script.addEventListener("error", () => failed(new Error("The charts could not be loaded. The table below holds the same facts.")));
    document.head.append(script);
  });
  return /** @type {any} */ (window).Plotly;
}

const AXIS = {
  gridcolor: "--chart-grid", linecolor: "--line-strong", zerolinecolor: "--line-strong", tickcolor: "--line-strong",
  tickfont: { color: "--text-3", size: 11 }, title: { font: { color: "--text-2", size: 12 } }, automargin: true, zeroline: false,
};

const LAYOUT = {
  paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", margin: { l: 40, r: 8, t: 8, b: 32 }, showlegend: false, hovermode: "closest",
  font: { color: "--text-2", size: 12, family: "Inter, system-ui, sans-serif" }, dragmode: "zoom", bargap: 0.12,
  hoverlabel: { bgcolor: "--surface", bordercolor: "--line-strong", font: { color: "--text", size: 12 }, align: "left" },
  legend: { font: { color: "--text-2", size: 12 } }, modebar: { color: "--text-3", activecolor: "--text", bgcolor: "rgba(0,0,0,0)" },
};

const CONFIG = { displaylogo: false, displayModeBar: false, responsive: true, scrollZoom: false, showTips: false, doubleClick: false, plotlyServerURL: "", locale: "en" };

/** @param {any[]} traces */
function drawable(traces) {
  return resolve(traces.map((trace) => (trace.type === "scattergl" ? { ...trace, type: "scatter" } : trace)));
}

/** @param {any} layout */
function dressed(layout) {
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  const worn = Object.fromEntries(["xaxis", "yaxis", ...axes].map((name) => [name, { ...AXIS, ...layout[name], title: { ...AXIS.title, ...title(layout[name]?.title) } }]));
  return resolve({ ...LAYOUT, ...layout, ...worn });
}

/** @param {any} given */
function title(given) {
  return typeof given === "string" ? { text: given } : (given ?? {});
}

/** Draw a chart into what `ui.chart` made.
 * @param {HTMLElement} figure
 * @param {{traces: any[], layout?: any, label?: string, config?: any}} drawing label: the sentence for who does not see it.
 *   Texts of `text` and `hovertemplate` are read by Plotly as a little HTML: pass log text through `plain`.
 * @returns {Promise<{update: (drawing: {traces?: any[], layout?: any, label?: string}) => Promise<void>, on: (event: string, run: (data: any) => void) => void, close: () => void, element: any}>} */
export async function draw(figure, { traces, layout = {}, label, config = {} }) {
  const place = /** @type {any} */ (figure.querySelector("[data-plot]"));
  let now = { traces, layout, label };
  const skeleton = window.setTimeout(() => replace(place, el("div", { class: "skeleton" })), 300);
  let Plotly;
  try {
    Plotly = await plotly();
  } catch (error) {
    replace(place, el("p", { class: "err" }, /** @type {Error} */ (error).message));
    throw error;
  } finally {
    clearTimeout(skeleton);
  }
  const say = () => {
    if (now.label) figure.setAttribute("aria-label", now.label);
  };
  replace(place);
  say();
  await Plotly.newPlot(place, drawable(now.traces), dressed(now.layout), { ...CONFIG, ...config });
  const again = () => Plotly.react(place, drawable(now.traces), dressed(now.layout), { ...CONFIG, ...config });
  const off = onTheme(again);
  return {
    element: place,
    async update(drawing) {
      now = { ...now, ...drawing };
      say();
      await again();
    },
    on: (event, run) => place.on(event, run),
    close() {
      off();
      Plotly.purge(place);
    },
  };
}

/** Make a text safe for Plotly, which reads a little HTML in labels and hovers.
 * @param {string} text */
export function plain(text) {
  return String(text).replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");
}
