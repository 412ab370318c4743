import { packetLibrary } from "./packet-library.ts";

const PACKET_TOO_LARGE = 0x95;

/**
 * Lets the packet library read the PUBACK by which Mosquitto refuses a message of more than `message_size_limit`: an
 * unknown reason ends the connection, and the message would end the next one too.
 */
export function knowPubackReasons(): void {
  const { MQTT5_PUBACK_PUBREC_CODES: known } = packetLibrary("mqtt-packet/constants") as Record<
    string,
    Record<number, string>
  >;
  if (known !== undefined) known[PACKET_TOO_LARGE] ??= "Packet too large";
}
