import { type Issue, pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import { STREAM_KEYS } from "./schema/camera-schema.ts";
import type { CameraConfig, CameraEntry } from "./schema/config-schema.ts";

type Entries = Readonly<Record<string, CameraEntry>>;

export interface StreamSources {
  /** The whole config as it is written, which shows what was stated. */
  document: unknown;
  /** Ids of cameras that are missing for their own faults, null when that may be any. */
  leftOut: readonly string[] | null;
}

export interface CompleteCameras {
  /** Those that are in order; how the stream of each is opened is in its own entry. */
  cameras: Record<string, CameraConfig>;
  issues: Issue[];
  /** Paths of the entries that are not among them. */
  left: string[][];
}

/** Gives cameras with `stream_of` what the camera that they name says of its stream, and finds those that cannot have it. */
export function completeCameras(entries: Entries, { document, leftOut }: StreamSources): CompleteCameras {
  const cameras: [string, CameraConfig][] = [];
  const issues: Issue[] = [];
  const left: string[][] = [];
  const stated = mapAt(mapAt({ config: document }, "config"), "cameras");
  for (const [id, entry] of Object.entries(entries)) {
    const faults = faultsOf(id, { entries, stated: Object.keys(mapAt(stated, id)), leftOut });
    const complete = faults.length > 0 ? null : completed(entry, entries);
    issues.push(...faults);
    if (complete === null) left.push(["cameras", id]);
    else cameras.push([id, complete]);
  }
  return { cameras: Object.fromEntries(cameras), issues, left };
}

interface Known {
  entries: Entries;
  /** Keys of the entry. */
  stated: readonly string[];
  leftOut: StreamSources["leftOut"];
}

function faultsOf(id: string, { entries, stated, leftOut }: Known): Issue[] {
  const { url, stream_of: name } = entries[id] ?? {};
  const fault = (key: string, what: string, rest: Pick<Issue, "hint"> & { code?: string }): Issue => {
    return {
      code: "CONFIG_STREAM_OF",
      path: pointer(["cameras", id, key]),
      message: `camera "${id}": ${what}`,
      ...rest,
    };
  };
  if (url === undefined && name === undefined) {
    const hint = 'give "url", its address, or "stream_of", the camera whose stream it takes its frames from';
    return [fault("url", 'it has neither "url" nor "stream_of"', { code: "CONFIG_MISSING", hint })];
  }
  if (name === undefined) return [];
  if (url !== undefined) {
    return [fault("stream_of", '"stream_of" stands beside "url"', { hint: "leave one of them out" })];
  }
  const faults = STREAM_KEYS.filter((key) => stated.includes(key)).map((key) =>
    fault(key, `"${key}" is said of a stream, which is that of camera "${name}" here`, {
      hint: `leave it out, or write it at camera "${name}"`,
    }),
  );
  const source = entries[name];
  const streams = Object.keys(entries).filter(
    (other) => entries[other]?.url !== undefined && !entries[other]?.stream_of,
  );
  const known = streams.length > 0 ? `cameras with a "url" are ${streams.join(", ")}` : 'give "url", its address';
  if (name === id) {
    const hint = known;
    faults.push(fault("stream_of", '"stream_of" names the camera itself, expected another one', { hint }));
  } else if (source === undefined && leftOut?.includes(name) === false) {
    const rest = { code: "CONFIG_UNKNOWN_CAMERA", hint: suggest(name, Object.keys(entries)) ?? known };
    faults.push(fault("stream_of", `there is no camera "${name}"`, rest));
  } else if (source?.stream_of !== undefined) {
    const what = `"stream_of" names camera "${name}", which takes its frames from "${source.stream_of}" itself`;
    faults.push(fault("stream_of", `${what}, expected one with a "url"`, { hint: endOf(name, entries) }));
  }
  return faults;
}

/** Where a chain leads. */
function endOf(from: string, entries: Entries): string {
  const seen = new Set<string>();
  let name: string | undefined = from;
  while (name !== undefined && !seen.has(name)) {
    if (entries[name]?.url !== undefined) return `write  stream_of: ${name}`;
    seen.add(name);
    name = entries[name]?.stream_of;
  }
  return 'give one of them a "url"';
}

/** Null where the camera that is named is not in order itself. */
function completed(entry: CameraEntry, entries: Entries): CameraConfig | null {
  const source = entry.stream_of === undefined ? entry : entries[entry.stream_of];
  if (source?.url === undefined || (source !== entry && source.stream_of !== undefined)) return null;
  const ofStream = Object.fromEntries(STREAM_KEYS.flatMap((key) => (key in source ? [[key, source[key]]] : [])));
  return { ...entry, ...ofStream, url: source.url };
}

function mapAt(holder: object, key: string): object {
  const value: unknown = Reflect.get(holder, key);
  return typeof value === "object" && value !== null ? value : {};
}
