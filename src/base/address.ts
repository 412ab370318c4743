/** An address without user name and password, and these. */
export interface Address {
  url: string;
  username?: string;
  password?: string;
}

/** The fault of an address, without quoting any of its text, as secrets in it cannot be located. */
export interface AddressFault {
  what: string;
  hint: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const HOST = /^(\[[0-9a-f:.]+(%\w+)?\]|[^\s:@[\]]+)(:\d{1,5})?$/i;
const ENCODED =
  'in user names and passwords write "@" as %40, "/" as %2F, "?" as %3F, "#" as %23, "%" as %25, and in a path "@" as %40; or give "username" and "password" as keys of their own';

/** Takes an address apart where it can be read in one way only; a path of a file is left as it is. */
export function readAddress(text: string): Address | AddressFault {
  const [scheme] = SCHEME.exec(text) ?? [];
  if (scheme === undefined) return { url: text };
  const rest = text.slice(scheme.length);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const tail = end === -1 ? "" : rest.slice(end);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  if (authority.indexOf("@") !== at) return { what: 'has more than one "@" before its path', hint: ENCODED };
  if (host === "") return { what: "names no host", hint: `write ${scheme}HOST` };
  const isCut = at === -1 && /^[^=&]*@/.test(tail);
  if (isCut && (host.includes(":") || !HOST.test(host))) {
    return { what: 'has an "@" behind a "/", "?" or "#", so that its host can be read in two ways', hint: ENCODED };
  }
  if (!HOST.test(host)) return { what: "has no readable host and port", hint: ENCODED };
  const url = `${scheme}${host}${tail}`;
  return at === -1 ? { url } : withAccess(url, authority.slice(0, at));
}

export function isFault(address: Address | AddressFault): address is AddressFault {
  return "what" in address;
}

/** The address as it may be shown; null where user name and password cannot be separated from the rest. */
export function shownAddress(text: string): string | null {
  const address = readAddress(text.trim());
  if (isFault(address) || (!SCHEME.test(address.url) && address.url.includes("@"))) return null;
  return address.url;
}

function withAccess(url: string, userinfo: string): Address | AddressFault {
  const colon = userinfo.indexOf(":");
  try {
    const username = decodeURIComponent(colon === -1 ? userinfo : userinfo.slice(0, colon));
    const password = colon === -1 ? undefined : decodeURIComponent(userinfo.slice(colon + 1));
    return { url, ...(username && { username }), ...(password && { password }) };
  } catch {
    return { what: 'has a "%" before its "@" that is no encoded character', hint: ENCODED };
  }
}

const NAMED =
  /(?<=(?:^|[?&;/_])(?:pass(?:word|wd|phrase)?|pwd?|pw|token|secret|api_?key|auth(?:key)?|sig(?:nature)?)=)[^&#/;\s]+/gi;

/** Values in path and query that go by the name of a secret: `?pwd=…`. */
export function secretsIn(url: string): string[] {
  const [scheme] = SCHEME.exec(url) ?? [];
  return scheme === undefined ? [] : (url.slice(scheme.length).match(NAMED) ?? []);
}
