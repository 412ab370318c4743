import { endsWithin } from "../base/within.ts";
import { openSimulatedCamera } from "../demo/camera.ts";
import { openRtspServer } from "../demo/rtsp/rtsp-server.ts";
import { findFfmpeg } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { type BenchBroker, openBenchBroker } from "./broker.ts";
import { encodeCameraClip } from "./camera-clip.ts";
import { writeDaemonConfig } from "./daemon-config.ts";
import { type DaemonProcess, startDaemon } from "./daemon-process.ts";
import type { Figure, Measurement, Progress } from "./figure.ts";
import { findMaterial, type Material } from "./material.ts";
import { median, percentile, rounded } from "./statistics.ts";
import { type Detected, openSubscriber, type Subscriber } from "./subscriber.ts";
import { within } from "./wait.ts";
import { inWorkplace, type Workplace } from "./workplace.ts";

/** One camera as fast as most are. */
export const oneCamera: Measurement = {
  ids: ["latency_1_camera_p50_ms", "latency_1_camera_p99_ms", "rss_daemon_mb", "start_to_first_detection_s"],
  measure: (progress) =>
    inScene(progress, async (scene) => {
      const seen = await observe(scene, { cameras: 1, fps: 30, seconds: 15 });
      return [...latencyFigures(seen, scene), rssFigure(seen), startFigure(seen)];
    }),
};

/** Several slower ones. */
export const eightCameras: Measurement = {
  ids: ["latency_8_cameras_p50_ms", "latency_8_cameras_p99_ms"],
  measure: (progress) =>
    inScene(progress, async (scene) =>
      latencyFigures(await observe(scene, { cameras: 8, fps: 5, seconds: 20 }), scene),
    ),
};

export const memoryPerCamera: Measurement = {
  ids: ["rss_per_camera_mb"],
  measure: (progress) =>
    inScene(progress, async (scene) => {
      const one = await observe(scene, { cameras: 1, fps: 5, seconds: 12 });
      const four = await observe(scene, { cameras: 4, fps: 5, seconds: 12 });
      return [perCameraFigure(one, four)];
    }),
};

interface Scene {
  place: Workplace;
  progress: Progress;
  material: Material;
  broker: BenchBroker;
  subscriber: Subscriber;
}

function inScene(progress: Progress, work: (scene: Scene) => Promise<Figure[]>): Promise<Figure[]> {
  return inWorkplace(async (place) => {
    const material = await findMaterial(place.folder);
    const broker = place.keep(await openBenchBroker(place.folder));
    const subscriber = place.keep(await openSubscriber(broker.url));
    return work({ place, progress, material, broker, subscriber });
  });
}

interface Load {
  cameras: number;
  fps: number;
  seconds: number;
}

interface Observation extends Load {
  /** Milliseconds of each frame from decoded to received, without the model's. */
  latencies: number[];
  /** From the start of the process to the first message with objects. */
  startSeconds: number;
  rssMb: number;
}

const START_MS = 60_000;

/** Runs a daemon on simulated cameras and listens to what it says. */
function observe(scene: Scene, load: Load): Promise<Observation> {
  scene.progress(`daemon: ${load.cameras} x ${load.fps} frames/s for ${load.seconds} s`);
  return inWorkplace(async (place) => {
    const cameras = await openCameras(place, scene.material, load);
    const { model } = scene.material;
    const file = await writeDaemonConfig(place.folder, { model, brokerUrl: scene.broker.url, cameras });
    const daemon = startDaemon(file);
    place.keep({
      async close() {
        scene.subscriber.listen(null);
        await daemon.close();
      },
    });
    const firstAt = await firstDetections(scene.subscriber, daemon, load.cameras);
    const { latencies, rss } = await record(scene.subscriber, daemon, load);
    return { ...load, latencies, rssMb: median(rss), startSeconds: (firstAt - daemon.startedAt) / 1000 };
  });
}

async function openCameras(place: Workplace, { cameraVideo }: Material, { cameras, fps }: Load) {
  const { path: ffmpegPath } = await findFfmpeg();
  const server = place.keep(await openRtspServer());
  const found: Record<string, { url: string }> = {};
  const source = await encodeCameraClip({ ffmpegPath, folder: place.folder }, { file: cameraVideo, fps });
  for (let i = 0; i < cameras; i++) {
    const camera = place.keep(await openSimulatedCamera({ server, path: `/camera-${i}`, source, ffmpegPath }));
    found[`camera-${i}`] = { url: camera.url };
  }
  return found;
}

