// Time without pressure: whole minutes, not announced, and hidden on request (kept for the next page).
const KEY = "viva-clock";

export function showClocks(root) {
  for (const clock of root.querySelectorAll("details[data-since]")) {
    clock.hidden = false;
    clock.open = localStorage.getItem(KEY) !== "hidden";
    clock.addEventListener("toggle", () => localStorage.setItem(KEY, clock.open ? "shown" : "hidden"));
    const started = Date.now() - 1000 * Number(clock.dataset.since);
    const tick = () => {
      const minutes = Math.floor((Date.now() - started) / 60000);
      clock.querySelector("[data-minutes]").textContent = minutes === 1 ? "1 minute" : `${minutes} minutes`;
    };
    tick();
    setInterval(tick, 15000);
  }
}
