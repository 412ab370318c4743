import { fileURLToPath } from "node:url";
import { openBenchBroker } from "../../src/bench/broker.ts";
import { writeDaemonConfig } from "../../src/bench/daemon-config.ts";
import { type DaemonProcess, startDaemon } from "../../src/bench/daemon-process.ts";
import { openSubscriber, type Subscriber } from "../../src/bench/subscriber.ts";
import { within } from "../../src/bench/wait.ts";
import { inWorkplace } from "../../src/bench/workplace.ts";
import { openSimulatedCamera } from "../../src/demo/camera.ts";
import { findFfmpeg } from "../../src/stream/ffmpeg/ffmpeg-binary.ts";
import { exponentOf, type Growth } from "./series.ts";

const model = fileURLToPath(new URL("../../demo/shapes.onnx", import.meta.url));
const FRAMES_OF_EACH = 15;
const START_MS = 120_000;

/** Processor time of a daemon's process a second, with so many cameras at 1 frame/s and the small detector of the demo; ffmpeg is not in it. */
export async function camerasGrowth(counts: readonly number[]): Promise<Growth> {
  const costs: (number | null)[] = [];
  for (const count of counts) costs.push(await costOf(count));
  return { name: "cameras at 1 frame/s, a second", costs, exponent: exponentOf(counts, costs) };
}

function costOf(count: number): Promise<number | null> {
  return inWorkplace(async (place) => {
    const { path: ffmpegPath } = await findFfmpeg();
    const source = { kind: "lavfi", graph: "testsrc2=size=320x192:rate=1" } as const;
    const camera = place.keep(await openSimulatedCamera({ path: "/camera", source, ffmpegPath }));
    const broker = place.keep(await openBenchBroker(place.folder));
    const subscriber = place.keep(await openSubscriber(broker.url));
    const ids = Array.from({ length: count }, (_, i) => `camera-${i}`);
    const cameras = Object.fromEntries(ids.map((id) => [id, { url: camera.url }]));
    const daemon = place.keep(
      startDaemon(await writeDaemonConfig(place.folder, { model, brokerUrl: broker.url, cameras })),
    );
    await frames(subscriber, daemon, ids, 3);
    const before = await daemon.processorMs();
    const startedAt = performance.now();
    await frames(subscriber, daemon, ids, FRAMES_OF_EACH);
    const after = await daemon.processorMs();
    if (before === null || after === null) return null;
    return ((after - before) * 1000) / (performance.now() - startedAt);
  });
}

/** Waits until each camera has shown so many more. */
async function frames(subscriber: Subscriber, daemon: DaemonProcess, ids: readonly string[], more: number) {
  const left = new Map(ids.map((id) => [id, more]));
  const all = new Promise<void>((resolve) => {
    subscriber.listen(({ camera }) => {
      const count = (left.get(camera) ?? 0) - 1;
      if (count > 0) left.set(camera, count);
      else left.delete(camera);
      if (left.size === 0) resolve();
    });
  });
  await within(Promise.race([all, daemon.failed]), START_MS, `${more} frames of each camera`);
  subscriber.listen(null);
}
