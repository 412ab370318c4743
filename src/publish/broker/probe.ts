import type { BrokerSettings, ProtocolVersion } from "./broker-settings.ts";
import { connectClient } from "./connect-client.ts";

export interface ProbedBroker {
  version: ProtocolVersion;
  /** Why it takes no messages on the topic; null when it has acknowledged one. */
  refusal: string | null;
}

/**
 * Connects once beside a running daemon, has a message that is not retained acknowledged on the topic, and leaves again; throws a
 * `BrokerFault` when there is no connection.
 */
export async function probeBroker(settings: BrokerSettings, topic: string): Promise<ProbedBroker> {
  const clientId = `${settings.clientId ?? `millrace-${settings.device}`}-probe`;
  const { client, version } = await connectClient({ ...settings, clientId, will: false }, new AbortController().signal);
  const payload = JSON.stringify({ ts: new Date().toISOString() });
  const sent = client.publishAsync(topic, payload, { qos: 1 }).then(
    () => null,
    (error: Error) => error.message,
  );
  const refusal = await Promise.race([sent, silence()]);
  await client.endAsync(true);
  return { version, refusal };
}

const ANSWER_MS = 10_000;

function silence(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`no acknowledgement came within ${ANSWER_MS / 1000} s`), ANSWER_MS).unref();
  });
}
