import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIPv4 } from "node:net";

export interface AccessSettings {
  /** Address that is listened on. */
  host: string;
  token?: string | undefined;
  tokenFor?: "changes" | "all" | undefined;
}

/** Who may change, and who may see. */
export interface Access {
  /** Whether changes need nothing, need the token, or are not taken from anywhere, as there is none. */
  readonly changes: "free" | "token" | "never";
  /** What is seen needs the token as well. */
  readonly isClosed: boolean;
  /** Whether a request has the token, or the cookie that a browser got for it. */
  isKnown(request: IncomingMessage): boolean;
  /** The cookie for a browser that knows the token; null for a wrong one. */
  cookieFor(token: string): string | null;
  /** The cookie that ends it. */
  readonly noCookie: string;
}

/** A phone asks for the token once in a month. */
const LASTS_S = 30 * 24 * 3600;

export function openAccess({ host, token, tokenFor = "changes" }: AccessSettings): Access {
  // Cookies know no ports, so each token has a name of its own.
  const name = `millrace_${token === undefined ? "none" : signature(token, "name").slice(0, 8)}`;
  const attributes = "Path=/; HttpOnly; SameSite=Strict";

  function isSession(cookie: string): boolean {
    const [until = "", sign = ""] = cookie.split(".");
    return token !== undefined && Number(until) > Date.now() / 1000 && isSame(sign, signature(token, `until ${until}`));
  }

  return {
    changes: token !== undefined ? "token" : isLoopback(host) ? "free" : "never",
    isClosed: token !== undefined && tokenFor === "all",
    isKnown({ headers }) {
      const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
      if (bearer !== undefined && token !== undefined && isSame(bearer, token)) return true;
      return cookiesIn(headers.cookie).some(([key, value]) => key === name && isSession(value));
    },
    cookieFor(given) {
      if (token === undefined || !isSame(given, token)) return null;
      const until = Math.floor(Date.now() / 1000) + LASTS_S;
      return `${name}=${until}.${signature(token, `until ${until}`)}; Max-Age=${LASTS_S}; ${attributes}`;
    },
    noCookie: `${name}=; Max-Age=0; ${attributes}`,
  };
}

/** The token itself never leaves; who has the cookie cannot find it. */
function signature(token: string, text: string): string {
  return createHmac("sha256", token).update(`millrace ${text}`).digest("base64url");
}

/** In a time that says nothing of either. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function cookiesIn(header = ""): [string, string][] {
  return header.split(";").map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^::ffff:/i, "");
  return address === "::1" || address.toLowerCase() === "localhost" || (isIPv4(address) && address.startsWith("127."));
}
