import { join } from "node:path";
import { type Issue, pointer } from "../../base/issue.ts";
import { suggest } from "../../base/suggest.ts";
import type { Plan } from "../../compiler/plan.ts";
import type { PipelineConfig } from "../config/schema/config-schema.ts";
import type { VideoTarget } from "./video-target.ts";

type VideoOutput = PipelineConfig["video_out"][number];

interface Publishing {
  id: string;
  config: Pick<PipelineConfig, "video_out" | "cameras">;
  picture: string | null;
}

/** What the pipeline pushes and writes: each output of each camera to each place. */
export function videoTargets({ id, config, picture }: Publishing): VideoTarget[] {
  return config.video_out.flatMap((entry) => {
    const output = entry.output ?? picture ?? "";
    return publishedCameras(entry, config).flatMap((camera) => targetsOf(entry, { pipeline: id, camera, output }));
  });
}

/** Cameras that come and go with a reload are published for as long as the pipeline has them. */
export function publishedCameras({ cameras }: VideoOutput, pipeline: Pick<PipelineConfig, "cameras">): string[] {
  return pipeline.cameras.filter((camera) => cameras === undefined || cameras.includes(camera));
}

/** Folder of the playlist of one stream. */
export function hlsFolder(folder: string, camera: string, output: string): string {
  return join(folder, camera, encodeURIComponent(output).replace(/^\.+$/, "_"));
}

function targetsOf(entry: VideoOutput, names: Pick<VideoTarget, "pipeline" | "camera" | "output">): VideoTarget[] {
  const { rtsp, hls, max_fps: fps, width = null, bitrate_kbps: bitrateKbps, encoder } = entry;
  const common = { ...names, fps, width, bitrateKbps, encoder };
  const { username, password, verify, ca_file: caFile } = entry;
  const login = { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
  const access = { ...login, tls: { verify, ...(caFile === undefined ? {} : { caFile }) } };
  const { camera, output } = names;
  return [
    ...(rtsp === undefined
      ? []
      : [{ ...common, access, target: { to: "rtsp", url: addressOf(rtsp, camera) } as const }]),
    ...(hls === undefined
      ? []
      : [{ ...common, access: {}, target: { to: "hls", folder: hlsFolder(hls, camera, output) } as const }]),
  ];
}

function addressOf(rtsp: string, camera: string): string {
  return rtsp.replaceAll("{camera}", camera);
}

/** Streams that cannot be, or that would be in each other's way. */
export function videoIssues(plan: Plan, publishing: Publishing): Issue[] {
  const { id, config, picture } = publishing;
  const path = pointer(["pipelines", id, "video_out"]);
  const issues = config.video_out.flatMap((entry, i) => {
    return entryIssues(entry, { ...publishing, plan, config, picture }).map(({ key, ...issue }): Issue => {
      return { code: "CONFIG_VIDEO_OUT", path: `${path}/${i}${key === "" ? "" : `/${key}`}`, ...issue };
    });
  });
  return issues.length > 0 ? issues : twice(publishing, path);
}

interface EntryIssue {
  key: string;
  message: string;
  hint?: string;
}

function entryIssues(entry: VideoOutput, { plan, config, picture }: Publishing & { plan: Plan }): EntryIssue[] {
  const pictures = plan.outputs.filter((output) => output.picture).map(({ name }) => name);
  const output = entry.output ?? picture;
  const issues: EntryIssue[] = [];
  if (output === null || !pictures.includes(output)) {
    const message =
      output === null ? "the workflow has no output with pictures" : `"${output}" is no output with pictures`;
    const near =
      suggest(output ?? "", pictures) ?? (pictures.length > 0 ? `these are: ${pictures.join(", ")}` : undefined);
    issues.push({ key: "output", message, ...(near === undefined ? {} : { hint: near }) });
  }
  for (const camera of entry.cameras ?? []) {
    if (config.cameras.includes(camera)) continue;
    const hint = suggest(camera, config.cameras) ?? `its cameras are ${config.cameras.join(", ")}`;
    issues.push({ key: "cameras", message: `the pipeline has no camera "${camera}"`, hint });
  }
  if (!entry.mjpeg && entry.rtsp === undefined && entry.hls === undefined) {
    issues.push({ key: "", message: "is published nowhere", hint: 'give "mjpeg: true", "rtsp" or "hls"' });
  }
  if (entry.rtsp !== undefined) issues.push(...addressIssues(entry.rtsp, publishedCameras(entry, config)));
  return issues;
}

function addressIssues(rtsp: string, cameras: readonly string[]): EntryIssue[] {
  if (!/^rtsps?:\/\//i.test(rtsp)) {
    return [{ key: "rtsp", message: "is no address of an RTSP server", hint: "write rtsp://HOST:PORT/PATH" }];
  }
  if (cameras.length < 2 || rtsp.includes("{camera}")) return [];
  const message = `${cameras.length} cameras would be pushed to one address`;
  return [{ key: "rtsp", message, hint: 'write "{camera}" in its path' }];
}

/** Two encoders that push to one address, or write in one folder, or two streams of MJPEG of one name. */
function twice(publishing: Publishing, path: string): Issue[] {
  const { config, picture } = publishing;
  const mjpeg = config.video_out
    .filter((entry) => entry.mjpeg)
    .flatMap((entry) => publishedCameras(entry, config).map((camera) => `${camera}/${entry.output ?? picture}.mjpeg`));
  const places = videoTargets(publishing).map(({ target }) => (target.to === "rtsp" ? target.url : target.folder));
  const all = [...mjpeg, ...places];
  const repeated = new Set(all.filter((place, i) => all.indexOf(place) !== i));
  return [...repeated].map((place) => {
    return { code: "CONFIG_VIDEO_OUT", path, message: `two streams would be published at "${place}"` };
  });
}
