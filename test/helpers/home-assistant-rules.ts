// biome-ignore lint/suspicious/noExplicitAny: documents are judged as they are
type Json = any;

/** What Home Assistant's documentation of its MQTT integration asks of each platform. */
const PLATFORMS: Readonly<Record<string, { needs: readonly string[]; classes: readonly string[] }>> = {
  binary_sensor: { needs: ["state_topic"], classes: ["occupancy", "motion", "connectivity", "problem", "running"] },
  button: { needs: ["command_topic"], classes: ["identify", "restart", "update"] },
  event: { needs: ["state_topic", "event_types"], classes: ["button", "doorbell", "motion"] },
  image: { needs: ["image_topic"], classes: [] },
  sensor: { needs: ["state_topic"], classes: ["enum", "data_size", "duration", "timestamp", "temperature"] },
  switch: { needs: ["command_topic"], classes: ["outlet", "switch"] },
};

const UNITS: Readonly<Record<string, readonly string[]>> = {
  data_size: ["bit", "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB"],
  duration: ["d", "h", "min", "s", "ms", "µs"],
};

/** Topics that hold nothing until something happens. */
const LATER = /\/(events|snapshot)$/;

/** Faults of documents for devices, by their topics; `held` is the last message of each topic. */
export function discoveryFaults(documents: ReadonlyMap<string, Json>, held: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  const boxes = [...documents.values()].flatMap(({ device }) => device.identifiers as string[]);
  for (const [topic, { device, origin, components, ...rest }] of documents) {
    const fault = (what: string) => faults.push(`${topic}: ${what}`);
    if (!/^[^/]+\/device\/[a-zA-Z0-9_-]+\/config$/.test(topic)) fault("is no topic for a device");
    if (Object.keys(rest).length > 0) fault(`has ${Object.keys(rest).join(", ")} beside device, origin and components`);
    if (!Array.isArray(device?.identifiers) || device.identifiers.length === 0) fault("a device needs identifiers");
    if (device?.via_device !== undefined && !boxes.includes(device.via_device)) fault("via_device names no device");
    if (typeof origin?.name !== "string") fault("an origin needs a name");
    for (const [key, component] of Object.entries<Json>(components)) {
      if (ids.has(component.unique_id)) fault(`${key}: unique_id is taken`);
      ids.add(component.unique_id);
      for (const what of componentFaults(component, held)) fault(`${key}: ${what}`);
    }
  }
  return faults;
}

function componentFaults(component: Json, held: ReadonlyMap<string, string>): string[] {
  const {
    platform,
    unique_id: id,
    device_class: kind,
    unit_of_measurement: unit,
    options,
    state_class: state,
  } = component;
  const rules = PLATFORMS[platform];
  if (rules === undefined) return [`platform ${platform} is not known`];
  const topics = Object.entries<Json>(component).filter(([key]) => key.endsWith("_topic"));
  const availability: Json[] = component.availability ?? [];
  const read = [
    ...topics.filter(([key]) => key !== "command_topic").map(([, topic]) => topic),
    ...availability.map(({ topic }) => topic),
  ];
  return [
    typeof id === "string" && id !== "" ? null : "needs a unique_id",
    ...rules.needs.map((key) => (component[key] === undefined ? `needs ${key}` : null)),
    kind === undefined || rules.classes.includes(kind) ? null : `has no device class ${kind}`,
    (kind === "enum") === Array.isArray(options) ? null : "options belong to the class enum",
    kind === "enum" && (state !== undefined || unit !== undefined) ? "an enum has neither state class nor unit" : null,
    UNITS[kind] === undefined || UNITS[kind].includes(unit) ? null : `${unit} is no unit of ${kind}`,
    state === undefined || platform === "sensor" ? null : "a state class belongs to a sensor",
    component.availability_mode === undefined || /^(all|any|latest)$/.test(component.availability_mode) ? null : "mode",
    ...read.map((topic) => (held.has(topic) || LATER.test(topic) ? null : `nothing was published on ${topic}`)),
    ...topics.map(([key, topic]) => (/[#+]/.test(topic) ? `${key} has a wildcard` : null)),
    ...templates(component).map((text) => (balanced(text) ? null : `a template is not closed: ${text}`)),
  ].filter((what) => what !== null);
}

function templates(component: Json): string[] {
  const own = Object.entries<Json>(component).filter(([key]) => key.endsWith("_template"));
  return [...own.map(([, text]) => text), ...(component.availability ?? []).flatMap(templates)];
}

function balanced(text: string): boolean {
  return /^\{\{.*\}\}$/s.test(text) && text.split("(").length === text.split(")").length;
}
