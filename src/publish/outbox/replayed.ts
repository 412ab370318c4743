/** How every payload with an envelope begins. */
const ENVELOPE_HEAD = /^(\{"schema":"millrace\.[a-z-]+\/\d+\.\d+","replayed":)false/;

/** The payload with `replayed: true` in its envelope; one without an envelope stays as it is. */
export function asReplayed(payload: string | Uint8Array): string | Uint8Array {
  return typeof payload === "string" ? payload.replace(ENVELOPE_HEAD, "$1true") : payload;
}
