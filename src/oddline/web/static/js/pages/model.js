/** One model: its fit moves, what it judged appears. */
import { live } from "../live.js";
import { rows } from "../rows.js";

live();
rows("tr.pick[data-href]");
