import type { IncomingMessage, ServerResponse } from "node:http";
import type { Report } from "../../report/events.ts";
import { answerJson, refuse } from "../answer.ts";
import type { Access } from "./access.ts";
import { foreignRefusal, tokenRefusal, WRONG_TOKEN } from "./change-guard.ts";
import { readJson } from "./read-json.ts";

interface Around {
  response: ServerResponse;
  access: Access;
  report: Report;
}

/** Whether a browser may change and see things, and the exchange of the token for a cookie. False for any other path. */
export async function answerSession(
  pathname: string,
  request: IncomingMessage,
  { response, access, report }: Around,
): Promise<boolean> {
  if (pathname !== "/api/session") return false;
  const foreign = request.method === "POST" || request.method === "DELETE" ? foreignRefusal(request) : null;
  if (foreign !== null) refuse(response, foreign);
  else if (request.method === "POST") await signIn(request, { response, access, report });
  else if (request.method === "DELETE") {
    response.setHeader("set-cookie", access.noCookie);
    answerJson(response, 200, { signed_in: false });
  } else answerJson(response, 200, sessionOf(request, access));
  return true;
}

async function signIn(request: IncomingMessage, { response, access, report }: Around): Promise<void> {
  const body = await readJson(request);
  if ("refusal" in body) return refuse(response, body.refusal);
  const token = (body.value as { token?: unknown } | null)?.token;
  const cookie = typeof token === "string" ? access.cookieFor(token) : null;
  if (cookie === null) {
    const from = request.socket.remoteAddress ?? "";
    report({ type: "http_change_refused", from, path: "/api/session", message: WRONG_TOKEN.message });
    return refuse(response, WRONG_TOKEN);
  }
  response.setHeader("set-cookie", cookie);
  answerJson(response, 200, { signed_in: true });
}

function sessionOf(request: IncomingMessage, access: Access) {
  const isKnown = access.isKnown(request);
  const refusal = tokenRefusal(request, access);
  return {
    /** Whether the page may be seen, and things changed. */
    sees: !access.isClosed || isKnown,
    changes: refusal === null,
    has_token: access.changes === "token",
    signed_in: isKnown,
    why: refusal === null ? null : { message: refusal.message, hint: refusal.hint ?? null },
  };
}
