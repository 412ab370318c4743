import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createRtspServer, type IncomingMessage, type ServerResponse } from "rtsp-server";
import { LiveStream, type StreamSettings } from "../live-stream.ts";
import type { Credentials } from "./rtsp-auth.ts";
import { RtspConnection } from "./rtsp-connection.ts";
import { RtspConversation, type RtspReply } from "./rtsp-conversation.ts";
import { openUdpPair, type UdpPair } from "./udp-pair.ts";

export interface RtspServerSettings {
  /** IPv4 address to listen on, 127.0.0.1 by default. */
  host?: string;
  /** 0, the default, for a free one. */
  port?: number;
}

/** Serves live video over RTSP: Digest and Basic access, packets over the connection itself or over UDP. */
export async function openRtspServer(settings: RtspServerSettings = {}): Promise<RtspServer> {
  const host = settings.host ?? "127.0.0.1";
  const udp = await openUdpPair(host);
  const listener = createServer();
  try {
    listener.listen(settings.port ?? 0, host);
    await once(listener, "listening");
  } catch (error) {
    udp.close();
    throw error;
  }
  return new RtspServer(listener, udp);
}

/** Paths begin with a slash. */
export class RtspServer {
  readonly port: number;
  readonly #host: string;
  readonly #listener: Server;
  readonly #udp: UdpPair;
  readonly #streams = new Map<string, LiveStream>();
  readonly #conversations = new Map<RtspConnection, RtspConversation>();
  /** Never listens itself: it is handed connections that hide interleaved packets from it. */
  readonly #protocol = createRtspServer((request, response) => this.#respond(request, response));

  constructor(listener: Server, udp: UdpPair) {
    const address = listener.address() as AddressInfo;
    this.port = address.port;
    this.#host = address.address === "0.0.0.0" ? "127.0.0.1" : address.address;
    this.#listener = listener;
    this.#udp = udp;
    listener.on("connection", (socket) => this.#welcome(socket));
  }

  /** Serves packets under `path`, in place of what was there. */
  addStream(path: string, settings: StreamSettings): LiveStream {
    this.removeStream(path);
    const stream = new LiveStream(settings);
    this.#streams.set(path, stream);
    return stream;
  }

  /** Disconnects the clients of a path, which is unknown from then on. */
  removeStream(path: string): void {
    this.#streams.get(path)?.dropViewers();
    this.#streams.delete(path);
  }

  streamAt(path: string): LiveStream | undefined {
    return this.#streams.get(path);
  }

  /** The address of a path, with the credentials a client is to use. */
  url(path: string, credentials?: Credentials): string {
    const [user, password] = [credentials?.user ?? "", credentials?.password ?? ""].map(encodeURIComponent);
    const access = credentials === undefined ? "" : `${user}:${password}@`;
    return `rtsp://${access}${this.#host}:${this.port}${encodeURI(path)}`;
  }

  /** Cuts every connection; clients may come back at once. */
  dropClients(): void {
    for (const connection of this.#conversations.keys()) connection.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#listener, "close");
    this.#listener.close();
    this.dropClients();
    await closed;
    this.#udp.close();
    this.#streams.clear();
  }

  #welcome(socket: Socket): void {
    const connection = new RtspConnection(socket);
    const house = { streamAt: (path: string) => this.#streams.get(path), udp: this.#udp };
    this.#conversations.set(connection, new RtspConversation(house, connection));
    connection.once("close", () => this.#conversations.delete(connection));
    this.#protocol.emit("connection", connection);
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const conversation = this.#conversations.get(request.socket as RtspConnection);
    // A connection may close with requests still on their way through the decoder.
    if (conversation !== undefined) write(response, conversation.answer(request));
  }
}

function write(response: ServerResponse, reply: RtspReply): void {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.body === undefined) return void response.end();
  response.setHeader("Content-Length", Buffer.byteLength(reply.body));
  response.end(reply.body);
}
