import { packetLibrary } from "./packet-library.ts";

/** The packet library would keep a buffer of two bytes for each of 65,536 numbers, 7 MB in all, to save their making. */
export function keepNoNumbers(): void {
  const writer = packetLibrary("mqtt-packet/writeToStream") as { cacheNumbers: boolean };
  writer.cacheNumbers = false;
}
