/** How values of a kind become JSON data and come back from it. Both throw for what they cannot do. */
export interface KindCodec {
  /** A value as JSON for outputs; the value itself where this is absent. */
  serialise?(value: unknown): unknown;
  /** A value of an input from JSON; throws with the end of a sentence about a value that it refuses. */
  deserialise?(json: unknown): unknown;
}

/** Codecs by kind; those of millrace's own kinds are built in and not among them. */
export type KindCodecs = ReadonlyMap<string, KindCodec>;
