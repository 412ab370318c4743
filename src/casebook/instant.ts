const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d:?(\d\d)?))?$/;

/** Milliseconds of a text that is a time, null for others. Times without a zone are UTC. */
export function instantOf(text: unknown): number | null {
  if (typeof text !== "string" || !ISO.test(text)) return null;
  const plain = text.replace(" ", "T").replace(",", ".");
  const ms = Date.parse(/(Z|[+-]\d\d:?(\d\d)?)$/.test(plain) ? plain : `${plain}Z`);
  return Number.isNaN(ms) ? null : ms;
}
