import { type Clock, systemClock } from "../../base/clock.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { Topics } from "../../publish/topics/topics.ts";
import { VERSION } from "../report/version.ts";
import { boxComponents } from "./box-components.ts";
import { type CameraFacts, cameraComponents } from "./camera-components.ts";
import { named, type Wording } from "./component.ts";

export interface DiscoveryFacts {
  device: string;
  commands: CameraFacts["commands"];
  /** Null: nothing is announced. */
  wording: Wording | null;
  /** Counts and the outputs whose kind is not known beforehand follow from what is published. */
  cameras: readonly (Omit<CameraFacts, "commands" | "counts"> & { isCounted: boolean })[];
}

/** Announces the box and its cameras to Home Assistant: one retained message for each device. */
export interface Discovery {
  /** The topics that are to hold something for these facts. */
  topics(facts: DiscoveryFacts): string[];
  announce(facts: DiscoveryFacts): void;
  /** A message was published; what it brings that was not there before is announced a little later. */
  observe(message: Pick<Message, "class" | "topic">): void;
  /** Home Assistant has started. */
  again(): void;
  close(): void;
}

export interface DiscoverySettings {
  topics: Topics;
  /** Topics that hold a message of ours, also of earlier runs. */
  retained: () => readonly string[];
  publish: (message: Message) => void;
  clock?: Clock;
}

const PLAIN_KINDS: readonly string[] = ["integer", "float", "float_zero_to_one", "string", "boolean"];
/** New zones and classes come together. */
const GATHER_MS = 1000;

export function openDiscovery({ topics, retained, publish, clock = systemClock }: DiscoverySettings): Discovery {
  const root = topics.status.slice(0, -"status".length);
  const sent = new Map<string, string>();
  /** Topics of counts and values. */
  const plain = new Set<string>();
  let facts: DiscoveryFacts | null = null;
  let cancel: (() => void) | null = null;

  function send(): void {
    cancel = null;
    for (const [topic, payload] of facts === null ? [] : documents(facts)) {
      if (sent.get(topic) === payload) continue;
      sent.set(topic, payload);
      publish({ class: "discovery", topic, payload });
    }
  }

  function documents(given: DiscoveryFacts): [string, string][] {
    const { device, wording, cameras, commands } = given;
    if (wording === null) return [];
    const box = `millrace-${device}`;
    const origin = { name: "millrace", sw_version: VERSION };
    const own = {
      identifiers: [box],
      name: wording.name ?? device,
      manufacturer: "millrace",
      model: "millrace",
      sw_version: VERSION,
    };
    const documentOf = (id: string, about: object, components: object): [string, string] => {
      return [topicOf(wording, id), JSON.stringify({ device: about, origin, components })];
    };
    return [
      documentOf(box, own, boxComponents(topics, commands, box)),
      ...cameras.map((camera) => {
        const id = `${box}-${camera.id}`;
        const about = { identifiers: [id], name: named(camera.id, wording), manufacturer: "millrace", model: "camera" };
        const known = {
          ...camera,
          commands,
          values: valuesOf(camera),
          counts: camera.isCounted ? countsOf(camera.id) : [],
        };
        return documentOf(id, { ...about, via_device: box }, cameraComponents(known, topics, wording, id));
      }),
    ];
  }

  /** Outputs of which it is not known beforehand count once they had a plain value. */
  function valuesOf({ id, values }: DiscoveryFacts["cameras"][number]): CameraFacts["values"] {
    return values.filter(({ level, kinds }) => {
      return kinds.every((kind) => PLAIN_KINDS.includes(kind)) || plain.has(topics.value(id, level));
    });
  }

  function countsOf(camera: string): CameraFacts["counts"] {
    const start = topics.count(camera, "all", "all").slice(0, -"all/all".length);
    const found = [...plain]
      .filter((topic) => topic.startsWith(start))
      .map((topic) => topic.slice(start.length).split("/"));
    const keys = found.map(([zone = "", label = ""]) => ({ zone, label }));
    const rest = keys.filter(({ zone, label }) => zone !== "all" || label !== "all");
    return [{ zone: "all", label: "all" }, ...rest.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))];
  }

  return {
    topics: (given) => documents(given).map(([topic]) => topic),
    announce(next) {
      for (const topic of retained()) if (isPlain(topic, root)) plain.add(topic);
      for (const topic of plain) if (!retained().includes(topic)) plain.delete(topic);
      facts = next;
      const wanted = documents(next).map(([topic]) => topic);
      for (const topic of sent.keys()) if (!wanted.includes(topic)) sent.delete(topic);
      send();
    },
    observe({ class: of, topic }) {
      if ((of !== "count" && of !== "value") || plain.has(topic)) return;
      plain.add(topic);
      cancel ??= clock.after(GATHER_MS, send);
    },
    again() {
      sent.clear();
      send();
    },
    close: () => cancel?.(),
  };
}

function topicOf({ prefix }: Wording, id: string): string {
  return `${prefix}/device/${id}/config`;
}

function isPlain(topic: string, root: string): boolean {
  const [kind, , what] = topic.startsWith(root) ? topic.slice(root.length).split("/") : [];
  return kind === "camera" && (what === "count" || what === "output");
}

function keyOf({ zone, label }: { zone: string; label: string }): string {
  return `${zone}/${label}`;
}
