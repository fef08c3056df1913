/** A form of filters that works without a script too: with one, a choice is enough, and typing waits for a pause.
 * The list is drawn anew in its place; the address follows. */

import { onRefresh, refresh } from "./live.js";

const PAUSE = 300;

/** @param {HTMLFormElement} form a GET form whose page has live parts */
export function filters(form) {
  let timer = 0;
  const go = () => {
    clearTimeout(timer);
    const told = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") told.append(name, String(value));
    const words = told.toString();
    history.replaceState(history.state, "", words ? `?${words}` : location.pathname);
    for (const list of document.querySelectorAll("[data-live]")) list.setAttribute("aria-busy", "true");
    refresh(0);
  };
  onRefresh(() => {
    for (const list of document.querySelectorAll("[data-live][aria-busy]")) list.removeAttribute("aria-busy");
  });
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = window.setTimeout(go, /** @type {Element} */ (event.target).matches("input[type=search]") ? PAUSE : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
}
