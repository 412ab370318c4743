import { createServer, type IncomingMessage, request as requestPlain, type ServerResponse } from "node:http";
import { request as requestTls } from "node:https";
import { type Answerer, answererOf } from "./challenge.ts";
import { listenOnLoopback } from "./loopback.ts";
import { isOwnPeer } from "./own-peer.ts";
import { tlsOptions, unreachable } from "./reach.ts";
import { refusal } from "./refusal.ts";
import type { DoorSettings, Relay } from "./relay.ts";

const MOST_REDIRECTS = 5;
/** Of one hop; what they say of the connection to the camera means nothing to the one on loopback. */
const HOP_HEADERS = ["connection", "keep-alive", "transfer-encoding", "host", "authorization", "proxy-authorization"];

/** A relay between an ffmpeg and what a camera serves over HTTP. */
export async function openHttpRelay(settings: DoorSettings): Promise<Relay> {
  const passage = new HttpPassage(settings);
  const server = createServer((request, response) => {
    void isOwnPeer(request.socket).then((isOwn) => {
      const target = isOwn ? passage.targetOf(request.url ?? "", token) : null;
      if (target === null) response.writeHead(404).end();
      else passage.fetch(target, { request, response });
    });
  });
  const { host, token, close } = await listenOnLoopback(server);
  const { pathname } = new URL(settings.url);
  return {
    // The last part of the path may tell the format.
    url: `http://${host}/${token}/${pathname.slice(pathname.lastIndexOf("/") + 1)}`,
    get mediaAt() {
      return passage.mediaAt;
    },
    close,
  };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

class HttpPassage {
  readonly #settings: DoorSettings;
  #answerer: Answerer | null = null;
  mediaAt: number | null = null;

  constructor(settings: DoorSettings) {
    this.#settings = settings;
  }

  /** The camera's address first; what a playlist names is found beside it. */
  targetOf(path: string, token: string): URL | null {
    if (!path.startsWith(`/${token}/`)) return null;
    const camera = new URL(this.#settings.url);
    const below = path.slice(token.length + 2);
    return below === camera.pathname.slice(camera.pathname.lastIndexOf("/") + 1) ? camera : new URL(below, camera);
  }

  fetch(target: URL, exchange: Exchange, redirects = 0, isRetried = false): void {
    const { request, response } = exchange;
    const { url, username, password = "", trust } = this.#settings;
    // User name and password are for the camera alone, wherever it sends us.
    const isCamera = target.host === new URL(url).host;
    const uri = `${target.pathname}${target.search}`;
    const authorization = isCamera ? this.#answerer?.authorize({ method: request.method ?? "GET", uri }) : undefined;
    const options = {
      method: request.method ?? "GET",
      headers: { ...passing(request.headers), host: target.host, ...(authorization && { authorization }) },
      agent: false as const,
      // Firmware is lenient with headers.
      insecureHTTPParser: true,
      ...(target.protocol === "https:" && tlsOptions(target.hostname, trust)),
    };
    const outgoing = (target.protocol === "https:" ? requestTls : requestPlain)(target, options, (incoming) => {
      const { statusCode: status = 502, statusMessage: reason = "" } = incoming;
      const challenge = incoming.headers["www-authenticate"];
      if (status === 401 && isCamera && !isRetried && username !== undefined && challenge !== undefined) {
        incoming.resume();
        this.#answerer = answererOf([challenge], { username, password });
        if (this.#answerer !== null) return this.fetch(target, exchange, redirects, true);
      }
      const { location } = incoming.headers;
      if (status >= 300 && status < 400 && location !== undefined && redirects < MOST_REDIRECTS) {
        incoming.resume();
        return this.fetch(new URL(location, target), exchange, redirects + 1);
      }
      const refused = refusal({ status, reason, method: options.method });
      if (refused !== null && target.href === new URL(url).href) this.#settings.failed?.(refused);
      response.writeHead(status, passing(incoming.headers));
      incoming.on("data", () => {
        this.mediaAt = performance.now();
      });
      incoming.pipe(response);
      incoming.on("error", () => response.destroy());
    });
    outgoing.on("error", (error) => {
      if (!response.headersSent && !response.destroyed) this.#settings.failed?.(unreachable(error));
      response.destroy();
    });
    response.once("close", () => outgoing.destroy());
    outgoing.end();
  }
}

function passing(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)));
}
