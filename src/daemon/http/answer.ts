import type { ServerResponse } from "node:http";
import type { HttpRefusal } from "./access/change-guard.ts";

/** Answers with a whole body. */
export function end(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  end(response, status, JSON.stringify(body), "application/json");
}

/** Says what was not done and why; a body that was not read to its end ends the connection. */
export function refuse(response: ServerResponse, { status, ...error }: HttpRefusal & { issues?: unknown }): void {
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  if (!response.req.complete) response.setHeader("connection", "close");
  answerJson(response, status, { error });
}
