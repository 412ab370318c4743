import type { IncomingMessage } from "node:http";
import type { Access } from "./access.ts";

/** Why something is not done, for programs and for people. */
export interface HttpRefusal {
  status: number;
  code: string;
  message: string;
  hint?: string;
}

/** Why a request changes nothing; null where it may. */
export function changeRefusal(request: IncomingMessage, access: Access): HttpRefusal | null {
  return foreignRefusal(request) ?? tokenRefusal(request, access);
}

/** Why what is asked for is not shown; the page itself is, as it asks for the token, and so is what watches the daemon. */
export function sightRefusal(request: IncomingMessage, pathname: string, access: Access): HttpRefusal | null {
  const isOpen = /^\/(page\/.*|health(\/.*)?|metrics|)$/.test(pathname);
  return !access.isClosed || isOpen || access.isKnown(request) ? null : WRONG_TOKEN;
}

/** Why a request may not change anything, whoever asks. */
export function foreignRefusal({ headers }: IncomingMessage): HttpRefusal | null {
  const own = hostIn(`http://${headers.host}`);
  const { origin, "sec-fetch-site": site } = headers;
  const isForeign = (origin !== undefined && hostIn(origin) !== own) || (site !== undefined && site !== "same-origin");
  return isForeign ? { status: 403, code: "HTTP_FOREIGN", message: "pages of other sites change nothing here" } : null;
}

/** Why a request without the token changes nothing. */
export function tokenRefusal(request: IncomingMessage, access: Access): HttpRefusal | null {
  if (access.changes === "never")
    return {
      status: 403,
      code: "HTTP_NO_TOKEN",
      message: "nothing is changed over the network, as the config has no token for it",
      hint: 'set "http.token" in the config, to a variable of the environment for instance',
    };
  if (access.changes === "free") return isForwarded(request) ? FORWARDED : null;
  return access.isKnown(request) ? null : WRONG_TOKEN;
}

export const WRONG_TOKEN: HttpRefusal = {
  status: 401,
  code: "HTTP_TOKEN",
  message: "the token is missing or wrong",
  hint: 'send the header "Authorization: Bearer <token>" with "http.token" of the config, or enter it on the page',
};

/** What comes through a proxy on this machine comes from anywhere. */
const FORWARDED: HttpRefusal = {
  status: 403,
  code: "HTTP_NO_TOKEN",
  message: "nothing is changed through a proxy, as the config has no token for it",
  hint: 'set "http.token" in the config, to a variable of the environment for instance',
};

function isForwarded({ headers }: IncomingMessage): boolean {
  return headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
}

function hostIn(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null;
}
