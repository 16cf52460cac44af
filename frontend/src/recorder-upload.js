// Sends the chunks of one take over a websocket, in order, again and again until the server has them.
// The server answers with the lowest number that it lacks; whatever comes before may be forgotten.
import { drop, dropAll, keep, kept } from "./recorder-keep.js";

const AGAIN = [300, 600, 1200, 2000];
const KEEPALIVE_BYTES = 60000; // browsers let a closing page send 64 KiB

export class Upload {
  // `address` is the take's; onState(words) while the server is away; onRefused(words) when it says no.
  constructor(address, token, { onState, onRefused }) {
    Object.assign(this, { address, token, onState, onRefused });
    this.waiting = new Map();
    this.n = 0; // the next chunk's number
    this.has = 0; // all before it are on the server
    this.failed = 0;
    this.idle = [];
  }

  // Take up a take that was left: `next` is what the server lacks.
  async restore(next) {
    const left = await kept(this.address);
    for (const [number, bytes] of left) {
      if (number >= next) this.waiting.set(number, bytes);
      else drop(this.address, number);
    }
    this.n = Math.max(next, Number(localStorage.getItem(this.counter) ?? 0), ...[...left.keys()].map((k) => k + 1));
    this.has = next;
    return this;
  }

  get counter() {
    return `viva-take:${this.address}`;
  }

  push(pcm) {
    const number = this.n++;
    const bytes = new Uint8Array(4 + pcm.byteLength);
    new DataView(bytes.buffer).setUint32(0, number, true);
    bytes.set(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength), 4);
    this.waiting.set(number, bytes);
    localStorage.setItem(this.counter, String(this.n)); // at once, for a page that closes now
    keep(this.address, number, bytes);
    if (this.open) this.socket.send(bytes);
    else this.connect();
  }

  get open() {
    return this.ready && this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    if (this.closed || this.refused || (this.socket && this.socket.readyState < WebSocket.CLOSING) || this.timer) return;
    this.ready = false;
    this.socket = new WebSocket(location.origin.replace(/^http/, "ws") + this.address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => this.told(JSON.parse(data));
    this.socket.onclose = () => this.lost();
  }

  told({ next, error }) {
    if (error) {
      this.refused = true;
      this.settle();
      return this.onRefused(error);
    }
    for (const number of [...this.waiting.keys()]) {
      if (number >= next) continue;
      this.waiting.delete(number);
      drop(this.address, number);
    }
    this.has = next;
    if (!this.ready) this.begin();
    if (!this.waiting.size) this.settle();
  }

  // The first answer on a new connection: send all that the server lacks.
  begin() {
    if (this.failed) this.onState("");
    this.ready = true;
    this.failed = 0;
    for (const number of [...this.waiting.keys()].sort((a, b) => a - b)) this.socket.send(this.waiting.get(number));
  }

  lost() {
    this.ready = false;
    if (this.closed || this.refused) return;
    const wait = AGAIN[Math.min(this.failed++, AGAIN.length - 1)];
    this.onState("The server can't be reached. What you say is kept in this browser until it can.");
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.connect();
    }, wait);
  }

  // Resolves when the server has every chunk, or refuses them.
  drained() {
    if (!this.waiting.size || this.refused) return Promise.resolve();
    this.connect();
    return new Promise((done) => this.idle.push(done));
  }

  settle() {
    for (const done of this.idle.splice(0)) done();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  // The page goes away: what the server lacks goes along as far as it fits; the rest is kept here.
  leave() {
    let room = KEEPALIVE_BYTES;
    for (const [number, bytes] of [...this.waiting].sort(([a], [b]) => b - a)) {
      room -= bytes.byteLength;
      if (room < 0) break;
      const headers = { "X-CSRF-Token": this.token, "Content-Type": "application/octet-stream" };
      fetch(`${this.address}/chunks/${number}`, { method: "PUT", keepalive: true, headers, body: bytes.slice(4) }).catch(() => {});
    }
    this.close();
  }

  async forget() {
    this.close();
    localStorage.removeItem(this.counter);
    await dropAll(this.address);
  }
}
