/** One incident: its state with undo, who looks after it, what is said of it. */
import { acknowledge, incidentActs } from "../incident_acts.js";
import { bind } from "../keys.js";
import { live } from "../live.js";

incidentActs();
live();
bind("a", () => acknowledge(document), { label: "Acknowledge" });
document.getElementById("comment")?.addEventListener("done", (event) => /** @type {HTMLFormElement} */ (event.target).reset());
