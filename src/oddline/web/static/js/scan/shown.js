/** The table that the other parts of the page steer: there is one, and it is made last. */

/** @type {any} */
let own = null;

/** @param {any} made */
export function keep(made) {
  own = made;
}

/** The table of this page. */
export function table() {
  return own;
}

/** What narrows the rows down, when none of it does. */
export const NONE = { since: "", until: "", first_line: "", last_line: "", incident: "", template: "", source: "", verdict: "" };

/** Show rows under other filters, and open one of them; the reader can go back.
 * @param {Record<string, any>} values @param {number|null} [row] */
export async function showRows(values, row = null) {
  const loading = own.set(values, { push: true });
  if (row === null) return loading;
  const id = String(row);
  own.wanted = id;
  own.writeAddress();
  await loading;
  if (own.opened === id) return undefined;
  if (own.rows.has(id)) return own.open(id);
  own.wanted = id;
  return own.load();
}

/** Bring the table before the eye. */
export function lookAtRows() {
  own.root.closest(".card")?.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
}
