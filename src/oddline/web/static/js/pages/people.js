/** People: links are shown once; a role is changed where it stands. */
import { api, meta, words } from "../api.js";
import { refresh } from "../live.js";
import { shownOnce } from "../shown_once.js";
import { toast } from "../toast.js";

const by = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

document.addEventListener("done", (event) => {
  const { target, detail } = /** @type {any} */ (event);
  if (target === by("invite-form")) {
    shownOnce(by("invite-made"), "The link is made", `Pass it on to ${detail.email ?? "whom you want to let in"}. It works once, and is shown once.`, detail.link);
    target.reset();
  }
  if (target.dataset.reset) shownOnce(by("reset-made"), `A link for ${target.dataset.reset}`, "Pass it on. A new password can be set by it, once, for a day.", detail.link);
  refresh(0);
});

document.addEventListener("change", async (event) => {
  const select = /** @type {any} */ (event.target);
  if (!select.dataset.member) return;
  try {
    await api.patch(`workspaces/${meta("workspace")}/members/${select.dataset.member}`, { role: select.value });
    toast(`${select.getAttribute("aria-label")}: ${select.value}.`);
  } catch (problem) {
    toast(words(problem), { kind: "bad" });
    select.value = select.querySelector("option[selected]").value;
  }
  refresh(0);
});
