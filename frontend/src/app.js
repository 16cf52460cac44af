// What every page loads: partial updates, drafts, the clock, and small helps. Pages work without it.
import htmx from "htmx.org";
import { keepDrafts } from "./drafts.js";
import { showClocks } from "./clock.js";
import { readAloud } from "./aloud.js";
import { tieEvidence } from "./evidence.js";

htmx.config.includeIndicatorStyles = false; // the policy allows no styles from scripts
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // answers stay out of the browser's storage

keepDrafts(document);
showClocks(document);
readAloud(document);
tieEvidence(document);
htmx.onLoad((part) => {
  if (part !== document.body) tieEvidence(part);
});

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    // Only the look changes: a disabled button would not be sent along.
    form.setAttribute("aria-busy", "true");
  });
}
document.querySelector("form[data-go]")?.requestSubmit();
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
