import type { Dispatcher } from "undici";
import { EffectError, messageOf } from "../base/errors.ts";
import type { HttpReply, HttpRequest, HttpService } from "../blocks/contract/services.ts";

const USUAL_BYTES = 64 * 1024;
const MOST_REDIRECTS = 5;

/** Requests over kept connections. */
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
  const following: Dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MOST_REDIRECTS }));
  return { request, agent, following, close: () => agent.destroy() };
}

async function answerOf(
  { method, url, headers, body, timeoutMs, isRedirected = true, mostBytes = USUAL_BYTES }: HttpRequest,
  { request, agent, following }: Client,
): Promise<HttpReply> {
  const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
  const dispatcher = isRedirected ? following : agent;
  const reply = await request(url, { method, headers, body, dispatcher, signal });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of reply.body) {
    chunks.push(chunk as Uint8Array);
    bytes += (chunk as Uint8Array).length;
    if (bytes > mostBytes) break;
  }
  // A character that the end cuts through is left out.
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, mostBytes), { stream: true });
  return { status: reply.statusCode, text };
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
