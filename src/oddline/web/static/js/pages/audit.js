/** Audit: a choice is enough; typing waits for a pause. */
import { filters } from "../filters.js";

filters(/** @type {HTMLFormElement|null} */ (document.querySelector("[data-filters]")));
