import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { ClipRecorder, type MadeClip } from "../../../src/daemon/archive/clip-recorder.ts";
import { EventArchive } from "../../../src/daemon/archive/event-archive.ts";
import type { EventRecord } from "../../../src/daemon/archive/event-record.ts";
import type { ClipRules } from "../../../src/daemon/config/clip-rules.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import type { Message } from "../../../src/publish/messages/message-class.ts";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { ffmpegPrograms, startCamera } from "../../helpers/camera.ts";
import { within } from "../../helpers/daemon.ts";
import { ffmpeg, useFolder } from "../../stream/clip.ts";
import { collect, createStream } from "../../stream/open-cameras.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();
const FPS = 20;
const GROUP_S = 1;
/** Stamps of a live stream tremble, so the end is half-way between two frames. */
const RULES: ClipRules = { beforeS: 1, afterS: 0.975, longestS: 20, ringBytes: 32e6 };
/** Frame `n` has its number in two halves: grey of 16 levels on the left, and on the right once it has gone round. */
const NUMBERED = `color=black:s=64x48:r=${FPS},format=gray,geq=lum='if(lt(X,32),mod(N,16)*16+8,mod(floor(N/16),16)*16+8)',format=yuv420p`;

function numberOf([left = 0, right = 0]: readonly number[]): number {
  const limited = (level: number) => Math.min(15, Math.floor(level / 16));
  return limited(left) + 16 * limited(right);
}

interface Opened {
  url: string;
  program?: { path: string };
  /** What writes clips, where another program than the camera's does. */
  clipProgram?: string;
  rules?: Partial<ClipRules>;
  loop?: boolean;
}

/** A camera with its recorder and archive; events are made up from its frames. */
async function open({ url, program, clipProgram, rules = {}, loop = false }: Opened) {
  const directory = folder.path(`events-${Math.random().toString(36).slice(2)}`);
  const events: DaemonEvent[] = [];
  const report = (event: DaemonEvent) => void events.push(event);
  const made: MadeClip[] = [];
  const disk = { directory, maxBytes: 1e8, maxDays: 1, reserveBytes: 0 };
  const archive = new EventArchive({ disk, isKept: () => true, report });
  const ffmpegPath = program?.path ?? ffmpegPrograms[0]?.path ?? "ffmpeg";
  const recorder = new ClipRecorder({
    ffmpegPath: () => clipProgram ?? ffmpegPath,
    archive,
    report,
    made: (clip) => made.push(clip),
  });
  const packets = recorder.ringOf("cam", { ...RULES, ...rules });
  const stream = await createStream({ ffmpeg: await probeFfmpeg(ffmpegPath, "config"), packets });
  const camera = stream.open({ url, pace: "realtime", loop, slots: 4 });
  const watched = collect(camera);
  const numbers = new Map<FrameHandle, number>();
  const seen: FrameHandle[] = [];
  /** Frames go back at once, with their numbers read. */
  const take = () => {
    for (const frame of watched.frames.splice(0)) {
      const bytes = new Uint8Array(stream.arena.memory);
      const at = frame.renditions[0]?.offset ?? 0;
      numbers.set(frame, numberOf([bytes[at + 3 * (12 * 32 + 8)] ?? 0, bytes[at + 3 * (12 * 32 + 24)] ?? 0]));
      seen.push(frame);
      camera.release(frame);
    }
  };
  const frames = (count: number) =>
    watched.until(() => {
      take();
      return seen.length >= count;
    });
  const happen = (id: string, first: FrameHandle, last: FrameHandle | null) => {
    const record = archive.observe(eventMessage(id, first, last));
    if (record !== null) recorder.observe(record);
    return record as EventRecord;
  };
  const until = (condition: () => boolean) =>
    watched.until(() => {
      take();
      return condition();
    });
  onTestFinished(async () => {
    await camera.stop(1000);
    await recorder.close(5000);
    await archive.close();
  });
  const { states } = watched;
  return {
    ...{ states, archive, recorder, events, made, camera, stream, seen, numbers, frames, happen, until, directory },
  };
}

function eventMessage(id: string, first: FrameHandle, last: FrameHandle | null): Message {
  const at = (frame: FrameHandle) => new Date(frame.timestamp).toISOString();
  const payload = {
    ...{ schema: "millrace.event/1.0", id, camera: "cam", workflow: { id: "one" }, start_ts: at(first) },
    ...{ ts: at(last ?? first), phase: last === null ? "start" : "end", reason: last === null ? "confirmed" : "lost" },
    ...{ best_confidence: 0.9, zones_entered: [], object: { class: "box", confidence: 0.9, zones: [] } },
  };
  return { class: "events", topic: "t", payload: JSON.stringify(payload) };
}

