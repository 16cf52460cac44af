// The browser's own recognition: on the device where it can, by its maker only when the person asks for it.
// It is never told what the question is about.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const HOPELESS = ["not-allowed", "service-not-allowed", "language-not-supported", "audio-capture"];

export const canAskMaker = () => Boolean(Recognition);

export async function isOnDevice(language) {
  try {
    return (await Recognition?.available?.({ langs: [language], processLocally: true })) === "available";
  } catch {
    return false;
  }
}

export class BrowserEars {
  // `where` is "browser" (on the device) or "maker".
  constructor(where, language) {
    this.where = where;
    this.language = language;
    this.words = [];
  }

  start(track) {
    this.track = track;
    this.listens = true;
    this.listen();
  }

  listen() {
    this.ears = new Recognition();
    Object.assign(this.ears, { continuous: true, interimResults: false, lang: this.language });
    if (this.where === "browser") this.ears.processLocally = true;
    this.ears.onresult = (event) => this.heard(event);
    this.ears.onerror = ({ error }) => {
      if (HOPELESS.includes(error)) this.failed = error;
    };
    // It ends at every longer silence; the person's turn doesn't.
    this.ears.onend = () => (this.listens && !this.failed ? this.listen() : this.ended?.());
    this.ears.start(this.track);
  }

  heard(event) {
    for (const result of [...event.results].slice(event.resultIndex)) {
      if (!result.isFinal) continue;
      const { transcript, confidence } = result[0];
      const sure = confidence > 0 ? Math.min(1, confidence) : null; // 0 is how some say that they don't know
      for (const text of transcript.split(/\s+/).filter(Boolean)) this.words.push({ text, confidence: sure });
    }
  }

  pause() {
    this.listens = false;
    this.ears.stop();
  }

  // Resolves to the words, none when it failed.
  async stop() {
    this.listens = false;
    if (!this.failed) {
      const ended = new Promise((done) => {
        this.ended = done;
        setTimeout(done, 3000);
      });
      this.ears.stop();
      await ended;
    }
    return this.words;
  }
}
