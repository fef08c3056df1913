/** Settings: what was saved is told by the sentence at the top. */
import { refresh } from "../live.js";

document.addEventListener("done", () => refresh(0));
