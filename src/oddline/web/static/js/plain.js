/** What signed-out pages begin with: they work without any of it. */

import * as acts from "./acts.js";
import * as theme from "./theme.js";

theme.start();
acts.start();
document.documentElement.dataset.ready = "yes";
