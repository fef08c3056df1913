/** A file dropped anywhere on a page, and not on a place of its own, goes to New scan. */

import { handOver, veil } from "./handover.js";

const HIDES = 200;

/** @param {DragEvent} event */
function hasFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

/** Begin to listen. */
export function start() {
  if (!document.querySelector("a[href='/scans/new']")) return; // who may not scan is shown no way to it
  const over = veil();
  let timer = 0;
  document.addEventListener("dragover", (event) => {
    const own = /** @type {Element} */ (event.target).closest?.("[data-drop]");
    if (!hasFiles(event)) return;
    over.show(!own);
    clearTimeout(timer);
    timer = window.setTimeout(() => over.show(false), HIDES); // dragover comes all the time while a file is held
  });
  document.addEventListener("drop", (event) => {
    over.show(false);
    if (!hasFiles(event) || /** @type {Element} */ (event.target).closest?.("[data-drop]")) return;
    event.preventDefault();
    handOver([...(event.dataTransfer?.files ?? [])]);
  });
  // A zone that no script of its page has taken is a way to New scan as well.
  document.addEventListener("files", (event) => {
    const zone = /** @type {Element} */ (event.target);
    if (zone.matches("[data-drop=scan]")) handOver(/** @type {CustomEvent} */ (event).detail.files);
  });
}
