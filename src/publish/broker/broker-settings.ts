import type { IClientOptions } from "mqtt";
import { messageOf, PublishError } from "../../base/errors.ts";
import { topicsOf } from "../topics/topics.ts";
import { LARGEST_RECEIVED } from "./packet-guard.ts";

export type ProtocolVersion = 4 | 5;

/** How to reach the broker, and as whom. */
export interface BrokerSettings {
  /** `mqtt:`, `mqtts:`, `ws:` or `wss:`; user name and password may be in it. */
  url: string;
  username?: string;
  password?: string;
  /** Of this device alone: two clients with one id throw each other out. Default `millrace-<device>`. */
  clientId?: string;
  /** PEM texts. */
  tls?: { ca?: string; cert?: string; key?: string; rejectUnauthorized?: boolean };
  /** Default 30. */
  keepAliveS?: number;
  /** `auto` (default) is MQTT 5, or 3.1.1 where the broker refuses that. */
  protocol?: "auto" | ProtocolVersion;
  /** First levels of every topic, one or two. */
  prefix: string;
  device: string;
  /** How long an MQTT 5 broker waits before it tells others that we are gone. Default 5. */
  willDelayS?: number;
  /** How long a broker may take to answer. Default 10 000. */
  connectTimeoutMs?: number;
  /** Pauses between attempts. Default from 1 000 to 60 000. */
  retry?: { firstMs?: number; longestMs?: number };
  /** False: no status is left behind when the connection breaks. */
  will?: false;
  /** QoS 1 messages sent and not yet acknowledged; a broker may ask for less. Default 64. */
  window?: number;
}

/** Options of one attempt. Reconnecting and keeping messages is done here, so the client's own of both is off. */
export function clientOptions(settings: BrokerSettings, version: ProtocolVersion): IClientOptions {
  const { willDelayS = 5, tls = {} } = settings;
  const { status } = topicsOf(settings.prefix, settings.device);
  const will = { topic: status, payload: Buffer.from("offline"), qos: 1, retain: true } as const;
  const common = {
    // With a certificate and a key the client would speak TLS to an address that says it does not.
    ...(/^(mqtts|wss):/i.test(settings.url) ? tls : {}),
    ...credentials(settings),
    clientId: settings.clientId ?? `millrace-${settings.device}`,
    keepalive: settings.keepAliveS ?? 30,
    connectTimeout: settings.connectTimeoutMs ?? 10_000,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  };
  const received = { maximumPacketSize: LARGEST_RECEIVED };
  if (settings.will === false) {
    const properties = version === 5 ? { properties: received } : {};
    return { ...common, ...properties, protocolVersion: version, clean: true };
  }
  if (version === 4) return { ...common, protocolVersion: 4, clean: true, will };
  // A will is delayed only as long as its session lives, and called off only by going on with that session.
  const properties = { ...received, sessionExpiryInterval: willDelayS };
  const delayed = { ...will, properties: { willDelayInterval: willDelayS, contentType: "text/plain" } };
  return { ...common, protocolVersion: 5, clean: willDelayS === 0, properties, will: delayed };
}

/** The address without user name, password and query; throws `PublishError` when it is none. */
export function shownUrl(settings: BrokerSettings): string {
  const { protocol, host, pathname } = parse(settings.url);
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

/** The address to hand to the client: credentials go by the options. */
export function plainUrl(settings: BrokerSettings): string {
  const url = parse(settings.url);
  url.username = "";
  url.password = "";
  return url.href;
}

/** Texts that must not show up anywhere. */
export function secretsOf(settings: BrokerSettings): string[] {
  const { password } = credentials(settings);
  return [password, settings.tls?.key].filter((secret) => secret !== undefined && secret !== "") as string[];
}

function credentials(settings: BrokerSettings): { username?: string; password?: string } {
  const url = parse(settings.url);
  const username = settings.username ?? decodeURIComponent(url.username);
  const password = settings.password ?? decodeURIComponent(url.password);
  return { ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }) };
}

function parse(url: string): URL {
  try {
    const parsed = new URL(url);
    if (/^(mqtts?|wss?):$/.test(parsed.protocol) && parsed.host !== "") return parsed;
  } catch (thrown) {
    throw new PublishError("PUBLISH_BAD_URL", `the broker's url cannot be read: ${messageOf(thrown)}`);
  }
  throw new PublishError(
    "PUBLISH_BAD_URL",
    "the broker's url has another form than mqtt://, mqtts://, ws:// or wss://host",
  );
}
