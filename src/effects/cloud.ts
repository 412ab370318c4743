import { EffectError } from "../base/errors.ts";
import type { CloudProvider, CloudService, EnvironmentService, HttpService } from "../blocks/contract/services.ts";
import { accountKey } from "./paid/account-key.ts";
import type { PaidCalls, PaidCodes } from "./paid/paid-calls.ts";
import { checkStatus, jsonOf } from "./paid/paid-reply.ts";

interface Means {
  http: HttpService;
  environment: EnvironmentService;
  calls: PaidCalls;
}

const CODES: PaidCodes = {
  limit: "CLOUD_LIMIT",
  away: "CLOUD_AWAY",
  refused: "CLOUD_REFUSED",
  answer: "CLOUD_ANSWER",
};

/** A picture of 9 million pixels as PNG in base64. */
const LARGEST_ANSWER = 48 * 2 ** 20;

/** Services of third parties that answer one request about a picture. */
export function openCloud({ http, environment, calls }: Means): CloudService {
  return {
    async ask({ provider, path, key: given, type, body, timeoutMs }) {
      const { name, addressVariable, keyVariable, address, headers } = PROVIDERS[provider];
      const base = environment.address(addressVariable, address);
      const key = accountKey(given, keyVariable, environment);
      if (key === null)
        throw new EffectError("CLOUD_NO_KEY", `there is no key for ${name}: set "api_key", or ${keyVariable}`);
      const from = { codes: CODES, service: name, key };
      const send = async (leftMs: number) => {
        const reply = await http.send({
          method: "POST",
          url: `${base}${path}`,
          headers: { "content-type": type, accept: "application/json", ...headers(key) },
          body,
          timeoutMs: leftMs,
          isRedirected: false,
          mostBytes: LARGEST_ANSWER,
        });
        checkStatus(reply, from);
        return jsonOf(reply, from);
      };
      return calls({ codes: CODES, service: name, address: base, timeoutMs, send });
    },
  };
}

interface Provider {
  name: string;
  /** Variables of the environment with another address and with the key. */
  addressVariable: string;
  keyVariable: string;
  address: string;
  headers: (key: string) => Record<string, string>;
}

const PROVIDERS: Readonly<Record<CloudProvider, Provider>> = {
  google_vision: {
    name: "Google Vision",
    addressVariable: "GOOGLE_VISION_BASE_URL",
    keyVariable: "GOOGLE_VISION_API_KEY",
    address: "https://vision.googleapis.com",
    // In a header, as addresses end up in the logs of proxies.
    headers: (key) => ({ "x-goog-api-key": key }),
  },
  stability_ai: {
    name: "Stability AI",
    addressVariable: "STABILITY_BASE_URL",
    keyVariable: "STABILITY_API_KEY",
    address: "https://api.stability.ai",
    headers: (key) => ({ authorization: `Bearer ${key}` }),
  },
};
