import { Socket } from "node:net";
import { connect, type MqttClient } from "mqtt";
import { BrokerFault, faultOf } from "../report/broker-fault.ts";
import {
  type BrokerSettings,
  clientOptions,
  type ProtocolVersion,
  plainUrl,
  secretsOf,
  shownUrl,
} from "./broker-settings.ts";
import { keepNoNumbers } from "./no-number-cache.ts";
import { guardPackets } from "./packet-guard.ts";
import { knowPubackReasons } from "./puback-reasons.ts";

knowPubackReasons();
keepNoNumbers();

export interface Connected {
  client: MqttClient;
  version: ProtocolVersion;
}

/**
 * One attempt to connect: the client after a successful CONNACK, or a `BrokerFault`.
 * With `auto`, MQTT 3.1.1 is tried when MQTT 5 is refused, or met by silence as some old brokers do.
 */
export async function connectClient(settings: BrokerSettings, signal: AbortSignal): Promise<Connected> {
  const { protocol = "auto" } = settings;
  if (protocol !== "auto") return attempt(settings, protocol, signal);
  try {
    return await attempt(settings, 5, signal);
  } catch (fault) {
    if (!(fault instanceof BrokerFault) || !speaksOlder(fault)) throw fault;
    return attempt(settings, 4, signal);
  }
}

function speaksOlder(fault: BrokerFault): boolean {
  return fault.kind === "protocol" || fault.details["hungUp"] === true;
}

async function attempt(settings: BrokerSettings, version: ProtocolVersion, signal: AbortSignal): Promise<Connected> {
  const url = shownUrl(settings);
  let client: MqttClient | undefined;
  try {
    signal.throwIfAborted();
    client = connect(plainUrl(settings), clientOptions(settings, version));
    sendAtOnce(client);
    guardPackets(client.stream);
    await answered(client, url, signal);
    return { client, version };
  } catch (thrown) {
    client?.end(true);
    throw faultOf(thrown, url, secretsOf(settings));
  }
}

/** Nagle's algorithm would hold a second message back until the first is acknowledged, 40 ms later. */
function sendAtOnce({ stream }: MqttClient): void {
  if (stream instanceof Socket) stream.setNoDelay(true);
}

function answered(client: MqttClient, url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const settle = (end: () => void) => () => {
      listening.abort();
      end();
    };
    const hungUp = () => new BrokerFault("refused", `broker ${url} hung up without an answer`, { hungUp: true });
    const onError = (error: Error & { code?: unknown }) => {
      settle(() => reject(error.code === "ECONNRESET" ? hungUp() : error))();
    };
    const onClose = settle(() => reject(hungUp()));
    const onConnect = settle(resolve);
    client.once("connect", onConnect).once("error", onError).once("close", onClose);
    signal.addEventListener(
      "abort",
      settle(() => reject(signal.reason)),
      { signal: listening.signal },
    );
    listening.signal.addEventListener("abort", () => {
      client.off("connect", onConnect).off("error", onError).off("close", onClose);
    });
  });
}
