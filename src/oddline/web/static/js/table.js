/** A table over a list of the API: pages, sort, filters, search, columns, opened rows, keys, and all of it in the address.
 *
 *     const table = new Table(document.getElementById("findings"), {
 *       src: `scans/${id}/rows`, id: (row) => row.row, name: (row) => `line ${row.line}`, noun: "finding",
 *       filters: { q: "", anomalies: "1", severity: "", since: "", until: "" },      // with their defaults
 *       sort: "-score",
 *       columns: [{ key: "score", label: "Score", sort: "score", cell: (row) => score(row.score) }, …],
 *       detail: async (row, signal) => Node,               // or href: (row) => address
 *       one: (id, signal) => Promise<row>,                 // an opened row that is not on this page of the list
 *       rowKeys: { 1: { label: "Real", run: (row, table) => … } },
 *       tags: [{ names: ["since", "until"], text: (state) => "12:04 – 12:31" }],
 *       escape: () => boolean,                             // what esc does after closing a row; true if it did something
 *       empty: (state, table) => Node, onload: (page, state) => void, send: (state) => query, prefix: "", limit: 100,
 *     });
 *
 * Rows may also be given by `load: (query, signal) => ({items, next, total})` in place of `src`.
 */

import { address, api, latest, words } from "./api.js";
import { announce } from "./page.js";
import { button, empty, notice } from "./parts.js";
import { read, write } from "./state.js";
import { listen } from "./table_moves.js";
import { drawDetail, drawHead, drawRow, drawSkeleton } from "./table_rows.js";
import { drawOrder, show, wire } from "./table_tools.js";
import { el, replace } from "./text.js";
import { counted, number } from "./words.js";

const QUIET = 300;
const SLOW = 2000;

export class Table {
  /** @param {HTMLElement} root what `ui.data_table` drew @param {any} options see above */
  constructor(root, options) {
    this.root = root;
    this.options = { prefix: "", limit: 100, filters: {}, sort: "", noun: "row", ...options };
    const part = (/** @type {string} */ what) => /** @type {HTMLElement} */ (root.querySelector(what));
    [this.head, this.body, this.cols] = [part("thead"), part("tbody"), part("colgroup")];
    [this.status, this.none, this.more] = [part("[data-status]"), part("[data-empty]"), part("[data-waiting]")];
    [this.back, this.forth] = [part("[data-previous]"), part("[data-next]")];
    this.all = this.options.columns;
    /** @type {any} */
    this.page = null;
    /** @type {Map<string, any>} */
    this.rows = new Map();
    /** @type {Array<{cursor: string, first: number}>} */
    this.trail = [];
    [this.opened, this.cursor] = ["", ""];
    this.run = latest((signal, query) => (this.options.load ? this.options.load(query, signal) : api.get(this.options.src, { query, signal })));
    this.readAddress();
    this.drawHead();
    show(this);
    wire(this);
    listen(this);
    this.load();
  }

  /** @param {any} row */
  idOf(row) {
    return String(this.options.id(row));
  }

  /** @param {string} name */
  knows(name) {
    return name in this.options.filters;
  }

  // ---- state and address ----

  readAddress() {
    const { prefix, filters, sort } = this.options;
    this.state = Object.fromEntries(Object.entries(filters).map(([name, usual]) => [name, read(prefix + name) ?? usual]));
    this.sort = read(`${prefix}sort`) ?? sort;
    const chosen = read(`${prefix}columns`)?.split(",");
    this.columns = this.all.filter((/** @type {any} */ one) => one.fixed || (chosen ? chosen.includes(one.key) : !one.hidden));
    this.at = { cursor: read(`${prefix}cursor`) ?? "", first: Number(read(`${prefix}first`) ?? 1) || 1 };
    this.wanted = read(`${prefix}row`) ?? "";
  }

  /** @param {boolean} [push] */
  writeAddress(push = false) {
    const { prefix, filters, sort } = this.options;
    const usual = this.all.filter((/** @type {any} */ one) => one.fixed || !one.hidden);
    const same = usual.length === this.columns.length && usual.every((/** @type {any} */ one) => this.columns.includes(one));
    const changed = Object.entries(filters).map(([name, value]) => [prefix + name, this.state[name] === value ? null : this.state[name] || "0"]);
    write(
      {
        ...Object.fromEntries(changed),
        [`${prefix}sort`]: this.sort === sort ? null : this.sort,
        [`${prefix}columns`]: same ? null : this.columns.map((/** @type {any} */ one) => one.key).join(","),
        [`${prefix}cursor`]: this.at.cursor || null,
        [`${prefix}first`]: this.at.cursor ? this.at.first : null,
        [`${prefix}row`]: this.opened || this.wanted || null,
      },
      { push },
    );
  }

  /** @param {string} name */
  get(name) {
    return this.state[name] ?? "";
  }

