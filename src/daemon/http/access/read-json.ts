import type { IncomingMessage } from "node:http";
import { messageOf } from "../../../base/errors.ts";
import type { HttpRefusal } from "./change-guard.ts";

/** A zone of the most corners is a tenth of it. */
const MOST_BYTES = 64 * 1024;
const MOST_MS = 10_000;

/** The JSON that a request brings, or why it is not read. */
export async function readJson(request: IncomingMessage): Promise<{ value: unknown } | { refusal: HttpRefusal }> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json *(;|$)/i.test(type)) return { refusal: wrongType(type) };
  const body = await bodyOf(request);
  if (body === null) return { refusal: TOO_LARGE };
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    const message = `the body is no JSON: ${messageOf(error)}`;
    return { refusal: { status: 400, code: "HTTP_BODY", message } };
  }
}

/** Null for one that is too large, or does not come. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const late = setTimeout(() => request.destroy(), MOST_MS);
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MOST_BYTES) return null;
      parts.push(part);
    }
    return Buffer.concat(parts).toString("utf8");
  } finally {
    clearTimeout(late);
  }
}

function wrongType(type: string): HttpRefusal {
  const message = `the content type is ${JSON.stringify(type.slice(0, 100))}, expected "application/json"`;
  return { status: 415, code: "HTTP_BODY", message };
}

const TOO_LARGE: HttpRefusal = {
  status: 413,
  code: "HTTP_BODY",
  message: `the body has more than ${MOST_BYTES / 1024} KiB`,
};
