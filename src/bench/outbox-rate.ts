import { join } from "node:path";
import { openPublisher } from "../publish/publisher.ts";
import { topicsOf } from "../publish/topics/topics.ts";
import { openBenchBroker } from "./broker.ts";
import type { Figure, Measurement } from "./figure.ts";
import { median, rounded } from "./statistics.ts";
import { until, within } from "./wait.ts";
import { inWorkplace, type Workplace } from "./workplace.ts";

const ROUNDS = 5;
const MESSAGES = 5000;
const PAYLOAD_BYTES = 500;
const TIMEOUT_MS = 60_000;

/** Events, the class that survives a restart and an absent broker. */
export const outboxRate: Measurement = {
  ids: ["outbox_messages_per_s"],
  measure: (progress) => {
    progress(`outbox: ${ROUNDS} x ${MESSAGES} events`);
    return inWorkplace(measure);
  },
};

async function measure(place: Workplace): Promise<Figure[]> {
  const broker = place.keep(await openBenchBroker(place.folder));
  let isUp: () => void = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  const publisher = openPublisher({
    broker: { url: broker.url, prefix: "millrace", device: "bench" },
    spoolDirectory: join(place.folder, "spool"),
    report: ({ type }) => {
      if (type === "broker_connected") isUp();
    },
  });
  place.keep({ close: () => publisher.close(2000) });
  await within(up, TIMEOUT_MS, "connecting to the broker");
  const topic = topicsOf("millrace", "bench").events("camera");
  const payload = JSON.stringify({ replayed: false, text: "x".repeat(PAYLOAD_BYTES - 30) });

  async function round(): Promise<number> {
    const startedAt = performance.now();
    for (let i = 0; i < MESSAGES; i++) publisher.publish({ class: "events", topic, payload });
    await until(() => publisher.stats().spool.depth === 0, TIMEOUT_MS, "a round of events");
    return MESSAGES / ((performance.now() - startedAt) / 1000);
  }

  const rates: number[] = [];
  await round();
  for (let i = 0; i < ROUNDS; i++) rates.push(await round());
  return [
    {
      id: "outbox_messages_per_s",
      value: rounded(median(rates)),
      unit: "messages/s",
      limit: null,
      better: "higher",
      how: `events of ${PAYLOAD_BYTES} bytes with QoS 1 and a spool on disk, from publish to the last acknowledgement by ${broker.name}, median of ${ROUNDS} rounds of ${MESSAGES}`,
    },
  ];
}
