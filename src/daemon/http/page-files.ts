import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { programFile } from "../../base/program-files.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

interface PageFile {
  content: Buffer;
  tag: string;
  type: string;
}

/** Files that were asked for once; they do not change while the program runs. */
const read = new Map<string, Promise<PageFile | null>>();

/** The page at `/` and what it consists of at `/page/<file>`; false for any other path. */
export async function answerPageFile(
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const name = pathname === "/" ? "index.html" : /^\/page\/([a-z-]+\.(?:css|js|svg))$/.exec(pathname)?.[1];
  if (name === undefined) return false;
  const file = await pageFile(name);
  if (file === null) return false;
  // A new version of the program shows its own page at once.
  const headers = { "cache-control": "no-cache", etag: file.tag, "content-type": file.type };
  if (request.headers["if-none-match"] === file.tag) response.writeHead(304, headers).end();
  else response.writeHead(200, headers).end(file.content);
  return true;
}

/** Null for one that is not there, which is not remembered. */
async function pageFile(name: string): Promise<PageFile | null> {
  const reading = read.get(name) ?? readPageFile(name);
  read.set(name, reading);
  const file = await reading;
  if (file === null) read.delete(name);
  return file;
}

async function readPageFile(name: string): Promise<PageFile | null> {
  const content = await readFile(programFile(`daemon/http/page/${name}`)).catch(() => null);
  if (content === null) return null;
  const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 16)}"`;
  return { content, tag, type: TYPES[extname(name)] ?? "" };
}
