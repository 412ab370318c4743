import { createHash } from "node:crypto";

export interface Credentials {
  user: string;
  password: string;
}

const REALM = "millrace";

/** Values of `WWW-Authenticate`, Digest first (RFC 2617). */
export function challenges(nonce: string): string[] {
  return [`Digest realm="${REALM}", nonce="${nonce}", algorithm=MD5`, `Basic realm="${REALM}"`];
}

export interface AuthorizedRequest {
  method: string;
  uri: string;
  /** The header `Authorization`. */
  authorization: string | undefined;
  /** The nonce this connection was challenged with. */
  nonce: string;
}

/** Whether the request proves to know the credentials, by Digest (with or without qop) or Basic. */
export function isAuthorized(request: AuthorizedRequest, credentials: Credentials): boolean {
  const [scheme = "", rest = ""] = splitOnce(request.authorization ?? "");
  if (/^digest$/i.test(scheme)) return isDigestOf(fieldsOf(rest), request, credentials);
  return /^basic$/i.test(scheme) && rest === basicOf(credentials);
}

function isDigestOf(fields: Map<string, string>, request: AuthorizedRequest, credentials: Credentials): boolean {
  const field = (name: string) => fields.get(name) ?? "";
  if (field("username") !== credentials.user || field("nonce") !== request.nonce) return false;
  if (!covers(withoutSlash(field("uri")), withoutSlash(request.uri))) return false;
  const secret = md5(`${credentials.user}:${REALM}:${credentials.password}`);
  const target = md5(`${request.method}:${field("uri")}`);
  const middle = fields.has("qop")
    ? [request.nonce, field("nc"), field("cnonce"), field("qop")].join(":")
    : request.nonce;
  return field("response").toLowerCase() === md5(`${secret}:${middle}:${target}`);
}

/** `name="value"` and `name=value`, comma separated. */
function fieldsOf(text: string): Map<string, string> {
  const matches = text.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g);
  return new Map(Array.from(matches, ([, name = "", quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? ""]));
}

function basicOf(credentials: Credentials): string {
  return Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64");
}

function splitOnce(text: string): string[] {
  const space = text.indexOf(" ");
  return space === -1 ? [text] : [text.slice(0, space), text.slice(space + 1).trim()];
}

/** Clients built on live555 sign the address of the stream also when they ask for its track. */
function covers(signed: string, requested: string): boolean {
  return requested === signed || requested.startsWith(`${signed}/`);
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/$/, "");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
