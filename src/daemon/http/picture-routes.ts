import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { LIVE_FORM } from "../worker/picture-wish.ts";
import { end } from "./answer.ts";
import type { LiveView, View } from "./live.ts";
import type { RawView } from "./raw-view.ts";

/** What a camera shows, and where. */
export interface CameraPictures {
  /** Outputs with pictures of its pipeline. */
  outputs: readonly string[];
  /** The one that is shown where none is named; null where there is none. */
  shown: string | null;
  /** What the config publishes as MJPEG, by output. */
  mjpeg: ReadonlyMap<string, Pick<View, "maxFps" | "form">>;
  /** Folders of what the config publishes as HLS, by output. */
  hls: ReadonlyMap<string, string>;
}

export interface PictureSources {
  live: LiveView;
  raw: RawView;
  /** Undefined for a camera that no pipeline has. */
  pictures: (camera: string) => CameraPictures | undefined;
}

/** A request for a picture or a stream of a camera. */
interface Asked {
  kind: "live" | "raw" | "video" | "hls";
  camera: string;
  /** Null where none is named. */
  output: string | null;
  /** What follows the last dot. */
  ending: string;
  /** Name of a file of HLS without its ending; empty where none is named. */
  file: string;
}

/** Most pictures a second of one camera on the live page. */
const LIVE_FPS = 12;
const PATTERN = /^\/(live|raw|video|hls)\/([a-z0-9_-]+)(?:\/([^/]+))?(?:\/([a-z0-9-]+))?\.(mjpeg|jpg|ts|m3u8)$/;
const TYPES: Readonly<Record<string, string>> = {
  mjpeg: "multipart/x-mixed-replace",
  jpg: "image/jpeg",
  ts: "video/mp2t",
  m3u8: "application/vnd.apple.mpegurl",
};

/** Answers requests for pictures; false for what is none, or is not there. */
export async function answerPicture(
  { pathname, isHead }: { pathname: string; isHead: boolean },
  response: ServerResponse,
  sources: PictureSources,
): Promise<boolean> {
  const asked = askedIn(pathname);
  const pictures = asked === null ? undefined : sources.pictures(asked.camera);
  if (asked === null || pictures === undefined) return false;
  const serve = FINDERS[asked.kind](asked, pictures, sources);
  if (serve === null) return false;
  // Only who takes pictures has them made.
  if (isHead) end(response, 200, "", TYPES[asked.ending]);
  else await serve(response);
  return true;
}

function askedIn(pathname: string): Asked | null {
  const [, kind, camera = "", output, file = "", ending = ""] = PATTERN.exec(pathname) ?? [];
  if (kind === undefined) return null;
  try {
    const named = output === undefined ? null : decodeURIComponent(output);
    return { kind: kind as Asked["kind"], camera, output: named, ending, file };
  } catch {
    return null;
  }
}

type Serve = (response: ServerResponse) => void | Promise<void>;
type Find = (asked: Asked, pictures: CameraPictures, sources: PictureSources) => Serve | null;

const FINDERS: Readonly<Record<Asked["kind"], Find>> = {
  live({ camera, output, ending, file }, { outputs }, { live }) {
    if (file !== "" || (output !== null && !outputs.includes(output))) return null;
    const view: View = { camera, output, maxFps: LIVE_FPS, form: LIVE_FORM };
    if (ending === "mjpeg") return (response) => live.stream(view, response);
    return ending === "jpg" ? (response) => nextPicture(live, view, response) : null;
  },
  raw({ camera, output, ending }, _, { raw }) {
    return output === null && ending === "ts" ? (response) => raw.stream(camera, response) : null;
  },
  video({ camera, output, ending, file }, { mjpeg }, { live }) {
    const published = output === null ? undefined : mjpeg.get(output);
    if (published === undefined || ending !== "mjpeg" || file !== "") return null;
    return (response) => live.stream({ camera, output, ...published }, response);
  },
  hls({ output, ending, file }, { hls }) {
    const folder = hls.get(output ?? "");
    if (folder === undefined || (file === "index") !== (ending === "m3u8") || file === "") return null;
    return (response) => answerFile(join(folder, `${file}.${ending}`), TYPES[ending] ?? "", response);
  },
};

/** Most views in one answer. */
const MOST_VIEWS = 64;

/** Pictures of several cameras in one answer, for `?show=<camera>` and `?show=<camera>/<output>`, at a rate and a width of choice. */
export function answerPictures(
  asked: URLSearchParams,
  response: ServerResponse,
  { live, pictures }: Pick<PictureSources, "live" | "pictures">,
): void {
  const maxFps = bounded(asked.get("fps"), { least: 0.1, most: LIVE_FPS });
  const width = Math.round(bounded(asked.get("width"), { least: 64, most: 3840 }));
  const names = asked.getAll("show").slice(0, MOST_VIEWS);
  const views = names.flatMap((name): [string, View][] => {
    const [camera = "", ...rest] = name.split("/");
    const output = rest.length === 0 ? null : rest.join("/");
    const isThere = output === null || pictures(camera)?.outputs.includes(output);
    if (pictures(camera) === undefined || !isThere) return [];
    return [[name, { camera, output, maxFps, form: { ...LIVE_FORM, width } }]];
  });
  if (views.length === 0) end(response, 404, "there is nothing here");
  else live.streamAll(new Map(views), response);
}

/** The most where nothing sensible is asked for. */
function bounded(text: string | null, { least, most }: { least: number; most: number }): number {
  const number = Number(text ?? most);
  return Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : most;
}

async function nextPicture(live: LiveView, view: View, response: ServerResponse): Promise<void> {
  const jpeg = await live.next(view, 5000);
  if (jpeg === null) end(response, 503, "no picture came within 5 s");
  else end(response, 200, jpeg, "image/jpeg");
}

/** A playlist, or a segment that it names, a few seconds of video; the encoder of the stream deletes old ones. */
async function answerFile(path: string, type: string, response: ServerResponse): Promise<void> {
  const content = await readFile(path).catch(() => null);
  if (content === null) end(response, 404, "there is nothing here yet");
  else end(response, 200, content, type);
}
