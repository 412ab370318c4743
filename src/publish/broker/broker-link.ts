import type { MqttClient } from "mqtt";
import { PublishError } from "../../base/errors.ts";
import { endsWithin } from "../../base/within.ts";
import { BrokerFault, faultOf } from "../report/broker-fault.ts";
import type { ProtocolVersion } from "./broker-settings.ts";
import { packetSize } from "./packet-size.ts";
import { publishPacket, secondsOf } from "./publish-packet.ts";

/** A message as it goes over the wire. */
export interface Outgoing {
  topic: string;
  payload: string | Uint8Array;
  qos: 0 | 1;
  retained: boolean;
  contentType?: string;
  expiryS?: number;
  correlationData?: Uint8Array;
}

/** What became of a message given out; only `sent` ones are settled later. */
export type Taken = "sent" | "not_connected" | "backpressure" | "too_large";

/** End of a QoS 1 message: `lost` says nothing about whether the broker has it. */
export type Settled = (outcome: "acknowledged" | "lost" | "refused", why: string) => void;

/** One connection from CONNACK to its end. */
export interface Link {
  /** How many QoS 1 messages may be sent now. */
  readonly room: number;
  /** Resolves once when it has ended, after everything in flight was settled. */
  readonly lost: Promise<BrokerFault>;
  /** Beyond `room`, a QoS 1 message waits for an acknowledgement of an earlier one. */
  send(message: Outgoing, settled?: Settled): Taken;
  /** Sends a last message, waits for its acknowledgement and disconnects; hangs up when that takes too long. */
  end(last: Outgoing, deadlineMs: number): Promise<void>;
}

export interface LinkSettings {
  url: string;
  secrets: readonly string[];
  /** QoS 1 messages in flight; the broker's own limit counts as well. */
  window: number;
}

/** Bytes that may wait for a slow network before QoS 0 messages are turned away; no such message may be larger. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** Beside those for small messages alone: large ones of one camera must not turn away the others' small ones. */
const RESERVE_BYTES = 1024 * 1024;
const SMALL_BYTES = 64 * 1024;

/** Takes over a client that has just connected. */
export function openLink(client: MqttClient, settings: LinkSettings): Link {
  const { receiveMaximum = 0xffff, maximumPacketSize = 0xfffffff } = client.serverProperties ?? {};
  const window = Math.min(settings.window, receiveMaximum);
  /** With the bytes of each. */
  const inFlight = new Map<Settled, number>();
  const waiting: (() => void)[] = [];
  const lost = lossOf(client, settings);
  let isOpen = true;
  void lost.then((fault) => {
    isOpen = false;
    if (fault.details["reason"] === TOO_LARGE) refuseLargest();
    for (const settled of inFlight.keys()) settled("lost", "connection lost");
    inFlight.clear();
  });

  function refuseLargest(): void {
    const [largest] = [...inFlight].toSorted(([, one], [, other]) => other - one);
    if (largest === undefined) return;
    const [settled, bytes] = largest;
    inFlight.delete(settled);
    settled("refused", `its packet of ${bytes} bytes was too large for the broker`);
  }

  function sizeOf(message: Outgoing): number {
    return packetSize(message, versionOf(client));
  }

  function send(message: Outgoing, settled: Settled = () => {}): Taken {
    if (!isOpen || !client.connected) return "not_connected";
    if (sizeOf(message) > maximumPacketSize) return "too_large";
    if (message.qos === 0) return sendOnce(client, message);
    if (inFlight.size < window) transmit(message, settled);
    else waiting.push(() => transmit(message, settled));
    return "sent";
  }

  function transmit(message: Outgoing, settled: Settled): void {
    inFlight.set(settled, sizeOf(message));
    client.publish(message.topic, bytesOf(message), options(message), (error) => {
      if (!isOpen || !inFlight.has(settled)) return;
      // Without a reason code the connection is going down, and everything in flight is settled with it.
      if (error && typeof Object(error).code !== "number") return;
      inFlight.delete(settled);
      settled(error ? "refused" : "acknowledged", error?.message ?? "");
      waiting.shift()?.();
    });
  }

  async function end(last: Outgoing, deadlineMs: number): Promise<void> {
    const said = new Promise<boolean>((resolve) => {
      if (send(last, (outcome) => resolve(outcome === "acknowledged")) !== "sent") resolve(false);
    });
    const isSaid = (await endsWithin(deadlineMs, said)) && (await said);
    client.end(!(isSaid && inFlight.size === 0));
    await endsWithin(Math.min(deadlineMs, 1000), lost);
    client.end(true);
    client.stream.destroy();
  }

  return {
    get room() {
      return isOpen ? Math.max(0, window - inFlight.size) : 0;
    },
    lost,
    send,
    end,
  };
}

/** QoS 0 goes out now or not at all. */
function sendOnce(client: MqttClient, message: Outgoing): Taken {
  const packet = publishPacket(message, versionOf(client));
  const bytes = packet.length;
  if (bytes > BUFFER_BYTES) return "too_large";
  const limit = bytes > SMALL_BYTES ? BUFFER_BYTES : BUFFER_BYTES + RESERVE_BYTES;
  if (client.stream.writableLength + bytes > limit) return "backpressure";
  // The client writes whole packets at a time, so this is between two of its own.
  client.stream.write(packet);
  return "sent";
}

function versionOf({ options }: MqttClient): ProtocolVersion {
  return options.protocolVersion === 5 ? 5 : 4;
}

function lossOf(client: MqttClient, { url, secrets }: LinkSettings): Promise<BrokerFault> {
  return new Promise((resolve) => {
    let why: unknown;
    client.on("error", (error) => {
      why ??= error;
      client.end(true);
    });
    client.on("disconnect", ({ reasonCode }) => {
      const message =
        reasonCode === TAKEN_OVER
          ? takenOver(client)
          : (DISCONNECTS[reasonCode ?? 0] ?? `disconnected, reason ${reasonCode}`);
      why ??= Object.assign(new PublishError("PUBLISH_DISCONNECTED", message), { code: reasonCode });
    });
    client.once("close", () => {
      client.end(true);
      resolve(faultOf(why ?? new BrokerFault("unreachable", `broker ${url} ${silentEnd(client)}`), url, secrets));
    });
  });
}

const TAKEN_OVER = 142;
const TOO_LARGE = 149;

function takenOver({ options: { clientId } }: MqttClient): string {
  return `disconnected: another client connected with the same client id "${clientId}"; give each box a "device" of its own`;
}

/** MQTT 3.1.1 names no reason, and Mosquitto 2.0 none for a take-over. */
function silentEnd({ options: { clientId } }: MqttClient): string {
  return `closed the connection without a reason; if that repeats, look for another client with the id "${clientId}"`;
}

/** Reasons of a broker's DISCONNECT that an operator can act on. */
const DISCONNECTS: Record<number, string> = {
  135: "disconnected: not authorized",
  139: "disconnected: the broker is shutting down",
  141: "disconnected: keep alive timeout",
  149: "disconnected: a packet was too large for the broker",
  151: "disconnected: a quota of the broker was exceeded",
};

function options({ qos, retained, contentType, expiryS, correlationData }: Outgoing) {
  const properties = {
    ...(contentType === undefined ? {} : { contentType }),
    ...(expiryS === undefined ? {} : { messageExpiryInterval: secondsOf(expiryS) }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
  };
  return { qos, retain: retained, properties };
}

function bytesOf({ payload }: Outgoing): string | Buffer {
  return typeof payload === "string" ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
