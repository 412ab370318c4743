import { connectAsync } from "mqtt";

interface CameraStats {
  decoded: number;
  processed: number;
  dropped: Record<string, number>;
}

interface Stats {
  boot: string;
  cameras: Record<string, CameraStats>;
  outbox: { dropped: Record<string, Record<string, number>> };
}

interface Event {
  boot: string;
  seq: number;
  id: string;
  phase: "start" | "update" | "end";
}

/** What a subscriber has heard of the daemon, as far as it is checked. */
export interface Heard {
  messages: number;
  /** The last of each run of the daemon, in the order of the runs. */
  readonly stats: ReadonlyMap<string, Stats>;
  /** Numbers of events by run. */
  readonly sequences: ReadonlyMap<string, ReadonlySet<number>>;
  readonly started: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Hears everything at the broker itself, on a way that is never cut. */
export async function hear(url: string): Promise<Heard> {
  const stats = new Map<string, Stats>();
  const sequences = new Map<string, Set<number>>();
  const [started, ended] = [new Set<string>(), new Set<string>()];
  const client = await connectAsync(url, { reconnectPeriod: 50 });
  const heard = { messages: 0, stats, sequences, started, ended, close: () => client.endAsync(true) };
  client.on("message", (topic, payload) => {
    heard.messages += 1;
    if (topic.endsWith("/stats")) {
      const body = JSON.parse(payload.toString()) as Stats;
      stats.set(body.boot, body);
    } else if (/\/camera\/[^/]+\/events$/.test(topic)) note(JSON.parse(payload.toString()) as Event);
  });

  function note({ boot, seq, id, phase }: Event): void {
    const seen = sequences.get(boot) ?? new Set();
    sequences.set(boot, seen.add(seq));
    if (phase === "start") started.add(id);
    if (phase === "end") ended.add(id);
  }

  await client.subscribeAsync("#", { qos: 1 });
  return heard;
}

/** Numbers below the highest that never came, of all runs. */
export function missing(sequences: Heard["sequences"]): number {
  return [...sequences.values()].reduce((sum, seen) => sum + Math.max(...seen) - seen.size, 0);
}
