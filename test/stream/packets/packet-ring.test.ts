import { chmod, writeFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { probeFfmpeg } from "../../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { PacketRing, type Run } from "../../../src/stream/packets/packet-ring.ts";
import { startCamera } from "../../helpers/camera.ts";
import { within } from "../../helpers/daemon.ts";
import { useFolder } from "../clip.ts";
import { collect, createStream } from "../open-cameras.ts";

const folder = useFolder();

/** An RTSP camera that is watched through the ring. */
async function watch({ ring, ffmpegPath = "ffmpeg" }: { ring: PacketRing; ffmpegPath?: string }) {
  const source = await startCamera();
  const stream = await createStream({ ffmpeg: await probeFfmpeg(ffmpegPath, "config"), packets: ring });
  const camera = stream.open({ url: source.url });
  const { frames, states, until } = collect(camera);
  let count = 0;
  const frameCount = (least: number) =>
    until(() => {
      for (const frame of frames.splice(0)) {
        count++;
        camera.release(frame);
      }
      return count >= least;
    });
  onTestFinished(async () => {
    await camera.stop(1000);
    await source.close();
  });
  return { ...stream, until, states, frameCount };
}

test("a ring keeps what it may, from key frame to key frame, and what is held for longer", async () => {
  const ring = new PacketRing({ maxBytes: 1e8, keepS: 1 });
  const { frameCount } = await watch({ ring });
  let run: Run | undefined;
  ring.onProgress = (of) => {
    run = of;
  };
  const heldS = () => (run?.newestPts ?? 0) - (run?.groups[0]?.pts ?? 0);
  await frameCount(80);
  expect(heldS()).toBeGreaterThanOrEqual(0.9);
  // A group of half a second more, at most.
  expect(heldS()).toBeLessThan(1.6);
  if (run === undefined) throw new Error("no packets came");
  const letGo = ring.hold({ run, pts: run.groups[0]?.pts ?? 0 });
  await frameCount(140);
  expect(heldS()).toBeGreaterThan(3);
  const before = ring.bytes;
  letGo();
  expect(heldS()).toBeLessThan(1.6);
  expect(ring.bytes).toBeLessThan(before);
});

test("a camera whose packets ffmpeg cannot copy is opened without them, and says so", async () => {
  const path = folder.path("ffmpeg");
  const refusal = "Could not write header for output file #1 (incorrect codec parameters ?): Invalid argument";
  const script = `case "$*" in *"-f fifo"*) echo "${refusal}" >&2; exit 1;; esac\nexec ffmpeg "$@"`;
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  const ring = new PacketRing({ maxBytes: 1e8, keepS: 1 });
  const { frameCount, events, ledger, clock, until, states } = await watch({ ring, ffmpegPath: path });
  await until(() => states.includes("retrying"));
  await within(
    () => clock.pending.length > 0,
    () => "the next attempt is due",
  );
  clock.turn(60_000);
  await frameCount(20);
  expect(events.map(({ type }) => type)).toEqual(["packets_refused", "source_failed", "source_started"]);
  expect(events[0]).toMatchObject({ camera: "cam", message: expect.stringContaining(refusal) });
  expect(ring.bytes).toBe(0);
  expect(ledger.snapshot()["cam"]?.dropped).toEqual({});
});
