/** Light, dark, or as the system is. The choice is a cookie, so the server writes `data-theme` and no page flashes. */

const COOKIE = "oddline_theme";
const YEAR = 31_536_000;
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

/** What is chosen: light, dark or system. */
export function chosen() {
  return root.dataset.theme ?? "system";
}

/** What is seen: light or dark. */
export function seen() {
  return root.dataset.theme ?? (dark.matches ? "dark" : "light");
}

/** Choose.
 * @param {"light"|"dark"|"system"} theme */
export function choose(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme === "system" ? 0 : YEAR;
  document.cookie = `${COOKIE}=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  mark();
  tell();
}

/** Be told when the colours change.
 * @param {() => void} run */
export function onTheme(run) {
  document.addEventListener("oddline:theme", run);
  return () => document.removeEventListener("oddline:theme", run);
}

function tell() {
  document.dispatchEvent(new CustomEvent("oddline:theme", { detail: seen() }));
}

function mark() {
  for (const one of document.querySelectorAll("[data-theme-choice]")) {
    const on = String(/** @type {HTMLElement} */ (one).dataset.themeChoice === chosen());
    one.setAttribute(one.hasAttribute("aria-checked") ? "aria-checked" : "aria-pressed", on);
  }
}

/** Let buttons with `data-act="theme"` and `data-theme-choice` do it. */
export function start() {
  document.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest?.("[data-act=theme], [data-theme-choice]");
    if (!pressed) return;
    const wanted = /** @type {HTMLElement} */ (pressed).dataset.themeChoice;
    choose(/** @type {any} */ (wanted ?? (seen() === "dark" ? "light" : "dark")));
  });
  dark.addEventListener("change", () => {
    if (chosen() === "system") tell();
  });
}
