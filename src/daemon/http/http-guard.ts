import type { IncomingMessage, ServerResponse } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";

/** Says why a request is not answered; null for one that is. */
export type Guard = (request: IncomingMessage, pathname: string) => string | null;

/**
 * Keeps pages of other sites out, which a browser on the same network would let ask here: under a name of theirs that leads
 * here (DNS rebinding), or by addresses of pictures in them, for which an encoder would start. Addresses and names of the own
 * network are trusted, and `allowed` besides.
 */
export function openGuard(allowed: readonly string[]): Guard {
  const isKnown = (name: string) => isLocalName(name) || allowed.includes(name);
  return ({ headers }, pathname) => {
    const name = nameIn(`http://${headers.host}`);
    if (name === null || !isKnown(name)) return unknown(headers.host ?? "");
    const asking = headers.origin ?? headers.referer;
    if (asking !== undefined) {
      const site = nameIn(asking);
      return site !== null && isKnown(site) ? null : unknown(asking);
    }
    const isVisit = headers["sec-fetch-dest"] === "document" && !/^\/(api|live|raw|video|hls)\//.test(pathname);
    return headers["sec-fetch-site"] === "cross-site" && !isVisit ? "pages of other sites are not served" : null;
  };
}

/** Only who is in the own network gives such a name a meaning. */
function isLocalName(name: string): boolean {
  if (isIP(name.replace(/^\[|\]$/g, "")) !== 0 || !name.includes(".") || name.endsWith(".localhost")) return true;
  return name === hostname().toLowerCase() || name === `${hostname().toLowerCase()}.local`;
}

/** In lower case; null for what is no address of a page. */
function nameIn(address: string): string | null {
  const found = URL.canParse(address) ? new URL(address).hostname.replace(/\.$/, "") : "";
  return found === "" ? null : found;
}

function unknown(name: string): string {
  return `${JSON.stringify(name.slice(0, 200))} is no name of this device; if it should be, add it to "http.allowed_hosts" in the config`;
}

/** Headers that let a browser do no more with an answer than show it; pages run and style themselves with files from here alone. */
export function protect(response: ServerResponse): void {
  response.setHeader("content-security-policy", POLICY);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "same-origin");
}

const POLICY = [
  "default-src 'none'",
  // Pictures of many cameras come in one answer, and each is shown from memory.
  "img-src 'self' blob:",
  "media-src 'self'",
  "connect-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");
