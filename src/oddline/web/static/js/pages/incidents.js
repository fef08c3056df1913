/** Incidents: search, states; acknowledged, resolved, muted at once and with undo. */
import { filters } from "../filters.js";
import { acknowledge, incidentActs } from "../incident_acts.js";
import { bind } from "../keys.js";
import { live } from "../live.js";
import { rows } from "../rows.js";

filters(/** @type {HTMLFormElement} */ (document.querySelector("[data-filters]")));
incidentActs();
live();
const list = rows(".inc");
bind("a", () => acknowledge(list.current()), { label: "Acknowledge the one that has the focus" });
