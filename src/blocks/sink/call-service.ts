import { EffectError } from "../../base/errors.ts";
import type { HttpRequest, HttpService } from "../contract/services.ts";

/** A request to a service that answers in JSON. */
export interface ServiceCall {
  /** Named in messages. */
  service: string;
  method?: HttpRequest["method"];
  url: string;
  headers: Readonly<Record<string, string>>;
  body: HttpRequest["body"];
  timeoutMs: number;
  mostBytes?: number;
}

/** Asks a service; gives its JSON, {} where it answers in another form. Throws an `EffectError` for a status of 400 or more, in the service's words. */
export async function callService(http: HttpService, call: ServiceCall): Promise<Record<string, unknown>> {
  const { service, method = "POST", ...request } = call;
  const { status, text } = await http.send({ ...request, method, isRedirected: false });
  const answer = jsonOf(text);
  if (status >= 300) {
    throw new EffectError(
      "HTTP_STATUS",
      `${service} answered with status ${status}: ${reasonOf(answer) ?? brief(text)}`,
    );
  }
  return answer;
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Where services put their reason. */
function reasonOf(answer: Record<string, unknown>): string | null {
  const { error, message } = answer;
  if (typeof error === "object" && error !== null) return reasonOf(error as Record<string, unknown>);
  return [error, message].find((one) => typeof one === "string" && one !== "")?.toString() ?? null;
}

function brief(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 200) || "without a word";
}
