import { describe, expect, onTestFinished, test } from "vitest";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import type { SourceSettings } from "../../../src/stream/source-settings.ts";
import { ffmpegPrograms, startCamera } from "../../helpers/camera.ts";
import { commandLines } from "../../helpers/processes.ts";
import { LEVEL_STEP, useFolder, writeCodedClip } from "../clip.ts";
import { collect, createStream, levelOf } from "../open-cameras.ts";

const folder = useFolder();

/** Numbers of the frames that a file gives. */
async function numbersOf(path: string, url: string, settings: Partial<SourceSettings>): Promise<number[]> {
  const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
  const camera = stream.open({ url, slots: 64, ...settings });
  const { frames, until } = collect(camera);
  await until(() => camera.statistics().state === "ended");
  const numbers = frames.map((frame) => Math.round(levelOf(stream.arena.memory, frame) / LEVEL_STEP));
  // Stamps are those of the frames, whichever were left out before them.
  expect(frames.map(({ pts }) => Math.round(((pts ?? Number.NaN) - (frames[0]?.pts ?? 0)) * 10))).toEqual(numbers);
  await camera.stop(0);
  return numbers;
}

const every = (step: number, count: number) => Array.from({ length: count }, (_, at) => at * step);

describe.each(ffmpegPrograms)("of a file of ten frames a second with $name", ({ path }) => {
  test.each(["libx264", "libx265"] as const)("%s, what is asked for is decoded", async (encoder) => {
    const clip = await writeCodedClip(folder.path(`${encoder}.mp4`), { encoder, frames: 48, group: 12, between: 1 });
    const choices = [
      [{ decode: "auto" }, every(1, 48)],
      [{ decode: "all", maxFps: 2 }, every(5, 10)],
      [{ decode: "keyframes" }, every(12, 4)],
      // Two seconds, of which 0.1 less is near enough: keyframes are 1.2 s apart.
      [{ decode: "keyframes", maxFps: 0.5 }, every(24, 2)],
      [{ decode: "keyframes", maxFps: 1 / 1.3 }, every(12, 4)],
    ] as const;
    for (const [settings, expected] of choices) expect(await numbersOf(path, clip, settings)).toEqual(expected);
    const referenced = await numbersOf(path, clip, { decode: "referenced" });
    expect([referenced.length < 32, referenced.includes(12), referenced.includes(24)]).toEqual([true, true, true]);
  });
});

describe("a camera whose keyframes come as often as frames are wanted", () => {
  const source = { kind: "lavfi", graph: "testsrc2=size=160x120:rate=10" } as const;
  const decoders = (url: string) =>
    commandLines().filter((line) => line.includes("-skip_frame nokey") && line.includes(new URL(url).host));

  test("is opened again to decode them alone, evenly", async () => {
    const simulated = await startCamera({ source, groupS: 0.5 });
    onTestFinished(() => simulated.close());
    const stream = await createStream();
    const camera = stream.open({ url: simulated.url, maxFps: 2, slots: 64 });
    const { frames, until } = collect(camera);
    const chosen = () => stream.events.filter(({ type }) => type === "frames_chosen");
    await until(() => chosen().length === 1);
    const before = frames.length;
    await until(() => frames.length >= before + 8);
    const later = frames.slice(before + 1).map(({ pts }) => pts ?? Number.NaN);
    await camera.stop(0);
    expect(chosen()).toEqual([{ type: "frames_chosen", camera: "cam", frames: "keyframes" }]);
    expect(later.slice(1).map((pts, at) => Math.round((pts - (later[at] ?? 0)) * 10))).toEqual(Array(6).fill(5));
    expect(stream.failures()).toEqual([]);
    const { decoded, published, dropped, inFlight } = stream.ledger.snapshot()["cam"] ?? {};
    expect([decoded, published, dropped, inFlight]).toEqual([frames.length, 0, {}, frames.length]);
  });

  test.each([
    ["more frames are wanted", { maxFps: 4 }],
    ["all are asked for", { maxFps: 2, decode: "all" }],
    ["its decoder is given", { maxFps: 2, inputArguments: ["-c:v", "h264"] }],
    ["no rate is given", {}],
    ["its packets come over UDP", { maxFps: 2, transport: "udp" }],
  ] as const)("is not where %s", async (_, settings) => {
    const simulated = await startCamera({ source, groupS: 0.5 });
    onTestFinished(() => simulated.close());
    const stream = await createStream();
    const camera = stream.open({ url: simulated.url, slots: 256, ...settings });
    const { frames, until } = collect(camera);
    await until(() => (frames.at(-1)?.pts ?? 0) - (frames[0]?.pts ?? 0) > 4);
    await camera.stop(0);
    expect([stream.events.map(({ type }) => type), decoders(simulated.url)]).toEqual([["source_started"], []]);
  });
});
