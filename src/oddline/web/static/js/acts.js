/** Acts that need no script of the page: buttons and forms that call the API, and copies.
 *
 * `data-api="METHOD /path"` on a button or a form; `data-body` (JSON) on a button; `data-confirm` asks first, in these
 * words; `data-done` is "reload" or an address; `data-say` is what the toast says; the event `done` carries the answer.
 */

import { Problem, request, words } from "./api.js";
import { ask } from "./dialog.js";
import { copy } from "./page.js";
import { el } from "./text.js";
import { toast } from "./toast.js";

/** @param {HTMLElement} from @param {any} body */
async function call(from, body) {
  const [method, path] = (from.dataset.api ?? "").split(" ");
  const answer = await request(method, path, { body });
  from.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: answer }));
  if (from.dataset.say) toast(from.dataset.say);
  if (from.dataset.done === "reload") location.reload();
  else if (from.dataset.done) location.assign(from.dataset.done.replace("{id}", encodeURIComponent(answer?.id ?? "")));
  return answer;
}

/** @param {HTMLElement} button */
async function press(button) {
  const { confirm, confirmTitle, confirmYes } = button.dataset;
  if (confirm !== undefined && !(await ask({ title: confirmTitle ?? "Sure?", text: confirm, yes: confirmYes ?? "Delete" }))) return;
  button.setAttribute("aria-busy", "true");
  try {
    await call(button, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
  } catch (error) {
    toast(words(error), { kind: "bad" });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Read a form: numbers as numbers, boxes as true or false, empty fields left out; `a.b` goes into an object `a`. The
 * value of a field with `data-json` is JSON: a choice among numbers and null.
 * @param {HTMLFormElement} form */
export function values(form) {
  /** @type {Record<string, any>} */
  const read = {};
  for (const field of form.elements) {
    const one = /** @type {HTMLInputElement} */ (field);
    if (!one.name || one.name === "form_key" || one.disabled || one.type === "file") continue;
    if (one.type === "radio" && !one.checked) continue;
    const value = "json" in one.dataset ? JSON.parse(one.value) : one.type === "checkbox" ? one.checked : ["number", "range"].includes(one.type) ? (one.value === "" ? "" : Number(one.value)) : one.value;
    if (value === "" && !("keepEmpty" in one.dataset)) continue;
    const path = one.name.split(".");
    const last = /** @type {string} */ (path.pop());
    path.reduce((/** @type {any} */ into, step) => (into[step] ??= {}), read)[last] = value;
  }
  return read;
}

/** Put what was wrong beside the fields; what belongs to none is given back.
 * @param {HTMLFormElement} form @param {any} error @returns {string} */
export function blame(form, error) {
  const rest = [];
  let first = null;
  const told = error?.told ?? {};
  for (const one of told.errors ?? (told.field ? [{ loc: [told.field], msg: words(error) }] : [])) {
    const name = (one.loc ?? []).filter((/** @type {any} */ step) => step !== "body").join(".");
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLElement)) {
      rest.push(one.msg);
      continue;
    }
    const id = `${field.id || name}-error`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
    field.closest(".field")?.append(el("span", { class: "err", id, "data-blame": true }, one.msg));
    first ??= field;
  }
  first?.focus();
  return first ? rest.join(" ") : words(error);
}

/** @param {HTMLFormElement} form */
function forgive(form) {
  for (const one of form.querySelectorAll("[data-blame]")) one.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

/** @param {HTMLFormElement} form */
async function submit(form) {
  forgive(form);
  const button = /** @type {HTMLButtonElement|null} */ (form.querySelector("button[type=submit]"));
  button?.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    await call(form, values(form));
  } catch (error) {
    const left = error instanceof Problem ? blame(form, error) : words(error);
    if (left) toast(left, { kind: "bad" });
  } finally {
    button?.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  }
}

/** Begin to listen. */
export function start() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement|null} */ (target.closest?.("button[data-api]"));
    if (button && !button.hasAttribute("aria-busy")) press(button);
    const copies = /** @type {HTMLElement|null} */ (target.closest?.("[data-copy]"));
    if (copies) copy(copies.dataset.copy || location.href, copies.dataset.copy ? "Copied." : "Link copied.");
    if (target.closest?.("[data-act=reload]")) {
      event.preventDefault();
      location.reload();
    }
  });
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.api) return;
    event.preventDefault();
    submit(form);
  });
}