/** Numbers of the frames of a clip, as another program decodes them. */
async function numbersIn(path: string): Promise<number[]> {
  const args = ["-v", "error", "-i", path, "-vf", "scale=32:24:flags=neighbor,format=gray", "-f", "rawvideo", "-"];
  const { stdout } = await promisify(execFile)("ffmpeg", args, { encoding: "buffer", maxBuffer: 1e9 });
  return Array.from({ length: stdout.length / (32 * 24) }, (_, i) => {
    const at = i * 32 * 24 + 12 * 32;
    return numberOf([stdout[at + 8] ?? 0, stdout[at + 24] ?? 0]);
  });
}

async function probed(path: string): Promise<Record<string, unknown>> {
  const entries = "stream=codec_name,codec_tag_string,width,height:format=duration,format_name";
  const args = ["-v", "error", "-show_entries", entries, "-of", "json", path];
  return JSON.parse((await promisify(execFile)("ffprobe", args)).stdout);
}

test.each(ffmpegPrograms)(
  "a clip begins before the first frame of its event, by a key frame at most, and ends after its last: $name",
  async (program) => {
    const source = await startCamera({ source: { kind: "lavfi", graph: NUMBERED }, groupS: GROUP_S });
    onTestFinished(() => source.close());
    const { seen, numbers, frames, happen, until, made, archive, events } = await open({ url: source.url, program });
    await frames(75);
    const [first, last] = [seen[50], seen[72]] as [FrameHandle, FrameHandle];
    happen("cam-1", first, null);
    happen("cam-1", first, last);
    await until(() => made.length === 1);
    const path = archive.file("cam-1", "mp4") ?? "";
    const found = await numbersIn(path);
    const [from, to] = [numbers.get(first) ?? -1, numbers.get(last) ?? -1];
    expect(to - from).toBe(22);
    expect(found).toContain(from);
    // Nothing is left out in between.
    expect(found).toEqual(found.map((_, i) => (found[0] ?? 0) + i));
    expect(found[0]).toBeLessThanOrEqual(from - RULES.beforeS * FPS);
    expect(found[0]).toBeGreaterThan(from - (RULES.beforeS + GROUP_S) * FPS - 1);
    expect(found.at(-1)).toBe(to + Math.floor(RULES.afterS * FPS));
    expect(made[0]).toMatchObject({ camera: "cam", event: "cam-1", lacks: [] });
    expect(made[0]?.durationS).toBeCloseTo(found.length / FPS, 0);
    const leadS = (first.timestamp - Date.parse(made[0]?.start ?? "")) / 1000;
    expect(Math.abs(leadS - (from - (found[0] ?? 0)) / FPS)).toBeLessThan(2 / FPS);
    expect(await probed(path)).toMatchObject({ streams: [{ codec_name: "h264", width: 64, height: 48 }] });
    expect(events).toEqual([]);
  },
);

/** Of a file whose frames carry numbers, 12 s long. */
async function numberedFile(name: string, encoder: readonly string[], rate = FPS): Promise<string> {
  const path = folder.path(name);
  await ffmpeg(["-f", "lavfi", "-i", NUMBERED.replace(`r=${FPS}`, `r=${rate}`), "-t", "12", ...encoder, path]);
  return path;
}

const X264 = ["-c:v", "libx264", "-g", `${FPS * GROUP_S}`, "-sc_threshold", "0"];
const X265 = ["-c:v", "libx265", "-x265-params", `log-level=none:keyint=${FPS * GROUP_S}:scenecut=0`];

test.each([
  { name: "H.264 with frames out of order", file: "b.mp4", encoder: [...X264, "-bf", "2"], codec: "h264", tag: "avc1" },
  { name: "H.265", file: "h.mp4", encoder: X265, codec: "hevc", tag: "hvc1" },
])("a file that is played as a camera gives clips of exact bounds: $name", async ({ file, encoder, codec, tag }) => {
  const { seen, numbers, frames, happen, until, made, archive } = await open({
    url: await numberedFile(file, encoder),
  });
  await frames(75);
  const [first, last] = [seen[50], seen[60]] as [FrameHandle, FrameHandle];
  happen("cam-1", first, null);
  happen("cam-1", first, last);
  await until(() => made.length === 1);
  const path = archive.file("cam-1", "mp4") ?? "";
  const found = await numbersIn(path);
  expect([numbers.get(first), numbers.get(last)]).toEqual([50, 60]);
  expect([found[0], found.at(-1)]).toEqual([20, 79]);
  expect(made[0]?.lacks).toEqual([]);
  expect(made[0]?.durationS).toBeCloseTo(3, 2);
  expect(first.timestamp - Date.parse(made[0]?.start ?? "")).toBe(1500);
  expect(await probed(path)).toMatchObject({ streams: [{ codec_name: codec, codec_tag_string: tag }] });
});

