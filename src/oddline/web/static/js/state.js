/** What is looked at lives in the query string: ids, numbers and the reader's own search, never log text. */

/** Read one value; null if it is not there.
 * @param {string} name */
export function read(name) {
  return new URLSearchParams(location.search).get(name);
}

/** Write values; null or "" removes one. Filters replace the address, a tab, an incident or a row adds one (`push`).
 * @param {Record<string, string|number|boolean|null|undefined>} values @param {{push?: boolean}} [options] */
export function write(values, { push = false } = {}) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "" || value === false) query.delete(name);
    else query.set(name, String(value));
  }
  const text = query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  const address = `${location.pathname}${text ? `?${text}` : ""}${location.hash}`;
  if (address === `${location.pathname}${location.search}${location.hash}`) return;
  history[push ? "pushState" : "replaceState"](history.state, "", address);
}

/** Be told when the reader goes back or forth.
 * @param {() => void} run */
export function onBack(run) {
  window.addEventListener("popstate", run);
  return () => window.removeEventListener("popstate", run);
}
