import type { Plan, PlanOutput } from "../../compiler/plan.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import { ALL, type Counts } from "../../publish/messages/track-counts.ts";
import { TopicLevels } from "../../publish/topics/topic-id.ts";
import type { Topics } from "../../publish/topics/topics.ts";

/** Numbers and short texts as plain retained values, each as often as it changes. */
export interface PlainValues {
  output(camera: string, name: string, value: unknown): Message[];
  counts(camera: string, counts: Counts): Message[];
  /** Of a camera that is gone. */
  forget(camera: string): void;
}

/** What was last sent, by topic, and which zones and classes each camera has had. */
export interface ValueMemory {
  sent: Map<string, string>;
  seen: Map<string, Map<string, Set<string>>>;
}

/** Longest text; longer ones are in the JSON alone. */
const MOST_LETTERS = 255;
/** Numbers of a camera; code may name zones and classes as it likes. */
const MOST_COUNTS = 256;

export function emptyMemory(): ValueMemory {
  return { sent: new Map(), seen: new Map() };
}

/** Names and levels of the outputs that may have a plain value. */
export function plainOutputs({ outputs }: Plan, detections: string | null): [string, string][] {
  const levels = outputLevels(outputs);
  const others = outputs.filter(({ picture, name }) => !picture && name !== detections);
  return others.map(({ name }) => [name, levels.get(name) ?? name]);
}

/** The levels of a workflow's outputs in topics. */
export function outputLevels(outputs: readonly Pick<PlanOutput, "name">[]): Map<string, string> {
  const levels = new TopicLevels();
  return new Map(outputs.map(({ name }) => [name, levels.of(name)]));
}

export function openPlainValues(
  topics: Topics,
  levels: ReadonlyMap<string, string>,
  { sent, seen }: ValueMemory,
): PlainValues {
  // What is not published any more is emptied elsewhere.
  for (const topic of sent.keys()) {
    const name = /\/output\/([^/]+)\/value$/.exec(topic)?.[1];
    if (name !== undefined && ![...levels.values()].includes(name)) sent.delete(topic);
  }
  const [zones, classes] = [new TopicLevels([ALL]), new TopicLevels([ALL])];

  function change(of: "value" | "count", topic: string, payload: string): Message[] {
    if (sent.get(topic) === payload) return [];
    // What holds nothing yet need not be emptied.
    if (payload === "" && !sent.has(topic)) return [];
    sent.set(topic, payload);
    return [{ class: of, topic, payload, contentType: "text/plain" }];
  }

  /** Zones and classes that were counted before are counted on. */
  function keysOf(camera: string, counts: Counts): Map<string, Set<string>> {
    const known = seen.get(camera) ?? new Map<string, Set<string>>();
    seen.set(camera, known);
    let size = [...known.values()].reduce((sum, names) => sum + names.size, 0);
    for (const [zone, inZone] of counts) {
      const names = known.get(zone) ?? new Set<string>();
      for (const name of inZone.keys()) {
        if (names.has(name) || size >= MOST_COUNTS) continue;
        names.add(name);
        size++;
      }
      if (names.size > 0) known.set(zone, names);
    }
    return known;
  }

  return {
    output: (camera, name, value) => {
      const text = plain(value);
      return text === null ? [] : change("value", topics.value(camera, levels.get(name) ?? name), text);
    },
    counts: (camera, counts) =>
      [...keysOf(camera, counts)].flatMap(([zone, names]) =>
        [...names].flatMap((name) => {
          const levelsOf = [zone === ALL ? ALL : zones.of(zone), name === ALL ? ALL : classes.of(name)] as const;
          return change("count", topics.count(camera, ...levelsOf), String(counts.get(zone)?.get(name) ?? 0));
        }),
      ),
    forget(camera) {
      seen.delete(camera);
      const root = topics.events(camera).slice(0, -"events".length);
      for (const topic of sent.keys()) if (topic.startsWith(root)) sent.delete(topic);
    },
  };
}

/** Null for what has no plain form; nothing is an empty text, which empties the topic. */
function plain(value: unknown): string | null {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "string" || value.length > MOST_LETTERS) return null;
  return value;
}
