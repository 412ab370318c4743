import { expect, onTestFinished, test } from "vitest";
import type { HardwareDecoder } from "../../../src/stream/decoders/hardware-decoders.ts";
import { startCamera } from "../../helpers/camera.ts";
import { useFolder, writeNumberedClip } from "../clip.ts";
import { collect, createStream } from "../open-cameras.ts";

const folder = useFolder();

const chip = (...options: string[]): HardwareDecoder => ({ name: "vaapi", codec: "h264", arguments: options });

/** A camera whose chip is ffmpeg with these options, and what is said of it until a condition holds. */
async function watched(decoder: HardwareDecoder | null, settings: { connectTimeoutMs?: number } = {}) {
  const simulated = await startCamera();
  onTestFinished(() => simulated.close());
  const asked: unknown[] = [];
  const findDecoder = async (wish: string, codec: string | null) => {
    asked.push([wish, codec]);
    return decoder;
  };
  const stream = await createStream({ findDecoder });
  const camera = stream.open({ url: simulated.url, decoder: "auto", slots: 256, ...settings });
  const said = () =>
    stream.events.map((event) => {
      if (event.type === "source_started") return `started by ${event.decoder ?? "software"}`;
      return event.type === "decoder_given_up" ? `gave up ${event.decoder}` : event.type;
    });
  return { stream, camera, asked, said, ...collect(camera) };
}

test("a camera goes over to the decoder of a chip as soon as its codec is known", async () => {
  const { stream, camera, asked, said, frames, until } = await watched(chip("-c:v", "h264"));
  await until(() => said().length === 2 && frames.length > 5);
  await camera.stop(0);
  expect([said(), asked]).toEqual([["started by software", "started by vaapi"], [["auto", "h264"]]]);
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, at) => at + 1));
  expect(stream.ledger.snapshot()["cam"]?.decoded).toBe(frames.length);
});

test.each([
  ["does not open", chip("-c:v", "h264_of_no_chip"), {}],
  ["gives no frame", chip("-c:v", "h264", "-skip_frame", "all"), { connectTimeoutMs: 3000 }],
])("software goes on where the chip %s, which is said once", async (_, decoder, settings) => {
  const { stream, camera, said, frames, until } = await watched(decoder, settings);
  await until(() => said().length === 3);
  const before = frames.length;
  await until(() => frames.length > before + 5);
  await camera.stop(0);
  expect(said()).toEqual(["started by software", "gave up vaapi", "started by software"]);
  expect(stream.failures()).toEqual([]);
});

test("a camera stays with software where no chip decodes its codec", async () => {
  const { camera, asked, said, frames, until } = await watched(null);
  await until(() => frames.length > 5);
  await camera.stop(0);
  expect([said(), asked]).toEqual([["started by software"], [["auto", "h264"]]]);
});

test("a file is decoded in software, as it would begin again", async () => {
  const clip = await writeNumberedClip(folder.path("clip.mkv"), 10);
  const stream = await createStream({ findDecoder: async () => chip("-c:v", "h264") });
  const camera = stream.open({ url: clip, decoder: "auto", slots: 16 });
  const { frames, until } = collect(camera);
  await until(() => camera.statistics().state === "ended");
  expect(frames).toHaveLength(10);
  await camera.stop(0);
});
