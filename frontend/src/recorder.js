// Answering out loud: record, pause, finish; then words into the answer, to be read before they are sent.
import { BrowserEars, canAskMaker, isOnDevice } from "./recorder-browser.js";
import { Capture, trouble } from "./recorder-capture.js";
import { keptTakes } from "./recorder-keep.js";
import { Upload } from "./recorder-upload.js";

const CHUNK = 8000; // half a second of samples
const QUIET = 0.003;
const QUIET_SECONDS = 8;
const RATE = 16000;

class Room {
  constructor(root) {
    this.root = root;
    this.base = root.dataset.recorder;
    this.token = root.dataset.token;
    this.answer = document.getElementById(root.dataset.answer);
    this.list = this.part("[data-list]");
    this.blocks = [];
    root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this[button.dataset.do](button).catch((error) => this.say(`That didn't work: ${error.message}`));
    });
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("submit", (event) => this.submitted(event), true);
  }

  part(selector) {
    return this.root.querySelector(selector);
  }

  say(words) {
    this.part("[data-status]").textContent = words;
  }

  async ask(method, path, body) {
    const headers = { "X-CSRF-Token": this.token, "Content-Type": "application/json" };
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await fetch(`${this.base}${path}`, { method, headers, body: sent });
    const found = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw Object.assign(new Error(found.detail), { status: answer.status });
    return found;
  }

  async open() {
    this.info = await this.ask("GET", "");
    const mine = navigator.language?.split("-")[0] === this.info.language ? navigator.language : "";
    this.language = mine.includes("-") ? mine : this.info.language === "en" ? "en-US" : this.info.language;
    this.onDevice = await isOnDevice(this.language);
    this.showEngine();
    this.root.hidden = false;
    await this.refresh();
    await this.sendWhatWasLeft();
    this.root.dataset.state = "idle";
  }

  showEngine() {
    const { engine, where_words: where, trouble: wrong } = this.info;
    const words = this.onDevice
      ? "Words by your browser, on this device. Viva keeps the sound for you to play back."
      : engine
        ? `Words by ${engine}. ${where}`
        : "Nothing here turns speech into words yet: record, play it back, and type.";
    this.part("[data-engine]").textContent = wrong ? `${words} (${wrong})` : words;
    this.part("[data-maker]").hidden = this.onDevice || Boolean(engine) || !canAskMaker();
  }

  async refresh() {
    const part = await fetch(this.root.dataset.takes);
    if (!part.ok) return;
    this.list.innerHTML = await part.text(); // escaped by the server's template
    for (const one of this.list.querySelectorAll("[data-needs-engine]")) one.hidden = !this.info.engine;
    if (this.list.querySelector("[data-text]")) this.wantReading();
  }

  // Chunks of an earlier page that the server never got.
  async sendWhatWasLeft() {
    const takes = await keptTakes(this.base);
    let n = 0;
    for (const address of takes) {
      const upload = await this.upload(address);
      n += upload.waiting.size;
      if (n) this.say("Sending what was left from before…");
      await upload.drained();
      upload.close();
    }
    if (!n) return;
    await this.refresh();
    this.say("What was left from before is on the server now.");
  }

  async upload(address) {
    const take = address.slice(this.base.length + 1);
    const { takes } = await this.ask("GET", "");
    const next = takes.find(({ id }) => id === take)?.next_chunk ?? 0;
    const told = { onState: (words) => this.say(words), onRefused: (words) => this.refused(words) };
    return new Upload(address, this.token, told).restore(next);
  }

  async record() {
    const take = Array.from(crypto.getRandomValues(new Uint8Array(8)), (b) => b.toString(16).padStart(2, "0"));
    await this.start(`${this.base}/${take.join("")}`);
  }

  async continue(button) {
    await this.start(`${this.base}/${takeOf(button)}`);
  }

  async start(address) {
    if (this.capture || this.busy) return;
    this.busy = true;
    this.paused = false;
    this.blocks = [];
    this.say("Asking for the microphone…");
    try {
      const heard = { onBlock: (block) => this.block(block), onEnded: () => this.ended() };
      this.current = await this.upload(address);
      this.capture = await Capture.open(this.root.dataset.worklet, heard);
    } catch (error) {
      this.current?.close();
      return this.say(trouble(error));
    } finally {
      this.busy = false;
    }
    this.quiet = 0;
    this.hear();
    this.show("recording");
    this.say("Recording. Take your time: it goes on until you say that you're done.");
  }

  hear() {
    const asked = !this.part("[data-maker]").hidden && this.part("[data-maker] input").checked;
    const where = this.onDevice ? "browser" : asked ? "maker" : "";
    this.ears = where ? new BrowserEars(where, this.language) : null;
    try {
      this.ears?.start(this.capture.track);
    } catch {
      this.ears = null; // the sound is what counts; words can be made of it later
    }
  }

  show(state) {
    const on = state !== "idle";
    this.part('[data-do="record"]').hidden = on;
    this.part('[data-do="stop"]').hidden = !on;
    this.part('[data-do="pause"]').hidden = !on;
    this.part('[data-do="pause"]').textContent = state === "paused" ? "Go on" : "Pause";
    this.part("[data-level]").hidden = state !== "recording";
    this.list.hidden = on;
    this.root.dataset.state = state;
    if (!on) this.part("[data-time]").textContent = "";
    this.part(on ? '[data-do="stop"]' : '[data-do="record"]').focus();
  }

  block({ pcm, peak }) {
    if (this.paused || !this.current) return;
    this.blocks.push(new Int16Array(pcm));
    if (this.length >= CHUNK) this.send();
    this.part("[data-level] meter").value = Math.max(0, 1 + Math.log10(Math.max(peak, 1e-4)) / 3);
    this.part("[data-time]").textContent = clock(this.current.n * (CHUNK / RATE));
    this.quiet = peak < QUIET ? this.quiet + pcm.byteLength / 2 / RATE : 0;
    if (this.quiet > QUIET_SECONDS && this.current.n * (CHUNK / RATE) < QUIET_SECONDS + 2) {
      this.say("Nothing is heard so far. Is the right microphone chosen, and switched on?");
    }
  }

  get length() {
    return this.blocks.reduce((sum, block) => sum + block.length, 0);
  }

  send() {
    const pcm = new Int16Array(this.length);
    let at = 0;
    for (const block of this.blocks.splice(0)) {
      pcm.set(block, at);
      at += block.length;
    }
    if (pcm.length) this.current.push(pcm);
  }

  async pause() {
    if (!this.paused) await this.capture.flush();
    this.paused = !this.paused;
    if (this.paused) {
      this.send();
      this.ears?.pause();
    } else this.ears?.start(this.capture.track);
    this.show(this.paused ? "paused" : "recording");
    this.say(this.paused ? "Paused. Nothing is recorded." : "Recording.");
  }

  // The microphone went away by itself, or the recording is as long as one can be.
  async ended() {
    await this.stop();
    this.say("The microphone went away. What you said is kept; press Record to go on.");
  }

  async refused(words) {
    if (this.capture) await this.stop();
    this.say(words);
  }

  async stop() {
    const { capture, current, ears } = this;
    if (!capture) return;
    this.capture = null;
    await capture.close();
    this.send();
    const words = ears ? await ears.stop() : [];
    this.current = null;
    this.say("Sending the rest…");
    await current.drained();
    current.close();
    this.show("idle");
    if (current.n === 0) return this.say("Nothing was recorded.");
    await this.done(current.address, words, ears?.where, current.refused ? null : current.n);
  }

  async finish(button) {
    const address = `${this.base}/${takeOf(button)}`;
    const upload = await this.upload(address);
    await upload.drained();
    upload.close();
    await this.done(address, [], "", null);
  }

  // Close the take, make words of it, put them into the answer.
  async done(address, words, where, n) {
    const take = address.slice(this.base.length);
    let wrong = "";
    try {
      await this.ask("POST", `${take}/finish`, { n_chunks: n });
      if (words.length) await this.ask("PUT", `${take}/transcript`, { words, where, language: this.language });
      else if (this.info.engine) return await this.hearTake(take);
      else this.say("Recorded and kept. Play it back and type your answer.");
    } catch (error) {
      wrong = error.message;
    }
    await this.refresh();
    if (words.length) this.put(words.map(({ text }) => text).join(" "));
    if (wrong) this.say(wrong);
  }

  async hearTake(take) {
    this.say("Turning what you said into words…");
    try {
      const { text } = await this.ask("POST", `${take}/transcript`);
      await this.refresh();
      this.put(text);
    } catch (error) {
      this.say(error.message);
      await this.refresh();
    }
  }

  async hearAgain(button) {
    await this.hearTake(`/${takeOf(button)}`);
  }

  async insert(button) {
    this.put(button.closest("[data-text]").dataset.text);
  }

  put(text) {
    const before = this.answer.value.trimEnd();
    this.answer.value = before ? `${before}\n${text}` : text;
    this.answer.dispatchEvent(new Event("input", { bubbles: true }));
    this.wantReading().checked = false;
    this.say("Your words are in the answer below. Read them and correct what was misheard, then send them.");
    this.answer.focus();
  }

  // Words that a machine wrote are sent only when the person says that they are theirs.
  wantReading() {
    const there = this.answer.form.querySelector("#read");
    if (there) return there;
    const line = document.createElement("p");
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", id: "read", required: true });
    label.append(box, " I have read the answer over, and these are my words");
    line.append(label);
    this.answer.form.querySelector(".actions").before(line);
    return box;
  }

  async word(button) {
    const at = button.dataset.at;
    const sound = button.closest(".take").querySelector("audio");
    if (at !== undefined) {
      sound.currentTime = Math.max(0, Number(at) - 0.3);
      sound.play().catch(() => {});
    }
    const all = [...button.parentElement.children].map((one) => one.firstChild.textContent);
    const text = button.firstChild.textContent;
    const earlier = all.slice(0, Number(button.dataset.word)).filter((one) => one === text).length;
    const places = [...` ${this.answer.value} `.matchAll(new RegExp(`(?<=\\s)${escaped(text)}(?=\\s)`, "g"))];
    const place = places[Math.min(earlier, places.length - 1)];
    if (!place) return this.say(`“${text}” isn't in the answer any more.`);
    this.answer.focus();
    this.answer.setSelectionRange(place.index - 1, place.index - 1 + text.length);
  }

  async delete(button) {
    const take = takeOf(button);
    await this.ask("DELETE", `/${take}`);
    await new Upload(`${this.base}/${take}`, this.token, {}).forget();
    await this.refresh();
    this.say("The recording is deleted. The words in your answer stay until you change them.");
  }

  submitted(event) {
    if (event.target !== this.answer.form || !this.capture) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.say("You are still recording. Press “I'm done speaking” first.");
    this.part('[data-do="stop"]').focus();
  }

  leave() {
    if (!this.current) return;
    if (!this.paused) this.send();
    this.current.leave();
  }
}

function takeOf(button) {
  return button.closest("[data-take]").dataset.take;
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

const root = document.querySelector("[data-recorder]");
if (root) new Room(root).open().catch(() => {}); // without a server there is still the page, and typing
