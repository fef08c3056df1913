/* Small pieces that several steps draw. */
import { el } from "../text.js";

export function skeleton(lines) {
  return el("div", { class: "stack", "aria-hidden": "true" }, ...Array.from({ length: lines }, () => el("div", { class: "skeleton" })));
}

let made = 0;

/* A labelled control with a hint and a place for its error. */
export function field(label, control, hint = "") {
  const id = control.id || `made-${(made += 1)}`;
  control.id = id;
  const below = hint ? el("span", { class: "hint", id: `${id}-hint` }, hint) : "";
  if (hint) control.setAttribute("aria-describedby", `${id}-hint`);
  return el("div", { class: "field" }, el("label", { for: id }, label), control, below);
}

/* Says what is wrong beside a control, or that nothing is ("" takes it away). */
export function complain(control, words) {
  const holder = control.closest(".field");
  const id = `${control.id}-error`;
  holder.querySelector(".err")?.remove();
  control.toggleAttribute("aria-invalid", Boolean(words));
  if (words) control.setAttribute("aria-invalid", "true");
  const told = [words ? id : "", holder.querySelector(".hint")?.id ?? ""].filter(Boolean).join(" ");
  if (told) control.setAttribute("aria-describedby", told);
  else control.removeAttribute("aria-describedby");
  if (words) holder.append(el("span", { class: "err", id, role: "alert" }, words));
}
