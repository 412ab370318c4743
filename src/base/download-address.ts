const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Why nothing is downloaded from an address, as the end of a sentence; null where it may be. */
export function downloadFault(address: string): string | null {
  if (!URL.canParse(address)) return "is no address";
  const { protocol, hostname } = new URL(address);
  if (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname))) return null;
  if (protocol !== "http:") return `begins with ${protocol}, expected https://`;
  return "is not encrypted: expected https://, as http:// is for this machine alone";
}

/** The address without what often holds secrets: user name, password, query and fragment. */
export function shownDownload(address: string): string {
  if (!URL.canParse(address)) return "an address that cannot be read";
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
