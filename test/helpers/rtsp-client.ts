import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { RtspSplitter } from "../../src/stream/relay/rtsp-framing.ts";

export interface RtspResponse {
  status: number;
  headers: Map<string, string[]>;
  body: string;
}

/** Speaks RTSP word by word, for what ffmpeg as a client never says. */
export class RtspClient {
  /** Interleaved packets received, RTP and RTCP. */
  readonly packets: { channel: number; packet: Buffer }[] = [];
  readonly socket: Socket;
  readonly #splitter = new RtspSplitter();
  readonly #waiting: ((response: RtspResponse) => void)[] = [];
  #sequence = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("data", (chunk) => this.#receive(chunk));
  }

  static async open(port: number): Promise<RtspClient> {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new RtspClient(socket);
  }

  request(method: string, uri: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    const lines = Object.entries({ CSeq: ++this.#sequence, ...headers }).map(([name, value]) => `${name}: ${value}`);
    this.socket.write([`${method} ${uri} RTSP/1.0`, ...lines, "", ""].join("\r\n"));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** SETUP over the connection itself, then PLAY; the session's id. */
  async play(uri: string): Promise<string> {
    const setup = await this.request("SETUP", `${uri}/trackID=0`, { Transport: "RTP/AVP/TCP;unicast;interleaved=0-1" });
    const session = setup.headers.get("session")?.[0]?.split(";")[0] ?? "";
    await this.request("PLAY", uri, { Session: session });
    return session;
  }

  close(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    for (const part of this.#splitter.push(chunk)) {
      if (part.kind === "interleaved") this.packets.push({ channel: part.channel, packet: part.packet });
      else this.#waiting.shift()?.(parseResponse(part.bytes.toString()));
    }
  }
}

function parseResponse(text: string): RtspResponse {
  const [head = "", body = ""] = text.split("\r\n\r\n", 2);
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body };
}
