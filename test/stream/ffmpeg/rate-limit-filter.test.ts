import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { spawnBound } from "../../../src/stream/ffmpeg/bound-child.ts";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { ffmpegPrograms } from "../../helpers/camera.ts";
import { useFolder, writeNumberedClip } from "../clip.ts";
import { collect, createStream } from "../open-cameras.ts";

const folder = useFolder();
const clip = () => folder.path("numbered.mkv");
beforeAll(() => writeNumberedClip(clip(), 60, "64x48", 30));

/** Sends the clip over and over, as fast as a camera that sends 30 frames a second. */
async function serveClip() {
  const args = [
    "-v",
    "error",
    "-re",
    "-stream_loop",
    "-1",
    "-i",
    clip(),
    "-c",
    "copy",
    "-f",
    "nut",
    "-flush_packets",
    "1",
    "-",
  ];
  const server = createServer((socket) => {
    const sender = spawnBound("ffmpeg", args, ["ignore", "pipe", "ignore"]);
    sender.stdout?.pipe(socket);
    socket.on("error", () => {}).on("close", () => sender.kill("SIGKILL"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

describe.each(ffmpegPrograms)("a limit of 10 of 30 frames a second with $name", ({ path }) => {
  test.each([
    ["as they are", "1"],
    ["that hardly grow", "0.0001"],
    ["that run away", "300"],
  ])("holds, and starves nothing, for a live stream with stamps %s", async (_, scale) => {
    const served = await serveClip();
    const stream = await createStream({ ffmpeg: await probeFfmpeg(path, "system") });
    const inputArguments = ["-itsscale", scale];
    const camera = stream.open({ url: served.url, maxFps: 10, slots: 64, inputArguments });
    const { frames, until } = collect(camera);
    await until(() => frames.length === 31);
    served.close();
    await camera.stop(0);
    const spanS = (frames[30]?.clockS ?? 0) - (frames[0]?.clockS ?? 0);
    // Three seconds but for the half that the stamps may be ahead of or behind arrival; one second without a limit.
    expect(spanS).toBeGreaterThan(1.5);
  });
});
