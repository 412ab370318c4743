import { EffectError } from "../../base/errors.ts";
import type {
  EnvironmentService,
  HttpService,
  LanguageQuestion,
  LanguageService,
} from "../../blocks/contract/services.ts";
import { accountKey } from "../paid/account-key.ts";
import type { PaidCalls, PaidCodes } from "../paid/paid-calls.ts";
import { checkStatus, jsonOf } from "../paid/paid-reply.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";

interface Means {
  http: HttpService;
  environment: EnvironmentService;
  calls: PaidCalls;
}

const CODES: PaidCodes = {
  limit: "LANGUAGE_LIMIT",
  away: "LANGUAGE_AWAY",
  refused: "LANGUAGE_REFUSED",
  answer: "LANGUAGE_ANSWER",
};
const LARGEST_ANSWER = 4 * 2 ** 20;

/** Language models behind HTTP. */
export function openLanguage({ http, environment, calls }: Means): LanguageService {
  return {
    async ask(question) {
      const dialect = DIALECTS[question.provider];
      const { timeoutMs } = question;
      const call = {
        dialect,
        question,
        base: baseOf(question, dialect, environment),
        key: keyOf(question, dialect, environment),
      };
      const send = (leftMs: number) => askOnce(call, http, leftMs);
      return calls({ codes: CODES, service: dialect.name, address: call.base, timeoutMs, send });
    },
  };
}

interface Call {
  dialect: Dialect;
  question: LanguageQuestion;
  base: string;
  key: string;
}

async function askOnce({ dialect, question, base, key }: Call, http: HttpService, timeoutMs: number) {
  const reply = await http.send({
    method: "POST",
    url: `${base}${dialect.path(question)}`,
    headers: { "content-type": "application/json", ...dialect.headers(key) },
    body: JSON.stringify(dialect.body(question)),
    timeoutMs,
    isRedirected: false,
    mostBytes: LARGEST_ANSWER,
  });
  const from = { codes: CODES, service: dialect.name, key };
  checkStatus(reply, from);
  return dialect.answer(jsonOf(reply, from));
}

function baseOf({ baseUrl }: LanguageQuestion, dialect: Dialect, environment: EnvironmentService): string {
  return (baseUrl ?? environment.address(dialect.addressVariable, dialect.address)).replace(/\/+$/, "");
}

function keyOf({ key, provider }: LanguageQuestion, dialect: Dialect, environment: EnvironmentService): string {
  // The key of one's own account is not for any server that a definition names.
  const variable = provider === "openai_compatible" ? null : dialect.keyVariable;
  const found = accountKey(key, variable, environment) ?? (variable === null ? "" : null);
  if (found !== null) return found;
  throw new EffectError(
    "LANGUAGE_NO_KEY",
    `there is no key for ${dialect.name}: set "api_key", or ${dialect.keyVariable}`,
  );
}
