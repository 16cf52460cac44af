// The microphone: blocks of PCM with their peak, until it is closed. What goes wrong has a sentence here.
const TROUBLES = {
  NotAllowedError: "The microphone isn't allowed here. Allow it next to the address, then press Record again. You can type meanwhile.",
  SecurityError: "The microphone isn't allowed here. Allow it next to the address, then press Record again. You can type meanwhile.",
  NotFoundError: "No microphone was found. Plug one in and press Record again, or type your answer.",
  OverconstrainedError: "No microphone was found. Plug one in and press Record again, or type your answer.",
  NotReadableError: "Another program holds the microphone. Close it and press Record again, or type your answer.",
  AbortError: "The microphone stopped. Press Record again, or type your answer.",
};

// Loudness is evened out; the rest stays as spoken, for engines hear better what nobody has cleaned.
const WANTED = { channelCount: 1, autoGainControl: true, echoCancellation: false, noiseSuppression: false };

export function trouble(error) {
  return TROUBLES[error?.name] ?? `The microphone can't be used (${error?.message ?? error}). Type your answer.`;
}

export class Capture {
  // onBlock({pcm, peak}); onEnded() when the microphone goes away by itself.
  static async open(worklet, { onBlock, onEnded }) {
    if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) {
      throw new Error("it needs a current browser, and https or this machine's own address");
    }
    const context = new AudioContext(); // all is ready before the microphone is: no first word is lost
    try {
      await Promise.all([context.audioWorklet.addModule(worklet), context.resume()]);
      const stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
      return new Capture(stream, context, onBlock, onEnded);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  constructor(stream, context, onBlock, onEnded) {
    this.context = context;
    [this.track] = stream.getAudioTracks();
    this.node = new AudioWorkletNode(context, "viva-recorder", { numberOfOutputs: 0 });
    this.node.port.onmessage = ({ data }) => (data.flushed ? this.flushed?.() : onBlock(data));
    this.source = context.createMediaStreamSource(stream);
    this.source.connect(this.node);
    this.track.addEventListener("ended", onEnded);
  }

  flush() {
    return new Promise((done) => {
      this.flushed = done;
      this.node.port.postMessage("flush");
      setTimeout(done, 500); // a context that the system has stopped doesn't answer
    });
  }

  async close() {
    this.source.disconnect();
    await this.flush();
    this.track.stop();
    await this.context.close();
  }
}
