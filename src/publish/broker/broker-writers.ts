import { randomUUID } from "node:crypto";
import type { MqttClient } from "mqtt";
import { messageOf, PublishError } from "../../base/errors.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import type { BrokerSettings } from "./broker-settings.ts";
import { connectClient } from "./connect-client.ts";

/** One message for a broker that is not the daemon's own. */
export interface WrittenMessage {
  url: string;
  username?: string;
  password?: string;
  topic: string;
  payload: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  /** For connecting and the acknowledgement together. */
  timeoutMs: number;
}

export interface BrokerWriters {
  publish(message: WrittenMessage): Promise<void>;
  close(): Promise<void>;
}

/** More brokers than a workflow names; the one that was not used for longest is disconnected. */
const MOST_BROKERS = 16;
/** A broker that is away costs no frame more than a moment. */
const RETRIES = { firstMs: 1000, longestMs: 30_000 };

/** Connections to brokers by address and user, kept from message to message. */
export function openBrokerWriters(): BrokerWriters {
  const writers = new Map<string, BrokerWriter>();
  return {
    publish(message) {
      const key = JSON.stringify([message.url, message.username, message.password]);
      const writer = writers.get(key) ?? new BrokerWriter(message);
      writers.delete(key);
      writers.set(key, writer);
      const [oldest] = writers.keys();
      if (writers.size > MOST_BROKERS && oldest !== undefined) {
        writers.get(oldest)?.close();
        writers.delete(oldest);
      }
      return writer.publish(message);
    },
    async close() {
      for (const writer of writers.values()) writer.close();
    },
  };
}

class BrokerWriter {
  readonly #settings: BrokerSettings;
  readonly #gate = new RetryGate(RETRIES);
  #client: Promise<MqttClient> | null = null;

  constructor({ url, username, password }: WrittenMessage) {
    const login = { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
    // Neither is used without a will.
    const unused = { prefix: "millrace", device: "writer" };
    this.#settings = { url, ...login, ...unused, clientId: `millrace-writer-${randomUUID().slice(0, 8)}`, will: false };
  }

  async publish({ topic, payload, qos, retain, timeoutMs }: WrittenMessage): Promise<void> {
    const waitMs = this.#gate.waitMs();
    if (waitMs > 0) {
      const message = `the broker is away, the next attempt is in ${(waitMs / 1000).toFixed(1)} s`;
      throw new PublishError("PUBLISH_AWAY", message);
    }
    const signal = AbortSignal.timeout(Math.ceil(timeoutMs));
    try {
      this.#client ??= this.#connect(signal);
      const client = await this.#client;
      await within(client.publishAsync(topic, payload, { qos, retain }), signal);
      this.#gate.succeeded();
    } catch (error) {
      this.#gate.failed();
      this.close();
      const late = `no acknowledgement within ${timeoutMs} ms`;
      throw new PublishError("PUBLISH_FAILED", signal.aborted ? late : messageOf(error), {}, { cause: error });
    }
  }

  close(): void {
    this.#client?.then((client) => client.end(true)).catch(() => {});
    this.#client = null;
  }

  async #connect(signal: AbortSignal): Promise<MqttClient> {
    const { client } = await connectClient(this.#settings, signal);
    client.on("error", () => {});
    client.once("close", () => {
      this.#client = null;
    });
    return client;
  }
}

async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, late]);
}
