import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { interleave, type RtspPart, RtspSplitter } from "../../stream/relay/rtsp-framing.ts";

const REQUEST_LINE = /^[A-Z_]+ [^ ]+ RTSP\/\d\.\d$/;
const BAD_REQUEST = "RTSP/1.0 400 Bad Request\r\n\r\n";

/**
 * Stands between the socket and `rtsp-server`, which knows nothing of interleaved packets: it reads whole sound requests
 * and nothing else, and its responses leave whole, so that no packet ever falls into the middle of one.
 */
export class RtspConnection extends Duplex {
  readonly remoteAddress: string;
  readonly #socket: Socket;
  readonly #incoming = new RtspSplitter();
  readonly #outgoing = new RtspSplitter();

  constructor(socket: Socket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? "";
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("end", () => this.push(null));
    socket.on("error", () => this.destroy());
    socket.on("close", () => this.destroy());
  }

  /** Bytes accepted and not yet taken by the network. */
  get backlogBytes(): number {
    return this.#socket.writableLength;
  }

  sendInterleaved(channel: number, packet: Buffer): void {
    if (!this.#socket.writableEnded) this.#socket.write(interleave(channel, packet));
  }

  /** Ends the connection when the client says nothing for so long. */
  endWhenSilent(timeoutMs: number): void {
    this.#socket.setTimeout(timeoutMs, () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const bytes = this.#outgoing.push(chunk).map((part) => (part.kind === "message" ? part.bytes : Buffer.alloc(0)));
    if (bytes.length === 0) done();
    else this.#socket.write(Buffer.concat(bytes), () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #receive(chunk: Buffer): void {
    const parts = this.#split(chunk);
    if (parts === undefined) return void this.#socket.end(BAD_REQUEST);
    // Interleaved packets of a client are receiver reports; nothing here acts on them.
    for (const part of parts) {
      if (part.kind === "message" && !this.push(part.bytes)) this.#socket.pause();
    }
  }

  #split(chunk: Buffer): RtspPart[] | undefined {
    try {
      const parts = this.#incoming.push(chunk);
      return parts.every(isSound) ? parts : undefined;
    } catch {
      return undefined;
    }
  }
}

/** `rtsp-stream` throws out of reach on anything else. */
function isSound(part: RtspPart): boolean {
  if (part.kind === "interleaved") return true;
  const [requestLine = "", ...rest] = part.bytes.toString("latin1").split("\r\n");
  return REQUEST_LINE.test(requestLine) && rest.some((line) => /^cseq:\s*\d+\s*$/i.test(line));
}