test("a camera that goes away within an event leaves a clip of what came, which says so", async () => {
  const source = await startCamera({ source: { kind: "lavfi", graph: NUMBERED }, groupS: GROUP_S });
  onTestFinished(() => source.close());
  const { seen, numbers, frames, happen, made, archive, events, recorder } = await open({ url: source.url });
  await frames(50);
  const first = seen[45] as FrameHandle;
  happen("cam-1", first, null);
  await source.stop();
  await within(
    () => made.length === 1,
    () => `a clip is made: ${JSON.stringify(events)}`,
  );
  const found = await numbersIn(archive.file("cam-1", "mp4") ?? "");
  expect(found).toContain(numbers.get(first));
  expect(found.at(-1)).toBe(numbers.get(seen.at(-1) as FrameHandle));
  expect(made[0]?.lacks).toEqual(["end"]);
  expect(events).toMatchObject([{ type: "clip_incomplete", camera: "cam", event: "cam-1", code: "CLIP_STREAM_ENDED" }]);
  expect(recorder.counts()["cam"]).toMatchObject({ made: 1, incomplete: 1, failed: 0 });
});

test("after a camera has come back its events have clips of the new connection", async () => {
  const source = await startCamera({ source: { kind: "lavfi", graph: NUMBERED }, groupS: GROUP_S });
  onTestFinished(() => source.close());
  const opened = await open({ url: source.url });
  const { seen, numbers, frames, happen, until, made, archive, stream, states } = opened;
  await frames(30);
  await source.restart();
  await until(() => states.includes("retrying"));
  await within(
    () => stream.clock.pending.length > 0,
    () => "the next attempt is due",
  );
  const before = seen.length;
  stream.clock.turn(60_000);
  await frames(before + 45);
  const first = seen[before + 30] as FrameHandle;
  happen("cam-1", first, null);
  happen("cam-1", first, first);
  await until(() => made.length === 1);
  const found = await numbersIn(archive.file("cam-1", "mp4") ?? "");
  expect(found).toContain(numbers.get(first));
  expect(found).toEqual(found.map((_, i) => (found[0] ?? 0) + i));
  expect(made[0]?.lacks).toEqual([]);
});

test("a clip of an event that lasts too long is there while it lasts, and there is no second one", async () => {
  const url = await numberedFile("long.mp4", X264);
  const { seen, frames, happen, until, made, archive } = await open({ url, rules: { longestS: 2 } });
  await frames(40);
  const first = seen[30] as FrameHandle;
  happen("cam-1", first, null);
  await until(() => made.length === 1);
  expect((await numbersIn(archive.file("cam-1", "mp4") ?? "")).at(-1)).toBe(70);
  happen("cam-1", first, null);
  happen("cam-1", first, seen.at(-1) ?? null);
  const next = seen.at(-1) as FrameHandle;
  happen("cam-2", next, null);
  happen("cam-2", next, next);
  await until(() => made.length === 2);
  expect(made.map(({ event }) => event)).toEqual(["cam-1", "cam-2"]);
});

test("a ring that is too small for the stream gives a clip that begins later, and says so", async () => {
  const url = await numberedFile("noise.mp4", [...X264, "-vf", "noise=alls=60:allf=t,scale=320:240", "-b:v", "4M"]);
  const ringBytes = 1.2e6;
  const rules = { beforeS: 4, ringBytes };
  const { seen, frames, happen, until, made, events, recorder } = await open({ url, rules });
  await frames(130);
  expect(recorder.counts()["cam"]?.ring_bytes).toBeGreaterThan(ringBytes / 4);
  expect(recorder.counts()["cam"]?.ring_bytes).toBeLessThanOrEqual(ringBytes);
  const first = seen[125] as FrameHandle;
  happen("cam-1", first, null);
  happen("cam-1", first, first);
  await until(() => made.length === 1);
  expect(made[0]?.lacks).toEqual(["start"]);
  expect(events).toMatchObject([{ type: "clip_incomplete", code: "CLIP_START_LOST" }]);
});

