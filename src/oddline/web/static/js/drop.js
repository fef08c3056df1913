/** Where files are dropped, or chosen: a label with an input in it, so it works by keyboard and by finger too. */

/** Take files.
 * @param {HTMLElement} zone a `label.drop` with an `input[type=file]` @param {(files: File[]) => void} [take]
 *   also told by the event `files` of the zone */
export function dropZone(zone, take = () => {}) {
  const input = /** @type {HTMLInputElement} */ (zone.querySelector("input[type=file]"));
  let inside = 0;
  const give = (/** @type {FileList|null|undefined} */ list) => {
    const files = [...(list ?? [])].filter((file) => file.size > 0 || file.type !== "");
    if (!files.length) return;
    take(files);
    zone.dispatchEvent(new CustomEvent("files", { bubbles: true, detail: { files } }));
  };
  const mark = (/** @type {number} */ by) => {
    inside = Math.max(0, inside + by);
    zone.classList.toggle("over", inside > 0);
  };
  zone.addEventListener("dragenter", (event) => {
    event.preventDefault();
    mark(1);
  });
  zone.addEventListener("dragleave", () => mark(-1));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(-inside);
    give(event.dataTransfer?.files);
  });
  input.addEventListener("change", () => {
    give(input.files);
    input.value = "";
  });
}

/** Start every zone of the page; a file dropped beside one must not replace the page. */
export function start() {
  for (const zone of document.querySelectorAll("[data-drop]")) dropZone(/** @type {HTMLElement} */ (zone));
  for (const event of ["dragover", "drop"]) document.addEventListener(event, (one) => one.preventDefault());
}