  /** Set filters, and load the first page under them.
   * @param {Record<string, any>} values @param {{push?: boolean}} [options] */
  set(values, { push = false } = {}) {
    const news = Object.entries(values).filter(([name, value]) => this.state[name] !== String(value ?? ""));
    if (!news.length) return Promise.resolve();
    for (const [name, value] of news) this.state[name] = String(value ?? "");
    return this.first(push);
  }

  /** Load the first page.
   * @param {boolean} [push] */
  first(push = false) {
    [this.at, this.trail, this.opened, this.wanted] = [{ cursor: "", first: 1 }, [], "", ""];
    this.writeAddress(push);
    show(this);
    return this.load();
  }

  /** What is asked of the API. */
  query() {
    const sent = this.options.send ? this.options.send(this.state) : this.spread();
    return { ...sent, sort: this.sort, cursor: this.at.cursor, limit: this.options.limit };
  }

  /** Filters as they are; what a group of buttons says is a list. */
  spread() {
    const many = (/** @type {string} */ name) => this.root.querySelector(`[data-filter="${CSS.escape(name)}"]`) !== null;
    return Object.fromEntries(Object.entries(this.state).map(([name, value]) => [name, many(name) && value ? value.split(",") : value]));
  }

  /** The address of what is shown, as another format, or of all rows.
   * @param {string} path @param {Record<string, any>} [more] @param {boolean} [all] */
  address(path, more = {}, all = false) {
    const { cursor: _cursor, limit: _limit, ...query } = this.query();
    return address(path, { ...(all ? {} : query), ...more });
  }

  // ---- loading ----

  /** Load what the state asks for. The old rows stay meanwhile, dimmed if it takes long. */
  async load() {
    const dim = window.setTimeout(() => (this.page ? this.body.classList.add("stale") : drawSkeleton(this, 8)), QUIET);
    const tell = window.setTimeout(() => this.say("Still looking…"), SLOW);
    const table = this.body.parentElement;
    table?.setAttribute("aria-busy", "true");
    try {
      const page = await this.run(this.query());
      clearTimeout(dim); // showing may wait for a row that is opened; what it is in is there already
      clearTimeout(tell);
      if (page) await this.show(page);
    } catch (error) {
      this.fail(error);
    } finally {
      clearTimeout(dim);
      clearTimeout(tell);
      table?.removeAttribute("aria-busy");
    }
  }

  /** @param {any} page */
  async show(page) {
    this.page = page;
    const items = [...page.items];
    const linked = this.wanted && !items.some((row) => this.idOf(row) === this.wanted) ? await this.fetchOne(this.wanted) : null;
    if (linked) items.unshift(linked);
    this.rows = new Map(items.map((row) => [this.idOf(row), row]));
    this.body.classList.remove("stale");
    replace(this.body, items.map((row) => drawRow(this, row)));
    this.more.hidden = true;
    this.footer(page, items.length);
    if (!this.rows.has(this.cursor)) this.cursor = "";
    this.mark();
    if (this.wanted && this.rows.has(this.wanted)) await this.open(this.wanted, { keep: true });
    this.wanted = "";
    this.options.onload?.(page, this.state);
  }

