/** Text goes onto the page as text nodes, and here only. Log text is hostile: markup in it stays text, and characters
 * that are not seen or that turn others round are written as escapes (Boucher & Anderson, "Trojan Source", 2021). */

const UNSEEN = new RegExp(
  "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f" +
    "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff" +
    "\\ud800-\\udfff\\u{e0000}-\\u{e0fff}]",
  "gu",
);

/** Make every character that is not seen, or that moves others, visible as an escape.
 * @param {unknown} text
 * @returns {string} */
export function visible(text) {
  return String(text).replace(UNSEEN, (found) => {
    const code = found.codePointAt(0);
    const digits = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
    return `\\${{ 2: "x", 4: "u", 8: "U" }[digits]}${code.toString(16).padStart(digits, "0")}`;
  });
}

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "use", "rect", "path", "line", "circle", "g", "text", "title", "polyline"]);
const ADDRESSES = new Set(["href", "src", "action", "formaction", "xlink:href"]);

/** Make an element. Attributes: a string, true (present), false or null (absent); `class` as a string or a list;
 * `on` takes listeners by event; `data` takes data attributes. Children: nodes, texts, numbers, lists; null is nothing.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...any} children
 * @returns {any} */
export function el(tag, attributes = {}, ...children) {
  const made = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, run] of Object.entries(value)) made.addEventListener(event, run);
    else if (name === "data") Object.assign(made.dataset, value);
    else set(made, name, value);
  }
  fill(made, children);
  return made;
}

/** @param {Element} made @param {string} name @param {any} value */
function set(made, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (/^on|^style$|^srcdoc$/i.test(name)) throw new TypeError(`${name} is not set from here`);
  const given = value === true ? "" : Array.isArray(value) ? value.filter(Boolean).join(" ") : String(value);
  if (ADDRESSES.has(name) && !safeAddress(given)) return;
  made.setAttribute(name, name === "class" || name === "id" ? given : visible(given));
}

/** Tell whether an address leads to a page, and not to a script.
 * @param {string} address */
export function safeAddress(address) {
  if (/^[#?/.]/.test(address)) return true;
  try {
    return ["http:", "https:", "mailto:"].includes(new URL(address, document.baseURI).protocol);
  } catch {
    return false;
  }
}

/** @param {Node} parent @param {any[]} children */
function fill(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.appendChild(child instanceof Node ? child : document.createTextNode(visible(child)));
  }
}

/** Put other children into an element.
 * @template {Element} T
 * @param {T} parent @param {...any} children @returns {T} */
export function replace(parent, ...children) {
  parent.replaceChildren();
  fill(parent, children);
  return parent;
}

/** Draw an icon of the sprite.
 * @param {string} name */
export function icon(name) {
  return el("svg", { class: "icon", "aria-hidden": "true", focusable: "false" }, el("use", { href: `#i-${name}` }));
}

/** Mark where a text has what was searched for; whole words of the query, case aside.
 * @param {string} text @param {string} query @returns {any[]} */
export function highlight(text, query) {
  const wanted = query.split(/\s+/).filter((word) => word && !/^\w+:/.test(word));
  if (!wanted.length) return [text];
  const pattern = new RegExp(`(${wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`, "gi");
  return String(text).split(pattern).map((piece, at) => (at % 2 ? el("mark", { class: "hit" }, piece) : piece));
}
