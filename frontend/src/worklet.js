// Runs beside the page, where sound arrives: one channel, 16,000 samples a second, 16 bits, with its peak.
import { Resampler } from "./worklet-resampler.js";

const BLOCK = 800; // 0.05 s: what a closed tab can lose

class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, 16000);
    this.block = new Int16Array(BLOCK);
    this.n = 0;
    this.peak = 0;
    this.port.onmessage = () => {
      this.send();
      this.port.postMessage({ flushed: true });
    };
  }

  process([channels]) {
    if (!channels?.length) return true;
    for (const sample of this.resampler.feed(mixed(channels))) this.keep(sample);
    return true;
  }

  keep(sample) {
    const clipped = Math.max(-1, Math.min(1, sample));
    this.peak = Math.max(this.peak, Math.abs(clipped));
    this.block[this.n++] = Math.max(-32768, Math.min(32767, Math.round(clipped * 32768)));
    if (this.n === BLOCK) this.send();
  }

  send() {
    if (!this.n) return;
    const pcm = this.block.slice(0, this.n).buffer;
    this.port.postMessage({ pcm, peak: this.peak }, [pcm]);
    this.n = this.peak = 0;
  }
}

function mixed(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((_, i) => channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length);
}

registerProcessor("viva-recorder", Recorder);
