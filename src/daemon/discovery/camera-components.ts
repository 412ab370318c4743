import type { Topics } from "../../publish/topics/topics.ts";
import { type Availability, type Components, named, type Wording } from "./component.ts";

/** What is known of a camera and its workflow. */
export interface CameraFacts {
  id: string;
  /** Its workflow has a picture among its outputs. */
  hasPicture: boolean;
  /** Pictures of its events are published. */
  showsEvents: boolean;
  /** Commands that are taken. */
  commands: "none" | "cameras" | "all";
  /** Outputs with a plain value: level of their topic, name, and kinds. */
  values: readonly { level: string; name: string; kinds: readonly string[] }[];
  /** Zones and classes that are counted, as levels of topics. */
  counts: readonly { zone: string; label: string }[];
}

const STATES = ["starting", "online", "retrying", "failed", "ended", "disabled", "paused", "offline"];
const NUMBERS = ["integer", "float", "float_zero_to_one"];
const ALL = "all";

/** The entities of a camera. */
export function cameraComponents(camera: CameraFacts, topics: Topics, wording: Wording, root: string): Components {
  const box: Availability[] = [{ topic: topics.status }];
  const seen: Availability[] = [
    ...box,
    {
      topic: topics.cameraStatus(camera.id),
      value_template: "{{ 'online' if value_json.state == 'online' else 'offline' }}",
    },
  ];
  const rooted = (key: string, availability: Availability[]) => ({
    unique_id: `${root}-${key}`,
    availability,
    availability_mode: "all",
  });
  return {
    ...control(camera, topics, (key) => rooted(key, box)),
    ...diagnostics(camera, topics, (key) => rooted(key, box)),
    ...pictures(camera, topics, (key) => rooted(key, box)),
    event: {
      ...rooted("event", seen),
      platform: "event",
      name: "Event",
      state_topic: topics.events(camera.id),
      event_types: ["start", "update", "end"],
      value_template:
        "{{ {'event_type': value_json.phase, 'id': value_json.id, 'reason': value_json.reason, 'class': value_json.object.class, 'confidence': value_json.object.confidence, 'zones': value_json.object.zones} | tojson }}",
    },
    ...counts(camera, topics, wording, (key) => rooted(key, seen)),
    ...values(camera, topics, wording, (key) => rooted(key, seen)),
  };
}

type Base = (key: string) => { unique_id: string };

function control({ id, commands }: CameraFacts, topics: Topics, base: Base): Components {
  if (commands === "none") return {};
  return {
    enabled: {
      ...base("enabled"),
      platform: "switch",
      name: "Enabled",
      icon: "mdi:cctv",
      state_topic: topics.cameraEnabled(id),
      command_topic: `${topics.cameraEnabled(id)}/set`,
      payload_on: "ON",
      payload_off: "OFF",
      qos: 1,
    },
  };
}

function diagnostics({ id }: CameraFacts, topics: Topics, base: Base): Components {
  const shared = { platform: "sensor", entity_category: "diagnostic" };
  const status = { ...shared, state_topic: topics.cameraStatus(id) };
  return {
    status: {
      ...base("status"),
      ...status,
      name: "Status",
      device_class: "enum",
      options: STATES,
      value_template: "{{ value_json.state }}",
      json_attributes_topic: topics.cameraStatus(id),
      json_attributes_template:
        "{{ {'error': value_json.error, 'since': value_json.since, 'attempts': value_json.attempts, 'next_retry': value_json.next_retry} | tojson }}",
    },
    error: {
      ...base("error"),
      ...status,
      name: "Error",
      icon: "mdi:alert-circle-outline",
      value_template: "{{ value_json.error.code if value_json.error else 'none' }}",
    },
    fps: {
      ...base("fps"),
      ...shared,
      name: "Frames processed",
      state_topic: topics.stats,
      state_class: "measurement",
      unit_of_measurement: "fps",
      icon: "mdi:filmstrip",
      value_template: `{{ value_json.cameras['${id}'].fps_out | default(0) }}`,
    },
  };
}

function pictures({ id, hasPicture, showsEvents, commands }: CameraFacts, topics: Topics, base: Base): Components {
  const snapshot = {
    ...base("snapshot"),
    platform: "image",
    name: "Snapshot",
    image_topic: topics.snapshot(id),
    content_type: "image/jpeg",
  };
  if (!hasPicture || commands === "none") return showsEvents ? { snapshot } : {};
  return {
    snapshot,
    take_snapshot: {
      ...base("take_snapshot"),
      platform: "button",
      name: "Take snapshot",
      icon: "mdi:camera",
      command_topic: topics.inbound.commands.replace("+", "snapshot"),
      payload_press: JSON.stringify({ camera: id }),
      qos: 1,
    },
  };
}

/** A count and whether there is any, for each zone and class. */
function counts({ id, counts: keys }: CameraFacts, topics: Topics, wording: Wording, base: Base): Components {
  return Object.fromEntries(
    keys.flatMap(({ zone, label }): [string, Components[string]][] => {
      const what = label === ALL ? "Objects" : named(label, wording);
      const name = zone === ALL ? what : `${what} in ${named(zone, wording)}`;
      const [count, occupancy] = [`count_${zone}_${label}`, `occupancy_${zone}_${label}`];
      const state_topic = topics.count(id, zone, label);
      const unit = wording.units[label] ?? wording.units["count"] ?? "objects";
      const measured = { state_class: "measurement", unit_of_measurement: unit, icon: "mdi:counter" };
      return [
        [count, { ...base(count), platform: "sensor", name: `${name} count`, state_topic, ...measured }],
        [
          occupancy,
          {
            ...base(occupancy),
            platform: "binary_sensor",
            name: `${name} occupancy`,
            device_class: "occupancy",
            state_topic,
            value_template: "{{ 'ON' if value | int(0) > 0 else 'OFF' }}",
          },
        ],
      ];
    }),
  );
}

function values({ id, values: outputs }: CameraFacts, topics: Topics, wording: Wording, base: Base): Components {
  return Object.fromEntries(
    outputs.map(({ level, name, kinds }) => {
      const key = `value_${level}`;
      const shared = { ...base(key), name: named(name, wording), state_topic: topics.value(id, level) };
      if (kinds.every((kind) => kind === "boolean")) {
        return [key, { ...shared, platform: "binary_sensor", payload_on: "true", payload_off: "false" }];
      }
      const unit = wording.units[name];
      const isNumber = unit !== undefined || kinds.every((kind) => NUMBERS.includes(kind));
      const measured = isNumber ? { state_class: "measurement" } : {};
      return [key, { ...shared, platform: "sensor", ...measured, ...(unit && { unit_of_measurement: unit }) }];
    }),
  );
}
