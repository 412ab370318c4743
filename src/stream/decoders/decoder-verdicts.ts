import { access, constants, readdir, readFile } from "node:fs/promises";
import { release } from "node:os";
import { join } from "node:path";
import { fileIdentity, type HostCache, type Json, openHostCache } from "../../base/host-cache.ts";
import type { FfmpegBinary } from "../ffmpeg/ffmpeg-binary.ts";
import {
  type ChipCodec,
  type ChipDecoder,
  compiledIn,
  type HardwareDecoder,
  hardwareDecoder,
} from "./hardware-decoders.ts";
import { tryHardwareDecoders } from "./try-decoder.ts";

type Tried = Pick<FfmpegBinary, "path" | "version" | "decoders" | "hwaccels">;

/** Of this process: cameras that start together ask once. */
const asked = new WeakMap<Tried, Map<ChipCodec, Promise<HardwareDecoder | null>>>();

/** The first decoder of a chip that has decoded the sample of this codec here; null where none has. */
export function firstThatDecodes(ffmpeg: Tried, codec: ChipCodec): Promise<HardwareDecoder | null> {
  const known = asked.get(ffmpeg) ?? new Map<ChipCodec, Promise<HardwareDecoder | null>>();
  asked.set(ffmpeg, known);
  const answer = known.get(codec) ?? verdictOf(ffmpeg, codec);
  known.set(codec, answer);
  return answer;
}

/** The same, kept for as long as binary, kernel and the devices that we may open are the same. */
export async function verdictOf(
  ffmpeg: Tried,
  codec: ChipCodec,
  cache: HostCache = openHostCache("decoders-1"),
): Promise<HardwareDecoder | null> {
  const [binary, devices] = await Promise.all([fileIdentity(ffmpeg.path), chipDevices()]);
  const key: Json = { codec, binary, version: ffmpeg.version, kernel: release(), devices };
  const names = compiledIn(ffmpeg, codec).map(({ name }) => name);
  const isKept = (value: unknown): value is ChipDecoder | "software" =>
    value === "software" || names.some((name) => name === value);
  const kept = await cache.find(key, isKept);
  if (kept !== undefined) return kept === "software" ? null : hardwareDecoder(kept, codec);
  const tried = await tryHardwareDecoders(ffmpeg, codec);
  const first = tried.find(({ decodes }) => decodes === true);
  // One that did not answer may the next time.
  if (tried.every(({ decodes }) => decodes !== null)) await cache.keep(key, first?.name ?? "software");
  return first === undefined ? null : hardwareDecoder(first.name, codec);
}

const DEVICES = /^(nvidia|nvhost|nvmap|video\d|v4l2|mpp_service|rkvdec|vpu_service|dma_heap)/;

/** What a chip's decoder is reached by: nodes of devices that we may open, and NVIDIA's driver. */
async function chipDevices(): Promise<string[]> {
  const names = (folder: string) => readdir(folder).catch(() => []);
  const [nodes, renderers] = await Promise.all([names("/dev"), names("/dev/dri")]);
  const paths = [
    ...nodes.filter((name) => DEVICES.test(name)).map((name) => join("/dev", name)),
    ...renderers.map((name) => join("/dev/dri", name)),
  ];
  const open = await Promise.all(paths.map(async (path) => ((await mayOpen(path)) ? [path] : [])));
  const driver = await readFile("/proc/driver/nvidia/version", "utf8").catch(() => "");
  return [...open.flat().toSorted(), driver];
}

async function mayOpen(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
