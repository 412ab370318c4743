import { createRequire } from "node:module";

/** A module of the library that reads and writes packets, as mqtt itself loads it. */
export function packetLibrary(module: `mqtt-packet/${string}`): unknown {
  return createRequire(createRequire(import.meta.url).resolve("mqtt"))(module);
}
