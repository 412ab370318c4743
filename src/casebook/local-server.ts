import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A request as a case records it. */
export interface RecordedRequest {
  method: string;
  path: string;
  content_type: string | null;
  headers: Record<string, string>;
  body: string;
}

export interface LocalServer {
  address: string;
  requests: RecordedRequest[];
  close(): void;
}

const SLOW_MS = 2500;

/** A server on loopback that records requests: 500 under /fail, 404 under /missing, late under /slow, else 200. */
export async function openLocalServer(): Promise<LocalServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    requests.push(await record(request));
    const path = request.url ?? "/";
    if (path.startsWith("/slow")) await delay(SLOW_MS, undefined, { ref: false });
    response.writeHead(path.startsWith("/fail") ? 500 : path.startsWith("/missing") ? 404 : 200).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("utf8");
  const type = request.headers["content-type"] ?? null;
  const boundary = /boundary=([^;]+)/.exec(type ?? "")?.[1];
  const plain = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, "<boundary>"));
  const own = Object.entries(request.headers).filter(([name]) => name.startsWith("x-"));
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    content_type: type === null ? null : plain(type),
    headers: Object.fromEntries(own.map(([name, value]) => [name, String(value)])),
    body: plain(body),
  };
}
