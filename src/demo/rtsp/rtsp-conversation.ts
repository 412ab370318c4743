import { randomBytes } from "node:crypto";
import type { LiveStream } from "../live-stream.ts";
import { challenges, isAuthorized } from "./rtsp-auth.ts";
import type { RtspConnection } from "./rtsp-connection.ts";
import { chooseTransport, formatTransport } from "./rtsp-transport.ts";
import { RtspViewer } from "./rtsp-viewer.ts";
import { describeTrack, TRACK } from "./sdp.ts";
import type { UdpPair } from "./udp-pair.ts";

export interface RtspRequest {
  method: string;
  uri: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
}

export interface RtspReply {
  status: number;
  headers?: Readonly<Record<string, string | readonly string[]>>;
  body?: string;
}

/** What the server lends to each conversation. */
export interface RtspHouse {
  streamAt(path: string): LiveStream | undefined;
  udp: UdpPair;
}

interface Session {
  stream: LiveStream;
  viewer: RtspViewer;
}

const METHODS = ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN", "GET_PARAMETER"];
const SESSION_TIMEOUT_S = 60;

/** One client's requests and the sessions they made; they end with its connection. */
export class RtspConversation {
  readonly #house: RtspHouse;
  readonly #connection: RtspConnection;
  readonly #nonce = randomBytes(16).toString("hex");
  readonly #sessions = new Map<string, Session>();

  constructor(house: RtspHouse, connection: RtspConnection) {
    this.#house = house;
    this.#connection = connection;
    connection.once("close", () => {
      for (const id of this.#sessions.keys()) this.#end(id);
    });
  }

  answer(request: RtspRequest): RtspReply {
    if (!METHODS.includes(request.method)) return { status: 501 };
    if (request.method === "OPTIONS") return { status: 200, headers: { Public: METHODS.join(", ") } };
    if (request.method === "DESCRIBE" || request.method === "SETUP") return this.#open(request);
    return this.#control(request);
  }

  #open(request: RtspRequest): RtspReply {
    const path = streamPath(request.uri);
    const stream = this.#house.streamAt(path);
    if (stream === undefined) return { status: 404 };
    if (!this.#mayUse(stream, request)) return this.#unauthorized();
    if (stream.isRefused) return { status: 503 };
    return request.method === "DESCRIBE" ? this.#describe(request, stream) : this.#setUp(request, stream);
  }

  #describe(request: RtspRequest, stream: LiveStream): RtspReply {
    const path = streamPath(request.uri);
    return {
      status: 200,
      headers: { "Content-Type": "application/sdp", "Content-Base": `${request.uri.replace(/\/$/, "")}/` },
      body: describeTrack(stream.sdp, path.slice(1)),
    };
  }

  #setUp(request: RtspRequest, stream: LiveStream): RtspReply {
    const transport = chooseTransport(request.headers["transport"] ?? "");
    if (transport === undefined) return { status: 461 };
    // With a single track to each stream, a second SETUP in one session has nothing to add.
    if (request.headers["session"] !== undefined) return { status: 459 };
    const viewer = new RtspViewer(this.#connection, transport, this.#house.udp);
    const id = randomBytes(8).toString("hex");
    this.#sessions.set(id, { stream, viewer });
    stream.join(viewer);
    if (transport.kind === "udp") this.#connection.endWhenSilent(SESSION_TIMEOUT_S * 1000);
    return {
      status: 200,
      headers: {
        Transport: formatTransport(transport, this.#house.udp.ports),
        Session: `${id};timeout=${SESSION_TIMEOUT_S}`,
      },
    };
  }

  /** PLAY, TEARDOWN and GET_PARAMETER; the last also serves to keep alive a connection without a session. */
  #control(request: RtspRequest): RtspReply {
    const id = request.headers["session"]?.split(";")[0]?.trim();
    if (id === undefined && request.method === "GET_PARAMETER") return { status: 200 };
    const session = this.#sessions.get(id ?? "");
    if (id === undefined || session === undefined) return { status: 454 };
    if (!this.#mayUse(session.stream, request)) return this.#unauthorized();
    if (request.method === "TEARDOWN") this.#end(id);
    if (request.method !== "PLAY") return { status: 200, headers: { Session: id } };
    session.viewer.isPlaying = true;
    return { status: 200, headers: { Session: id, Range: "npt=now-" } };
  }

  #end(id: string): void {
    const session = this.#sessions.get(id);
    session?.stream.leave(session.viewer);
    this.#sessions.delete(id);
  }

  #mayUse(stream: LiveStream, request: RtspRequest): boolean {
    const { method, uri, headers } = request;
    if (stream.credentials === undefined) return true;
    return isAuthorized(
      { method, uri, authorization: headers["authorization"], nonce: this.#nonce },
      stream.credentials,
    );
  }

  #unauthorized(): RtspReply {
    return { status: 401, headers: { "WWW-Authenticate": challenges(this.#nonce) } };
  }
}

/** The path of the stream or of its track, without a trailing slash; `""` for what is no address. */
function streamPath(uri: string): string {
  if (!URL.canParse(uri)) return "";
  const path = new URL(uri).pathname.replace(/\/$/, "");
  return decoded(path.endsWith(`/${TRACK}`) ? path.slice(0, -TRACK.length - 1) : path);
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return "";
  }
}
