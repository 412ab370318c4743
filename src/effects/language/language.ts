import { pause } from "../../base/clock.ts";
import { EffectError } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { steadyMs } from "../../base/steady-clock.ts";
import type {
  EnvironmentService,
  HttpService,
  LanguageAnswer,
  LanguageQuestion,
  LanguageService,
} from "../../blocks/contract/services.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";

interface Means {
  http: HttpService;
  environment: EnvironmentService;
  /** Each question costs money. */
  callsPerMinute: number;
}

const RETRIES = { firstMs: 500, longestMs: 60_000 };
const MOST_ATTEMPTS = 3;
const LARGEST_ANSWER = 4 * 2 ** 20;
const MINUTE_MS = 60_000;

/** Language models behind HTTP: retries, backoff and a bound of questions a minute for all of a thread. */
export function openLanguage({ http, environment, callsPerMinute }: Means): LanguageService {
  const gates = new Map<string, RetryGate>();
  const calls: number[] = [];
  const spend = () => {
    const now = steadyMs();
    while (calls[0] !== undefined && now - calls[0] >= MINUTE_MS) calls.shift();
    if (calls.length < callsPerMinute) return void calls.push(now);
    const message = `the limit of ${callsPerMinute} questions to language models in a minute is reached`;
    throw new EffectError("LANGUAGE_LIMIT", message);
  };
  return {
    async ask(question) {
      const dialect = DIALECTS[question.provider];
      const call = {
        dialect,
        question,
        base: baseOf(question, dialect, environment),
        key: keyOf(question, dialect, environment),
      };
      const gate = gates.get(call.base) ?? new RetryGate(RETRIES);
      gates.set(call.base, gate);
      const waitMs = gate.waitMs();
      if (waitMs > 0) {
        const message = `${dialect.name} cannot be asked, next attempt in ${(waitMs / 1000).toFixed(1)} s`;
        throw new EffectError("LANGUAGE_AWAY", message);
      }
      return askUntil(steadyMs() + question.timeoutMs, { call, gate, http, spend });
    },
  };
}

interface Call {
  dialect: Dialect;
  question: LanguageQuestion;
  base: string;
  key: string;
}

interface Asking {
  call: Call;
  gate: RetryGate;
  http: HttpService;
  spend: () => void;
}

async function askUntil(deadlineMs: number, { call, gate, http, spend }: Asking): Promise<LanguageAnswer> {
  for (let attempt = 1; ; attempt++) {
    spend();
    try {
      const answer = await askOnce(call, http, Math.max(1, deadlineMs - steadyMs()));
      gate.succeeded();
      return answer;
    } catch (error) {
      if (!(error instanceof EffectError) || error.details["isFinal"] === true) throw error;
      const waitMs = gate.failed();
      if (attempt >= MOST_ATTEMPTS || steadyMs() + waitMs >= deadlineMs) throw error;
      await pause(waitMs);
    }
  }
}

async function askOnce({ dialect, question, base, key }: Call, http: HttpService, timeoutMs: number) {
  const { status, text: answered } = await http.send({
    method: "POST",
    url: `${base}${dialect.path(question)}`,
    headers: { "content-type": "application/json", ...dialect.headers(key) },
    body: JSON.stringify(dialect.body(question)),
    timeoutMs,
    isRedirected: false,
    mostBytes: LARGEST_ANSWER,
  });
  if (status < 300) return dialect.answer(jsonOf(answered, dialect));
  // Some services repeat the key that they refuse.
  const text = key === "" ? answered : answered.replaceAll(key, "***");
  const message = `${dialect.name} answered with status ${status}: ${reasonOf(text)}`;
  // Those of a busy or broken server may pass; others are about the question.
  throw new EffectError("LANGUAGE_REFUSED", message, { isFinal: status !== 429 && status < 500 });
}

function jsonOf(text: string, { name }: Dialect): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new EffectError("LANGUAGE_ANSWER", `${name} answered with what is no JSON: ${text.slice(0, 80)}`, {
      isFinal: true,
    });
  }
}

function reasonOf(text: string): string {
  const [, message] = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
  return (message ?? text).replaceAll(/\s+/g, " ").trim().slice(0, 200) || "without a reason";
}

function baseOf({ baseUrl }: LanguageQuestion, dialect: Dialect, environment: EnvironmentService): string {
  return (baseUrl ?? environment.address(dialect.addressVariable, dialect.address)).replace(/\/+$/, "");
}

/** A key of Roboflow's own accounts is none for the provider. */
function keyOf({ key: given, provider }: LanguageQuestion, dialect: Dialect, environment: EnvironmentService): string {
  const own = given === null || given === "" || given.startsWith("rf_key:") ? null : given;
  if (own !== null) environment.keepSecret(own);
  // The key of one's own account is not for any server that a definition names.
  const key = own ?? (provider === "openai_compatible" ? "" : environment.secret(dialect.keyVariable));
  if (key !== null) return key;
  throw new EffectError(
    "LANGUAGE_NO_KEY",
    `there is no key for ${dialect.name}: set "api_key", or ${dialect.keyVariable}`,
  );
}
