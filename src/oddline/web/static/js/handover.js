/** Files that were dropped on one page and are wanted on another: New scan is put in its place, without a reload,
 * because a file cannot be carried over one. */

import { replace, el } from "./text.js";

const PLACE = "/scans/new";
/** @type {File[]} */
let held = [];

/** What was handed over; once.
 * @returns {File[]} */
export function taken() {
  const files = held;
  held = [];
  return files;
}

/** Bring files to New scan: the page that is open takes them, or it is opened here.
 * @param {File[]} files */
export async function handOver(files) {
  if (!files.length) return;
  if (!document.dispatchEvent(new CustomEvent("oddline:files", { detail: { files }, cancelable: true }))) return;
  held = files;
  try {
    const answer = await fetch(PLACE, { headers: { accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    await show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    location.assign(PLACE);
  }
}

/** Put the main part of another page of ours in the place of this one's; its modules run as on a first visit.
 * @param {Document} page */
async function show(page) {
  const main = page.getElementById("main");
  if (!main) throw new Error("no main part");
  await Promise.all([...page.querySelectorAll("link[rel=stylesheet]")].map(styled));
  history.pushState({ softly: true }, "", PLACE);
  window.addEventListener("popstate", () => location.reload(), { once: true });
  document.title = page.title;
  document.getElementById("main")?.replaceWith(document.adoptNode(main));
  for (const link of document.querySelectorAll("[aria-current=page]")) link.removeAttribute("aria-current");
  for (const link of document.querySelectorAll(".nav a[href='/scans'], .phone-menu a[href='/scans']")) link.setAttribute("aria-current", "page");
  const { dropZone } = await import("./drop.js");
  for (const zone of main.querySelectorAll("[data-drop]")) dropZone(/** @type {HTMLElement} */ (zone));
  for (const script of page.querySelectorAll("script[type=module][src]")) {
    await import(new URL(script.getAttribute("src") ?? "", location.origin).href);
  }
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/** @param {Element} link @returns {Promise<void>} */
function styled(link) {
  const href = link.getAttribute("href") ?? "";
  if (document.querySelector(`link[href="${CSS.escape(href)}"]`)) return Promise.resolve();
  return new Promise((done) => {
    document.head.append(el("link", { rel: "stylesheet", href, on: { load: () => done(), error: () => done() } }));
  });
}

/** Say where a file would go while one is dragged over the page.
 * @returns {{show: (on: boolean) => void}} */
export function veil() {
  const shown = el("div", { class: "veil", hidden: true, "aria-hidden": "true" });
  replace(shown, el("div", { class: "float veil-in" }, el("svg", {}, el("use", { href: "#mark" })), el("b", {}, "Drop it to scan it"), el("span", { class: "dim small" }, "The format is recognised; you see it before anything runs.")));
  document.body.append(shown);
  return { show: (on) => shown.toggleAttribute("hidden", !on) };
}
