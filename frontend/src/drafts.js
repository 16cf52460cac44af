// Keeps typed words: in the browser at once, on the server a moment later, again and again until the
// server has them. After a crash of either, the newer of the two is what the page shows.
const PAUSE = 500;
const AGAIN = [1000, 2000, 4000, 8000];

export function keepDrafts(root) {
  for (const area of root.querySelectorAll("textarea[data-draft]")) new Draft(area).watch();
}

class Draft {
  constructor(area) {
    this.area = area;
    this.url = area.dataset.draft;
    this.key = `viva-draft:${area.dataset.draftKey}`;
    this.status = document.getElementById(area.dataset.status);
    this.token = area.form.elements.csrf.value;
    this.timer = 0;
    this.failed = 0;
    this.sent = area.defaultValue;
  }

  watch() {
    this.restore();
    this.area.addEventListener("input", () => this.changed());
    window.addEventListener("pagehide", () => this.leave());
    this.area.form.addEventListener("submit", () => this.submitted());
  }

  restore() {
    const kept = localStorage.getItem(this.key);
    if (kept === null && this.area.value !== this.sent) return this.changed(); // typed before this script ran
    if (kept === null || kept === this.area.value) return;
    this.area.value = kept; // it is only here while the server doesn't have it
    this.changed();
    this.say("Your words are back.");
  }

  changed() {
    localStorage.setItem(this.key, this.area.value);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  async send() {
    const text = this.area.value;
    try {
      const answer = await fetch(this.url, {
        method: "PUT",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": this.token },
        body: JSON.stringify({ text }),
      });
      // A refusal (the turn was answered elsewhere, the form is old) won't change by asking again.
      if (answer.status >= 400 && answer.status < 500) return this.say("Not saved: load the page again.");
      if (!answer.ok) throw new Error(answer.statusText);
    } catch {
      return this.later();
    }
    this.failed = 0;
    this.sent = text;
    if (this.area.value === text) localStorage.removeItem(this.key);
    this.say("Draft saved.");
  }

  later() {
    const wait = AGAIN[Math.min(this.failed++, AGAIN.length - 1)];
    this.say("Kept in this browser; the server can't be reached. Trying again.");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  leave() {
    if (this.done || this.area.value === this.sent) return;
    localStorage.setItem(this.key, this.area.value);
  }

  submitted() {
    // The words stay in the browser until a page of the server shows that they arrived (see below).
    this.done = true;
    clearTimeout(this.timer);
    localStorage.setItem(this.key, this.area.value);
  }

  say(words) {
    if (this.status) this.status.textContent = words;
  }
}

// A page that shows a turn as answered says so; its words need no copy here any more.
for (const mark of document.querySelectorAll("[data-answered]")) {
  localStorage.removeItem(`viva-draft:${mark.dataset.answered}`);
}
