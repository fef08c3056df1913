/** Overview: what runs moves, what ends appears. */
import { live } from "../live.js";
import { rows } from "../rows.js";

live();
rows("tr.pick[data-href], .inc");
