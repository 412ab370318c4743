import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventEntry, EventPage, EventQuery, FileEnding } from "../archive/event-index.ts";
import { end } from "./answer.ts";

/** Events that have happened, and their pictures and clips. */
export interface EventSource {
  page(query: EventQuery): EventPage;
  /** Null where the event has no such file. */
  file(id: string, ending: FileEnding): string | null;
}

const [USUAL_LIMIT, MOST] = [50, 500];

/** Answers a request for events; false for any other path. */
export async function answerEvents(
  request: IncomingMessage,
  response: ServerResponse,
  events: EventSource,
): Promise<boolean> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/events.json") {
    answerPage(searchParams, response, events);
    return true;
  }
  const [, id, ending] = /^\/events\/([a-z0-9_-]{1,128})\.(jpg|mp4)$/.exec(pathname) ?? [];
  const path = id === undefined || (ending !== "jpg" && ending !== "mp4") ? null : events.file(id, ending);
  if (path === null || ending === undefined) return false;
  await sendFile(path, TYPES[ending] ?? "", { request, response });
  return true;
}

const TYPES: Readonly<Record<string, string>> = { jpg: "image/jpeg", mp4: "video/mp4" };

function answerPage(given: URLSearchParams, response: ServerResponse, events: EventSource): void {
  const asked = given.get("limit");
  const limit = Number(asked ?? USUAL_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    end(response, 400, `"limit" is ${JSON.stringify(asked)}: expected a whole number from 1 to ${MOST}`);
    return;
  }
  const { entries, next } = events.page({ camera: given.get("camera"), limit, before: given.get("before") });
  end(response, 200, JSON.stringify({ events: entries.map(listed), next }), "application/json");
}

function listed({ record, files }: EventEntry) {
  const address = (ending: FileEnding) => (files.has(ending) ? `/events/${record.id}.${ending}` : null);
  return { ...record, snapshot: address("jpg"), clip: address("mp4") };
}

/** With the part of it that a player asks for. */
async function sendFile(
  path: string,
  type: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return end(response, 404, "it was deleted");
  const part = partOf(request.headers.range, size);
  response.setHeader("accept-ranges", "bytes");
  if (part === null) {
    response.setHeader("content-range", `bytes */${size}`);
    return end(response, 416, `it has ${size} bytes`);
  }
  const [from, to] = part;
  const isPart = request.headers.range !== undefined && /^bytes=/.test(request.headers.range);
  if (isPart) response.setHeader("content-range", `bytes ${from}-${to}/${size}`);
  const headers = {
    "content-type": type,
    "cache-control": "no-store",
    "content-length": size === 0 ? 0 : to - from + 1,
  };
  response.writeHead(isPart ? 206 : 200, headers);
  if (request.method === "HEAD" || size === 0) return void response.end();
  const stream = createReadStream(path, { start: from, end: to });
  response.on("close", () => stream.destroy());
  stream.on("error", () => response.destroy());
  stream.pipe(response);
}

/** First and last byte of one range, all of it where none is asked; null where there is no such part. */
function partOf(range: string | undefined, size: number): [number, number] | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return range?.startsWith("bytes=") === true ? null : [0, size - 1];
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return from <= to ? [from, to] : null;
}
