/**
 * Addresses of a camera and the ones that ffmpeg has in place of them. What a camera says of itself may differ from how
 * it is reached, so every address that is not below a known one gets a name of its own.
 */
export class AddressMap {
  readonly #pairs: { local: string; remote: string }[];

  constructor(local: string, remote: string) {
    this.#pairs = [{ local, remote: withoutSlash(remote) }];
  }

  toLocal(address: string): string {
    if (!/^rtsps?:\/\//i.test(address)) return address;
    const known = this.#pairs.find(({ remote }) => isBelow(address, remote));
    if (known !== undefined) return known.local + address.slice(known.remote.length);
    const local = `${this.#pairs[0]?.local}~${this.#pairs.length}`;
    const remote = withoutSlash(address);
    this.#pairs.push({ local, remote });
    return local + address.slice(remote.length);
  }

  /** Undefined for what this map never gave. */
  toRemote(address: string): string | undefined {
    const known = this.#pairs.findLast(({ local }) => isBelow(address, local));
    return known && known.remote + address.slice(known.local.length);
  }
}

function isBelow(address: string, base: string): boolean {
  return address === base || (address.startsWith(base) && /^[/?]/.test(address.slice(base.length)));
}

/** Names of tracks are put behind a slash, which must not be there twice. */
function withoutSlash(address: string): string {
  return address.replace(/\/+$/, "");
}
