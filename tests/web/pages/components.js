/** What the page of components does: only for tests. */
const at = document.querySelector("script[src*='/js/main.js']").src.replace("main.js", "");
const { Table } = await import(`${at}table.js`);
const { score, severity, log, lines, quote, reasons, key, button } = await import(`${at}parts.js`);
const { el, highlight } = await import(`${at}text.js`);
const { clock } = await import(`${at}time.js`);
const { toast } = await import(`${at}toast.js`);
const { number } = await import(`${at}words.js`);
const { draw, severityMark } = await import(`${at}chart.js`);

const said = [];
window.said = said;
const table = new Table(document.getElementById("findings"), {
  src: "rows",
  id: (row) => row.row,
  name: (row) => `line ${number(row.line)}`,
  noun: "finding",
  filters: { q: "", anomalies: "1", severity: "", since: "", until: "" },
  sort: "-score",
  limit: 50,
  tags: [{ names: ["since", "until"], label: "Clear the time span", text: (state) => `${clock(state.since)} – ${clock(state.until)}` }],
  columns: [
    { key: "score", label: "Score", sort: "score", fixed: true, width: "w-score", cell: (row) => score(row.score) },
    { key: "severity", label: "Severity", sort: "severity", width: "w-sev", cell: (row) => severity(row.severity) },
    { key: "when", label: "When : line", sort: "ts", width: "w-when", className: "nowrap dim", cell: (row) => [clock(row.ts, true), " ", el("span", { class: "faint c-lineno" }, `:${number(row.line)}`)] },
    { key: "text", label: "Line", className: "c-msg", cell: (row, its) => log(highlight(row.text, its.get("q")), "one") },
    { key: "why", label: "Why", width: "w-why", className: "c-why", cell: (row) => el("span", { class: "one" }, row.why) },
    { key: "host", label: "Host", hidden: true, cell: (row) => row.host },
  ],
  one: async (id) => (await fetch(`/api/v1/rows/${id}`)).json(),
  detail: async (row) => [
    el("div", { class: "stack" },
      el("div", {}, el("p", { class: "k" }, "Lines before and after"), lines([{ line: row.line - 1, text: "GET /v2/orders 200 in 31 ms" }, { line: row.line, text: row.text, severity: row.severity }], `Lines around line ${row.line}`)),
      el("div", {}, el("p", { class: "k" }, "Nearest normal line, and what differs"), quote([{ who: "normal", pieces: ["connection to 10.3.7.21:5432 ", { text: "opened in 4 ms", mark: "was" }] }, { who: "this line", pieces: ["connection to 10.3.7.21:5432 ", { text: "refused", mark: "now" }] }], "Nearest normal line"))),
    el("div", { class: "stack" },
      el("div", {}, el("p", { class: "k" }, "Why it is odd"), reasons([{ words: "Rate: 188 in 5 min", share: 61, note: "expected at most 2, from yesterday.log" }, { words: "First seen here", share: 31 }])),
      el("div", { class: "row" }, button("Real", () => said.push("real"), { kind: "small", hint: "1" }), button("Expected", () => {}, { kind: "small", hint: "2" }))),
  ],
  rowKeys: { 1: { label: "Real", run: (row) => { said.push(`real ${row.row}`); toast("Marked as real.", { undo: () => said.push(`undone ${row.row}`) }); } } },
});
window.table = table;
window.toast = toast;
window.keyOf = key;

const x = Array.from({ length: 200 }, (_, i) => i);
const mark = severityMark("critical");
window.chart = await draw(document.getElementById("chart"), {
  traces: [
    { type: "scattergl", mode: "markers", x, y: x.map((i) => 20 + ((i * 37) % 17)), marker: { color: "--chart-dot / 0.6", size: 5 }, hovertemplate: "%{y}<extra></extra>" },
    { type: "scatter", mode: "markers", x: [60, 62, 64], y: [97, 95, 92], marker: mark, hovertemplate: "%{y}<extra></extra>" },
    { type: "bar", x, y: x.map((i) => (i * 13) % 11), marker: { color: "--chart-bar" } },
  ],
  layout: { yaxis: { range: [0, 100], title: "Score" }, shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: 62, y1: 62, line: { color: "--chart-cut", width: 1, dash: "dash" } }] },
  label: "Scores of 200 lines. Three are odd.",
});
document.documentElement.dataset.drawn = "yes";
