import { createHash, randomBytes } from "node:crypto";

export interface Credentials {
  username: string;
  password: string;
}

export interface AuthorizedRequest {
  method: string;
  uri: string;
}

/** Answers what a server asked for, for one request after the other (RFC 7616 and 7617). */
export interface Answerer {
  authorize(request: AuthorizedRequest): string;
}

const HASHES: Readonly<Record<string, string>> = { md5: "md5", "sha-256": "sha256", "sha-512-256": "sha512-256" };

/** The strongest of the challenges that can be answered, or null. `values` are those of `WWW-Authenticate`. */
export function answererOf(values: readonly string[], credentials: Credentials): Answerer | null {
  const offers = values.flatMap(splitChallenges);
  const digests = offers.filter(({ scheme, fields }) => scheme === "digest" && hashOf(fields) !== undefined);
  const strongest = digests.find(({ fields }) => hashOf(fields) !== "md5") ?? digests[0];
  if (strongest !== undefined) return digest(strongest.fields, credentials);
  if (!offers.some(({ scheme }) => scheme === "basic")) return null;
  const { username, password } = credentials;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return { authorize: () => basic };
}

type Fields = ReadonlyMap<string, string>;

function digest(fields: Fields, { username, password }: Credentials): Answerer {
  const algorithm = fields.get("algorithm");
  const hash = (text: string) =>
    createHash(hashOf(fields) ?? "md5")
      .update(text)
      .digest("hex");
  const [realm = "", nonce = "", opaque] = ["realm", "nonce", "opaque"].map((name) => fields.get(name));
  const hasQop = (fields.get("qop") ?? "").split(",").some((value) => value.trim().toLowerCase() === "auth");
  let count = 0;
  return {
    authorize({ method, uri }) {
      const cnonce = randomBytes(8).toString("hex");
      const nc = (++count).toString(16).padStart(8, "0");
      const plain = hash(`${username}:${realm}:${password}`);
      const secret = /-sess$/i.test(algorithm ?? "") ? hash(`${plain}:${nonce}:${cnonce}`) : plain;
      const middle = hasQop ? `${nonce}:${nc}:${cnonce}:auth` : nonce;
      const response = hash(`${secret}:${middle}:${hash(`${method}:${uri}`)}`);
      const quoted = Object.entries({ username, realm, nonce, uri, response, ...(opaque !== undefined && { opaque }) });
      const parts = quoted.map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`);
      if (algorithm !== undefined) parts.push(`algorithm=${algorithm}`);
      if (hasQop) parts.push("qop=auth", `nc=${nc}`, `cnonce="${cnonce}"`);
      else if (secret !== plain) parts.push(`cnonce="${cnonce}"`);
      return `Digest ${parts.join(", ")}`;
    },
  };
}

function hashOf(fields: Fields): string | undefined {
  return HASHES[(fields.get("algorithm") ?? "md5").toLowerCase().replace(/-sess$/, "")];
}

/** One header may hold several challenges, separated by commas as their fields are. */
function splitChallenges(value: string): { scheme: string; fields: Fields }[] {
  const starts = [...value.matchAll(/(?:^|,)\s*(Digest|Basic)(?=\s|$)/gi)];
  return starts.map((start, index) => {
    const text = value.slice(start.index + start[0].length, starts[index + 1]?.index);
    const found = text.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
    const fields = Array.from(found, ([, name = "", quoted, bare]) => {
      return [name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? ""] as const;
    });
    return { scheme: (start[1] ?? "").toLowerCase(), fields: new Map(fields) };
  });
}
