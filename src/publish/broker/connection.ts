import { pause as pauseFor } from "../../base/clock.ts";
import { RetryGate } from "../../base/retry-gate.ts";
import { endsWithin } from "../../base/within.ts";
import { type BrokerFault, faultOf } from "../report/broker-fault.ts";
import type { Report } from "../report/report.ts";
import { topicsOf } from "../topics/topics.ts";
import { type Inbox, openInbox } from "./broker-inbox.ts";
import { type Link, type Outgoing, openLink, type Settled, type Taken } from "./broker-link.ts";
import { type BrokerSettings, secretsOf, shownUrl } from "./broker-settings.ts";
import { type Connected, connectClient } from "./connect-client.ts";

/** A connection that reconnects for ever. It queues nothing: a message that it cannot take now is refused. */
export interface MqttConnection {
  readonly connected: boolean;
  /** How many QoS 1 messages it takes now. */
  readonly room: number;
  /** `settled` is called once for a QoS 1 message that was taken: after its PUBACK, or when that cannot come any more. */
  send(message: Outgoing, settled?: Settled): Taken;
  /** Publishes the retained status of the device; `online` and `offline` come by themselves. */
  announce(status: "online" | "stopping"): void;
  /** Says `offline` and disconnects; after `deadlineMs` it hangs up, and the broker says so in our place. */
  close(deadlineMs: number): Promise<void>;
}

export interface ConnectionHooks {
  report: Report;
  /** The broker takes messages from now on. */
  up?(): void;
  /** Disconnected; unacknowledged messages have been settled as lost. */
  down?(): void;
  /** Asked at every connect. */
  inbox?: () => Inbox | null;
}

/** A connection that held for this long makes the next pause a short one again. */
const STEADY_MS = 10_000;
/** A broker that has not confirmed the subscriptions by then gets messages nevertheless. */
const SUBSCRIBED_WITHIN_MS = 5000;

/** Starts connecting; throws `PublishError` only for an address that is none. */
export function openConnection(settings: BrokerSettings, hooks: ConnectionHooks): MqttConnection {
  const url = shownUrl(settings);
  const secrets = secretsOf(settings);
  const { firstMs = 1000, longestMs = 60_000 } = settings.retry ?? {};
  const gate = new RetryGate({ firstMs, longestMs, jitter: 0.5, healthyAfterMs: STEADY_MS });
  const closing = new AbortController();
  let link: Link | undefined;
  let attempts = 0;

  async function keepConnected(): Promise<void> {
    while (!closing.signal.aborted) {
      attempts += 1;
      try {
        await serve(await connectClient(settings, closing.signal));
      } catch (thrown) {
        const fault = faultOf(thrown, url, secrets);
        await pause((retryInMs) => ({ type: "broker_refused", attempts, ...trouble(fault, retryInMs) }));
      }
    }
  }

  async function serve({ client, version }: Connected): Promise<void> {
    gate.started();
    const opened = openLink(client, { url, secrets, window: settings.window ?? 64 });
    link = opened;
    const inbox = hooks.inbox?.() ?? null;
    const subscribed = inbox === null ? undefined : openInbox(client, inbox, hooks.report);
    // Who sees that it is online may send commands.
    if (subscribed !== undefined) await endsWithin(SUBSCRIBED_WITHIN_MS, Promise.race([subscribed, opened.lost]));
    opened.send(statusMessage(settings, "online"), reportRefusal);
    hooks.report({ type: "broker_connected", url, protocolVersion: version, attempts });
    hooks.up?.();
    const fault = await opened.lost;
    link = undefined;
    attempts = 0;
    hooks.down?.();
    await pause((retryInMs) => ({ type: "broker_lost", ...trouble(fault, retryInMs) }));
  }

  async function pause(event: (retryInMs: number) => Parameters<Report>[0]): Promise<void> {
    if (closing.signal.aborted) return;
    const retryInMs = gate.failed();
    hooks.report(event(retryInMs));
    await pauseFor(retryInMs, { signal: closing.signal });
  }

  function trouble(fault: BrokerFault, retryInMs: number) {
    return { url, kind: fault.kind, code: fault.code, message: fault.message, retryInMs };
  }

  const reportRefusal: Settled = (outcome, why) => {
    const { topic } = statusMessage(settings, "online");
    if (outcome === "refused") hooks.report({ type: "message_refused", class: "status", topic, message: why });
  };

  const running = keepConnected();
  return {
    get connected() {
      return link !== undefined;
    },
    get room() {
      return link?.room ?? 0;
    },
    send: (message, settled) => link?.send(message, settled) ?? "not_connected",
    announce: (status) => void link?.send(statusMessage(settings, status), reportRefusal),
    async close(deadlineMs) {
      closing.abort();
      await link?.end(statusMessage(settings, "offline"), deadlineMs);
      await running;
    },
  };
}

function statusMessage({ prefix, device }: BrokerSettings, payload: "online" | "stopping" | "offline"): Outgoing {
  return { topic: topicsOf(prefix, device).status, payload, qos: 1, retained: true, contentType: "text/plain" };
}
