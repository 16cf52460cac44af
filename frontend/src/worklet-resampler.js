// Sound at another rate, a stretch at a time: a windowed sinc that takes away what the new rate can't hold.
// Browsers can be asked for a context at 16 kHz, but not all of them connect a microphone to one.
const FINE = 64; // steps of the kernel's table between two samples
const CROSSINGS = 12;

export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cutoff = Math.min(1, to / from) * 0.94;
    this.half = this.step === 1 ? 0 : Math.ceil(CROSSINGS / this.cutoff);
    this.table = kernel(this.half, this.cutoff);
    this.past = new Float32Array(2 * this.half);
    this.at = this.half; // where in `past` the next new sample stands
  }

  feed(samples) {
    if (!this.half) return samples;
    const known = new Float32Array(this.past.length + samples.length);
    known.set(this.past);
    known.set(samples, this.past.length);
    const made = [];
    for (; this.at + this.half < known.length; this.at += this.step) made.push(this.value(known, this.at));
    const from = Math.max(0, Math.floor(this.at) - this.half);
    this.past = known.slice(from);
    this.at -= from;
    return made;
  }

  value(known, at) {
    let sum = 0;
    const last = Math.min(known.length - 1, Math.floor(at) + this.half);
    for (let i = Math.max(0, Math.ceil(at) - this.half); i <= last; i++) {
      const place = Math.abs(at - i) * FINE;
      const low = Math.floor(place);
      const part = place - low;
      sum += known[i] * (this.table[low] * (1 - part) + this.table[low + 1] * part);
    }
    return sum;
  }
}

function kernel(half, cutoff) {
  const table = new Float32Array(half * FINE + 2);
  for (let k = 0; k < half * FINE; k++) {
    const x = k / FINE;
    const window = 0.42 + 0.5 * Math.cos((Math.PI * x) / half) + 0.08 * Math.cos((2 * Math.PI * x) / half);
    table[k] = window * (x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x));
  }
  return table;
}
