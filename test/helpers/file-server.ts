import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface FileServer {
  url: string;
  /** What was asked so far: the path, and the range where one was. */
  asked: { path: string; range: string | undefined; authorization: string | undefined }[];
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server of this machine that answers by the path of the request; closed with the test. */
export async function openFileServer(answers: Readonly<Record<string, Answer>>): Promise<FileServer> {
  const asked: FileServer["asked"] = [];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    const path = request.url ?? "";
    asked.push({ path, range, authorization });
    const answer = answers[path.replace(/\?.*/, "")];
    if (answer === undefined) response.writeHead(404).end("not here");
    else answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Serves a file, from the first byte of a range on where one is asked. */
export function serving(content: Buffer): Answer {
  return ({ headers }, response) => {
    const from = firstByte(headers.range);
    if (from > content.length - 1) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
    } else if (from === 0) response.writeHead(200, { "content-length": content.length }).end(content);
    else {
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { "content-length": content.length - from, "content-range": range });
      response.end(content.subarray(from));
    }
  };
}

/** Serves a file and breaks the connection off after so many bytes, as often as said. */
export function breakingOff(content: Buffer, afterBytes: number, times: number): Answer {
  let left = times;
  return (request, response) => {
    if (left-- <= 0) return serving(content)(request, response);
    const from = firstByte(request.headers.range);
    const range = from === 0 ? {} : { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === 0 ? 200 : 206, { "content-length": content.length - from, ...range });
    response.write(content.subarray(from, from + afterBytes), () => response.destroy());
  };
}

export function redirecting(to: string, status = 302): Answer {
  return (_, response) => void response.writeHead(status, { location: to }).end();
}

function firstByte(range: string | undefined): number {
  return Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
}
