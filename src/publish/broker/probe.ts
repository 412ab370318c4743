import type { BrokerSettings, ProtocolVersion } from "./broker-settings.ts";
import { connectClient } from "./connect-client.ts";

/** Connects once beside a running daemon and leaves again: the version of MQTT that the broker takes, or a `BrokerFault`. */
export async function probeBroker(settings: BrokerSettings): Promise<ProtocolVersion> {
  const clientId = `${settings.clientId ?? `millrace-${settings.device}`}-probe`;
  const { client, version } = await connectClient({ ...settings, clientId, will: false }, new AbortController().signal);
  await client.endAsync();
  return version;
}
