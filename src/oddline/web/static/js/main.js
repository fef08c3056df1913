/** What every page of somebody signed in begins with. */

import * as acts from "./acts.js";
import * as dialog from "./dialog.js";
import * as drop from "./drop.js";
import * as dropAnywhere from "./drop_anywhere.js";
import * as jump from "./jump.js";
import * as keys from "./keys.js";
import * as menu from "./menu.js";
import { copy } from "./page.js";
import * as tabs from "./tabs.js";
import * as theme from "./theme.js";
import { keepFresh } from "./time.js";
import { undoLast } from "./toast.js";

for (const part of [theme, keys, menu, dialog, tabs, drop, dropAnywhere, jump, acts]) part.start();
keepFresh();
keys.bind("z", undoLast, { label: "Undo", group: "Everywhere" });
keys.bind("y", () => copy(location.href, "Link copied."), { label: "Copy the link of this view", group: "Everywhere" });
document.documentElement.dataset.ready = "yes";