/** Waits until every camera has shown objects; resolves with the moment of the first. */
function firstDetections(subscriber: Subscriber, daemon: DaemonProcess, cameras: number): Promise<number> {
  const seen = new Set<string>();
  let firstAt = 0;
  const all = new Promise<number>((resolve) => {
    subscriber.listen(({ camera, objects }) => {
      if (objects === 0) return;
      if (seen.size === 0) firstAt = performance.now();
      if (seen.add(camera).size === cameras) resolve(firstAt);
    });
  });
  return within(Promise.race([all, daemon.failed]), START_MS, "waiting for the first detections");
}

/** Until V8 has compiled what runs for each frame, and the garbage of the start is gone: a daemon runs for days. */
const SETTLE_MS = 12_000;
const RSS_EVERY_MS = 500;

/** The first seconds do not count; memory is that of the last third. */
async function record(subscriber: Subscriber, daemon: DaemonProcess, { seconds }: Load) {
  const latencies: number[] = [];
  const rss: number[] = [];
  await passing(SETTLE_MS, daemon);
  subscriber.listen(({ ageMs, inferMs }: Detected) => latencies.push(ageMs - inferMs));
  await passing(seconds * 667, daemon);
  const until = performance.now() + seconds * 333;
  while (performance.now() < until) {
    rss.push(await daemon.rssMb());
    await passing(RSS_EVERY_MS, daemon);
  }
  subscriber.listen(null);
  return { latencies, rss };
}

async function passing(ms: number, daemon: DaemonProcess): Promise<void> {
  await endsWithin(ms, daemon.failed);
}

/** Milliseconds that 99 of 100 frames are to stay below: of one camera, and of several that share the sessions. */
const WANTED_P99_MS = { one: 8, several: 40 };
const WANTED_RSS_MB = 200;
const WANTED_PER_CAMERA_MB = 12;
const WANTED_START_S = 1.5;

function latencyFigures({ cameras, fps, latencies }: Observation, { material, broker }: Scene): Figure[] {
  const name = cameras === 1 ? "1_camera" : `${cameras}_cameras`;
  const how = (which: string) =>
    `${which} of ${latencies.length} frames from decoded to received by a subscriber of ${broker.name}, without the ` +
    `model's own time: ${cameras} simulated RTSP camera${cameras === 1 ? "" : "s"} at ${fps} frames/s, ${material.description}, tracker`;
  const wanted = cameras === 1 ? WANTED_P99_MS.one : WANTED_P99_MS.several;
  const figure = (percent: number, which: string): Figure => ({
    id: `latency_${name}_p${percent}_ms`,
    value: rounded(percentile(latencies, percent)),
    unit: "ms",
    limit: percent === 99 ? wanted : null,
    better: "lower",
    how: how(which),
  });
  return [figure(50, "the median"), figure(99, "the 99th percentile")];
}

function rssFigure({ rssMb, fps, seconds }: Observation): Figure {
  return {
    id: "rss_daemon_mb",
    value: rounded(rssMb),
    unit: "MB",
    limit: WANTED_RSS_MB,
    better: "lower",
    how: `resident memory of the daemon's process as the supervisor starts it, with its threads, without ffmpeg, on one RTSP camera at ${fps} frames/s, median of the last third of ${seconds} s`,
  };
}

function startFigure({ startSeconds }: Observation): Figure {
  return {
    id: "start_to_first_detection_s",
    value: rounded(startSeconds),
    unit: "s",
    limit: WANTED_START_S,
    better: "lower",
    how: "from the start of the daemon's process to the first detections message with objects from an RTSP camera that has people in every picture",
  };
}

function perCameraFigure(one: Observation, four: Observation): Figure {
  return {
    id: "rss_per_camera_mb",
    value: rounded((four.rssMb - one.rssMb) / (four.cameras - one.cameras)),
    unit: "MB",
    limit: WANTED_PER_CAMERA_MB,
    better: "lower",
    how: `a third of the difference in resident memory between daemons on 4 and on 1 RTSP cameras at ${one.fps} frames/s (${Math.round(four.rssMb)} and ${Math.round(one.rssMb)} MB)`,
  };
}