  /** @param {string} id */
  async fetchOne(id) {
    try {
      return (await this.options.one?.(id)) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {any} page @param {number} count */
  footer(page, count) {
    const last = this.at.first + page.items.length - 1;
    const total = page.total === null || page.total === undefined ? "" : ` of ${number(page.total)}`;
    const range = `${this.options.noun.charAt(0).toUpperCase()}${this.options.noun.slice(1)}s ${number(this.at.first)} – ${number(last)}${total}`;
    const words_ = count ? range : `No ${this.options.noun}s`;
    this.say(words_);
    announce(words_);
    this.back.hidden = !this.at.cursor;
    this.forth.hidden = !page.next;
    this.none.hidden = count > 0;
    if (!count) replace(this.none, this.options.empty?.(this.state, this) ?? this.nothing());
    this.head.hidden = count === 0;
  }

  nothing() {
    const search = this.state.q;
    const filtered = Object.entries(this.options.filters).some(([name, usual]) => this.state[name] !== usual);
    const clear = button(search ? "Clear search" : "Clear filters", () => this.clear(), { hint: "esc" });
    if (!filtered) return empty(`No ${this.options.noun}s`, "There is nothing here yet.");
    return empty(search ? `No ${this.options.noun} matches “${search}”` : `No ${this.options.noun} is left`, "The filters hide everything. Take one away, or all of them.", { buttons: [clear], mark: false });
  }

  /** Set every filter to its default. */
  clear() {
    return this.set(this.options.filters);
  }

  /** @param {any} error */
  fail(error) {
    this.body.classList.toggle("stale", this.page !== null);
    if (!this.page) replace(this.body);
    const box = el("div", { class: "body" }, notice("The rows could not be read", words(error), { kind: "bad", alert: true, buttons: [button("Try again", () => this.load(), { kind: "small" })] }));
    replace(this.none, box);
    this.none.hidden = false;
    this.say("");
  }

  /** @param {string} text */
  say(text) {
    this.status.textContent = text;
  }

  /** New rows are there: they wait behind a button, the page does not jump.
   * @param {number} count @param {string} [text] */
  waiting(count, text = `${counted(count, `new ${this.options.noun}`)}`) {
    this.more.textContent = text;
    this.more.hidden = count === 0;
  }

  // ---- columns and order ----

  /** @param {string} key @param {boolean} on */
  showColumn(key, on) {
    this.columns = this.all.filter((/** @type {any} */ one) => (one.key === key ? on : this.columns.includes(one)));
    this.redraw();
    this.writeAddress();
  }

  /** Put other columns in, for example those of a CSV file.
   * @param {any[]} columns */
  setColumns(columns) {
    this.all = columns;
    this.readAddress();
    this.redraw();
  }

  /** Put in another order: "-score" is the highest score first.
   * @param {string} sort */
  order(sort) {
    this.sort = sort;
    this.drawHead();
    return this.first();
  }

  drawHead() {
    drawHead(this);
    drawOrder(this);
  }

  /** Draw the rows again as they are; the opened one stays open. */
  redraw() {
    const open = this.opened;
    this.drawHead();
    replace(this.body, [...this.rows.values()].map((row) => drawRow(this, row)));
    this.opened = "";
    this.mark();
    if (open) this.open(open, { keep: true });
  }

  /** Put a changed row in the place of the old one.
   * @param {any} row */
  update(row) {
    const id = this.idOf(row);
    this.rows.set(id, row);
    const old = this.rowOf(id);
    if (!old) return;
    const fresh = drawRow(this, row);
    const focused = old.contains(document.activeElement);
    if (this.opened === id) this.setOpen(fresh, true);
    old.replaceWith(fresh);
    this.mark();
    if (focused) this.focus(id);
  }

  // ---- opened rows ----

  /** @param {string} id @returns {HTMLElement|null} */
  rowOf(id) {
    return this.body.querySelector(`tr.pick[data-id="${CSS.escape(id)}"]`);
  }

  /** Open a row; `keep` leaves the address.
   * @param {string} id @param {{keep?: boolean}} [options] */
  async open(id, { keep = false } = {}) {
    const row = this.rowOf(id);
    if (!row || !this.options.detail) return;
    this.shut();
    [this.opened, this.cursor] = [id, id];
    this.setOpen(row, true);
    this.mark();
    const { row: below, inside } = drawDetail(this, id);
    row.after(below);
    if (!keep) this.writeAddress(true);
    const wait = window.setTimeout(() => replace(inside, el("div", { class: "stack" }, [1, 2, 3].map(() => el("div", { class: "skeleton" })))), QUIET);
    this.detailing?.abort();
    this.detailing = new AbortController();
    try {
      const content = await this.options.detail(this.rows.get(id), this.detailing.signal);
      if (below.isConnected) replace(inside, content);
    } catch (error) {
      const again = () => this.open(id, { keep: true });
      if (below.isConnected) replace(inside, notice("This row could not be read", words(error), { kind: "bad", alert: true, buttons: [button("Try again", again, { kind: "small" })] }));
    } finally {
      clearTimeout(wait);
      inside.removeAttribute("aria-busy");
    }
  }

  /** Close what is open; the focus goes back to its button. */
  close() {
    if (!this.opened) return false;
    const id = this.opened;
    this.shut();
    this.writeAddress(true);
    this.focus(id);
    return true;
  }

  shut() {
    this.detailing?.abort();
    this.body.querySelector("tr.detail")?.remove();
    const row = this.rowOf(this.opened);
    if (row) this.setOpen(row, false);
    this.opened = "";
  }

  /** @param {HTMLElement} row @param {boolean} on */
  setOpen(row, on) {
    row.dataset.open = String(on);
    row.querySelector(".c-open .open-row")?.setAttribute("aria-expanded", String(on));
  }

  // ---- moving ----

  /** @param {string} id */
  enter(id) {
    if (!this.rows.has(id)) return;
    if (this.options.detail) {
      if (this.opened === id) this.close();
      else this.open(id);
    } else if (this.options.href) location.assign(this.options.href(this.rows.get(id)));
  }

  /** Move the cursor by rows.
   * @param {number} by */
  move(by) {
    const ids = [...this.rows.keys()];
    if (!ids.length) return;
    const at = ids.indexOf(this.cursor);
    this.focus(ids[at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by))]);
  }

  /** @param {string} id */
  focus(id) {
    const row = this.rowOf(id);
    if (!row) return;
    const target = /** @type {HTMLElement|null} */ (row.querySelector(".open-row, a, button"));
    if (!target) row.tabIndex = -1;
    (target ?? row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    this.cursor = id;
    this.mark();
  }

  /** Show where the cursor is.
   * @param {string} [id] */
  mark(id = this.cursor) {
    for (const row of this.body.querySelectorAll("tr[data-cursor]")) row.removeAttribute("data-cursor");
    const row = id ? this.rowOf(id) : null;
    if (row) row.dataset.cursor = "true";
  }
}
