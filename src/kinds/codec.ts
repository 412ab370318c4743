/** How values of a kind become JSON data and come back from it. Both throw for what they cannot do. */
export interface KindCodec {
  serialise?(value: unknown): unknown;
  deserialise?(json: unknown): unknown;
}

/** Codecs by kind; those of millrace's own kinds are built in and not among them. */
export type KindCodecs = ReadonlyMap<string, KindCodec>;
