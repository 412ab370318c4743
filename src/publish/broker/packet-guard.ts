import type { Readable } from "node:stream";
import { BrokerFault } from "../report/broker-fault.ts";

/** Commands are short; without a bound a broker could have the client hold 256 MB before it hands anything on. */
export const LARGEST_RECEIVED = 2 ** 20;

/** Ends the connection when a packet claims to be longer, before its bytes are gathered. */
export function guardPackets(stream: Readable, largest = LARGEST_RECEIVED): void {
  const scan = packetScanner((length) => {
    if (length <= largest) return;
    stream.off("data", scan);
    stream.destroy(
      new BrokerFault("refused", `the broker sends a message of ${length} bytes, and at most ${largest} are taken`),
    );
  });
  stream.on("data", scan);
}

/** Follows packets of MQTT through a stream: a byte of type, the length of the rest in 7 bits a byte, the rest. */
export function packetScanner(announce: (length: number) => void): (bytes: Uint8Array) => void {
  let [rest, length, factor] = [0, 0, 0];
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      if (rest > 0) {
        const count = Math.min(rest, bytes.length - at);
        rest -= count;
        at += count;
      } else if (factor === 0) {
        [length, factor] = [0, 1];
        at++;
      } else {
        const byte = bytes[at++] ?? 0;
        length += (byte & 127) * factor;
        factor *= 128;
        if (byte >= 128 && factor <= LARGEST_FACTOR) continue;
        [rest, factor] = [length, 0];
        announce(length);
      }
    }
  };
}

/** A length has four bytes at most. */
const LARGEST_FACTOR = 128 ** 3;
