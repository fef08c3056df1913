/** Account: a token is shown once; colours and keys hold at once, and are remembered. */
import { api, words } from "../api.js";
import { single } from "../keys.js";
import { refresh } from "../live.js";
import { shownOnce } from "../shown_once.js";
import { toast } from "../toast.js";

const by = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/** @param {object} preferences */
async function prefer(preferences) {
  try {
    await api.patch("me", { preferences });
  } catch (problem) {
    toast(words(problem), { kind: "bad" });
  }
}

document.addEventListener("done", (event) => {
  const { target, detail } = /** @type {CustomEvent} */ (event);
  if (target === by("token-form")) {
    shownOnce(by("token-made"), `${detail.name} is made`, "Copy it now: it is shown once, and cannot be had again.", detail.secret);
    by("token-form").reset();
  }
  if (target === by("password-form")) {
    by("password-form").reset();
    toast("The new password holds. Other browsers are signed out.");
  }
  refresh(0);
});

document.addEventListener("click", (event) => {
  const theme = /** @type {any} */ (event.target).closest?.("[data-theme-choice]")?.dataset.themeChoice;
  if (theme) prefer({ theme });
});

by("single-keys").addEventListener("change", () => {
  single(by("single-keys").checked);
  prefer({ single_keys: by("single-keys").checked });
});
