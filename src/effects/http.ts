import type { Dispatcher } from "undici";
import { EffectError, messageOf } from "../base/errors.ts";
import type { HttpReply, HttpRequest, HttpService } from "../blocks/contract/services.ts";

const LONGEST_TEXT = 64 * 1024;
const MOST_REDIRECTS = 5;

/** Requests over kept connections. Redirects are followed a few times. */
export function openHttp(): HttpService & { close(): Promise<void> } {
  // Loaded with the first request: most workflows send none.
  let client: Promise<Client> | null = null;
  return {
    async send(request) {
      checkUrl(request.url);
      client ??= openClient();
      try {
        return await answerOf(request, await client);
      } catch (error) {
        throw failure(request, error);
      }
    },
    async close() {
      await (await client)?.close();
    },
  };
}

type Client = Awaited<ReturnType<typeof openClient>>;

async function openClient() {
  const { Agent, interceptors, request } = await import("undici");
  const agent = new Agent();
  const dispatcher: Dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTS }));
  return { request, dispatcher, close: () => agent.destroy() };
}

async function answerOf(
  { method, url, headers, body, timeoutMs }: HttpRequest,
  { request, dispatcher }: Client,
): Promise<HttpReply> {
  const signal = AbortSignal.timeout(timeoutMs);
  const reply = await request(url, { method, headers, body, dispatcher, signal });
  let text = "";
  for await (const chunk of reply.body.setEncoding("utf8")) {
    text += String(chunk);
    if (text.length > LONGEST_TEXT) break;
  }
  return { status: reply.statusCode, text: text.slice(0, LONGEST_TEXT) };
}

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : null;
  if (protocol === "http:" || protocol === "https:") return;
  const found = protocol === null ? `"${url}"` : `an address of ${protocol}`;
  throw new EffectError("HTTP_ADDRESS", `found ${found}, expected an address that begins with http:// or https://`);
}

/** Without what the address holds besides its host: keys stand in queries. */
function failure({ method, url, timeoutMs }: HttpRequest, error: unknown): EffectError {
  const { host } = new URL(url);
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  if (isLate) return new EffectError("HTTP_TIMEOUT", `${method} to ${host}: no answer within ${timeoutMs} ms`);
  return new EffectError("HTTP_FAILED", `${method} to ${host}: ${messageOf(error)}`, {}, { cause: error });
}
