import { once } from "node:events";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import { downloadFault, shownDownload } from "../../base/download-address.ts";
import { ModelError, messageOf } from "../../base/errors.ts";

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface GetRequest {
  url: string;
  username?: string | undefined;
  password?: string | undefined;
  /** First byte that is wanted. */
  offset: number;
  /** Longest time without a byte, also while it connects. */
  idleMs: number;
  signal: AbortSignal;
}

/** The answer to GET after its redirects, whatever its status; throws `ModelError` MODEL_DOWNLOAD. */
export async function get(request: GetRequest): Promise<IncomingMessage> {
  let [url, hasAccess] = [request.url, true];
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const fault = downloadFault(url);
    if (fault !== null) throw failed(request, `it leads to ${shownDownload(url)}, which ${fault}`);
    const response = await ask(url, request, hasAccess);
    const { location } = response.headers;
    if (!REDIRECTS.includes(response.statusCode ?? 0) || location === undefined) return response;
    response.resume();
    const next = URL.canParse(location, url) ? new URL(location, url) : null;
    if (next === null) throw failed(request, "it leads to an address that cannot be read");
    // A password is for the server that it was given for.
    hasAccess &&= next.origin === new URL(url).origin;
    url = next.href;
  }
  throw failed(request, `it is redirected more than ${MOST_REDIRECTS} times`);
}

async function ask(url: string, request: GetRequest, hasAccess: boolean): Promise<IncomingMessage> {
  const { username, password = "", offset, idleMs, signal } = request;
  const headers = {
    "user-agent": "millrace",
    "accept-encoding": "identity",
    ...(offset > 0 && { range: `bytes=${offset}-` }),
  };
  const access = username !== undefined && hasAccess ? { auth: `${username}:${password}` } : {};
  const { get: send } = url.startsWith("https:") ? https : http;
  try {
    const sent = send(url, { headers, ...access, signal, agent: false });
    let waiting: IncomingMessage | ClientRequest = sent;
    sent.setTimeout(idleMs, () => waiting.destroy(failed(request, `nothing came for ${idleMs / 1000} s`)));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    // What breaks off later is thrown to the reader of the response.
    sent.on("error", () => {});
    waiting = response;
    return response;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ModelError ? error : failed(request, reasonOf(error, url), error);
  }
}

/** Why something could not be downloaded. */
export function failed({ url }: Pick<GetRequest, "url">, reason: string, cause?: unknown): ModelError {
  const message = `${shownDownload(url)} cannot be downloaded: ${reason}`;
  return new ModelError("MODEL_DOWNLOAD", message, { url: shownDownload(url) }, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the name of the host cannot be resolved now",
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection broke off",
  ETIMEDOUT: "the host does not answer",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};

/** A name with several addresses fails with the failures of all of them. */
export function reasonOf(error: unknown, url: string): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const known = REASONS[(first as NodeJS.ErrnoException | undefined)?.code ?? ""];
  return known === undefined ? messageOf(first) : `${known} (${new URL(url).host})`;
}
