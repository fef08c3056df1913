/** Menus: a button that opens a list of acts, by the pattern of ARIA. The list is in the top layer: nothing cuts it off. */

const ITEMS = "[role^=menuitem]:not([disabled])";
/** @type {{button: HTMLElement, list: HTMLElement}|null} */
let shown = null;

/** Open the menu of a button.
 * @param {HTMLElement} button @param {"first"|"last"} [at] */
export function open(button, at = "first") {
  close();
  const list = document.getElementById(button.dataset.menu ?? "");
  if (!list) return;
  list.showPopover();
  place(button, list);
  button.setAttribute("aria-expanded", "true");
  shown = { button, list };
  const items = itemsOf(list);
  (at === "first" ? items[0] : items.at(-1))?.focus();
}

/** Close what is open; the focus goes back to its button if `back`.
 * @param {boolean} [back] */
export function close(back = false) {
  if (!shown) return;
  const { button, list } = shown;
  shown = null;
  list.hidePopover();
  button.setAttribute("aria-expanded", "false");
  if (back) button.focus();
}

/** @param {HTMLElement} list @returns {HTMLElement[]} */
function itemsOf(list) {
  return [...list.querySelectorAll(ITEMS)].map((one) => /** @type {HTMLElement} */ (one));
}

/** Below the button, within the window. Properties of an element's style are no inline style: the policy allows them.
 * @param {HTMLElement} button @param {HTMLElement} list */
function place(button, list) {
  const at = button.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  const left = at.left + box.width > innerWidth - 8 ? at.right - box.width : at.left;
  const under = at.bottom + 4 + box.height <= innerHeight - 8 || at.top < box.height;
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - box.width - 8))}px`;
  const top = under ? Math.min(at.bottom + 4, innerHeight - box.height - 8) : at.top - box.height - 4;
  list.style.top = `${Math.max(8, top)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement} list */
function move(event, list) {
  const items = itemsOf(list);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items[(at - 1 + items.length) % items.length],
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  const letter = event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
  const begins = (/** @type {HTMLElement} */ one) => one.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase());
  const found = next ?? (letter ? [...items.slice(at + 1), ...items.slice(0, at + 1)].find(begins) : undefined);
  if (found) found.focus();
  return found !== undefined;
}

/** Let `data-menu="ID"` open. */
export function start() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement|null} */ (target.closest?.("[data-menu]"));
    if (button) {
      if (shown?.button === button) close(true);
      else open(button);
    } else if (shown && (!shown.list.contains(target) || target.closest("[role=menuitem], [role=menuitemradio]"))) {
      close(shown.list.contains(target) && !target.closest("a"));
    }
  });
  document.addEventListener("keydown", (event) => {
    const focused = /** @type {HTMLElement} */ (event.target);
    if (shown) {
      if (event.key === "Escape") close(true);
      else if (event.key === "Tab") return close();
      else if (!move(event, shown.list)) return;
      event.preventDefault();
      event.stopPropagation();
    } else if (focused.dataset?.menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      open(focused, event.key === "ArrowUp" ? "last" : "first");
    }
  }, true);
  window.addEventListener("resize", () => close());
  document.addEventListener("scroll", (event) => {
    if (shown && event.target instanceof Node && !shown.list.contains(event.target)) close();
  }, true);
}