test("packets that cannot be copied cost the clip, say so, and no frame", async () => {
  const url = await numberedFile("pictures.mkv", ["-c:v", "mjpeg"]);
  const { seen, frames, happen, events, recorder, stream, camera } = await open({ url });
  await frames(40);
  const first = seen[30] as FrameHandle;
  happen("cam-1", first, null);
  happen("cam-1", first, first);
  await frames(80);
  expect(events).toMatchObject([{ type: "clip_failed", event: "cam-1", code: "CLIP_CODEC" }]);
  expect(recorder.counts()["cam"]).toMatchObject({ made: 0, failed: 1, ring_bytes: 0 });
  expect(camera.statistics().state).toBe("running");
  expect(stream.ledger.snapshot()["cam"]?.dropped).toEqual({});
});

test("seconds in which no packets came are missing from the clip, which says so", async () => {
  const gap = ["-vf", "select='not(between(n,51,109))'", "-fps_mode", "passthrough"];
  const url = await numberedFile("gap.mp4", [...X264, ...gap]);
  const { seen, numbers, frames, happen, until, made, archive, events, recorder } = await open({ url });
  await frames(70);
  const [first, last] = [seen[45], seen[60]] as [FrameHandle, FrameHandle];
  expect([first, last].map((frame) => numbers.get(frame))).toEqual([45, 119]);
  happen("cam-1", first, null);
  happen("cam-1", first, last);
  await until(() => made.length === 1);
  const found = await numbersIn(archive.file("cam-1", "mp4") ?? "");
  expect([...new Set(found)].filter((number) => number > 45 && number < 115)).toEqual([
    46, 47, 48, 49, 50, 110, 111, 112, 113, 114,
  ]);
  expect(made[0]?.lacks).toEqual(["middle"]);
  expect(events).toMatchObject([
    { type: "clip_incomplete", code: "CLIP_GAP", message: "no packets came for 3.0 s in between" },
  ]);
  expect(recorder.counts()["cam"]).toMatchObject({ made: 1, incomplete: 1, failed: 0 });
});

test("clips that would wait in vain for the disk are given up and counted, and the others are made", async () => {
  const url = await numberedFile("crowd.mp4", X264);
  // Quicker than ffmpeg: what counts here is how many wait.
  const clipProgram = folder.path("copy");
  await writeProgram(clipProgram, 'cat > "$path"');
  const { seen, frames, happen, until, made, events, recorder } = await open({ url, clipProgram });
  await frames(60);
  const [first, last] = [seen[50], seen[55]] as [FrameHandle, FrameHandle];
  const ids = Array.from({ length: 67 }, (_, i) => `cam-${i}`);
  for (const id of ids) {
    happen(id, first, null);
    happen(id, first, last);
  }
  await until(() => made.length === 64);
  expect(made.map(({ event }) => event)).toEqual(ids.slice(0, 64));
  expect(events).toMatchObject(ids.slice(64).map((event) => ({ type: "clip_failed", event, code: "CLIP_BUSY" })));
  expect(recorder.counts()["cam"]).toMatchObject({ made: 64, failed: 3 });
});

test("clips that the disk does not take until the end have failed, and leave nothing behind", async () => {
  const url = await numberedFile("stuck.mp4", X264);
  const clipProgram = folder.path("stuck");
  await writeProgram(clipProgram, 'echo > "$path"; exec sleep 600');
  const { seen, frames, happen, events, recorder, directory } = await open({ url, clipProgram });
  await frames(60);
  const [first, last] = [seen[50], seen[55]] as [FrameHandle, FrameHandle];
  for (const id of ["cam-1", "cam-2"]) {
    happen(id, first, null);
    happen(id, first, last);
  }
  await within(
    () => partsIn(directory).length === 1,
    () => "a clip is being written",
  );
  await recorder.close(50);
  await within(
    () => events.length === 2 && partsIn(directory).length === 0,
    () => "both have failed",
  );
  const why = { type: "clip_failed", code: "CLIP_FAILED", message: "the disk did not take it before the end" };
  expect(events).toMatchObject([
    { ...why, event: "cam-1" },
    { ...why, event: "cam-2" },
  ]);
  expect(partsIn(directory)).toEqual([]);
});

/** An ffmpeg that does something else where it is to write a clip to `$path`. */
function writeProgram(program: string, instead: string): Promise<void> {
  const ffmpegPath = ffmpegPrograms[0]?.path ?? "ffmpeg";
  const script = `for path; do :; done\ncase "$path" in *.part) ${instead} ;; *) exec ${ffmpegPath} "$@" ;; esac\n`;
  return writeFile(program, `#!/bin/sh\n${script}`, { mode: 0o755 });
}

function partsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".part"));
}
