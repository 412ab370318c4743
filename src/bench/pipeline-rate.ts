import { availableParallelism } from "node:os";
import { MillraceError } from "../base/errors.ts";
import { cameraSettings } from "../daemon/config/camera-settings.ts";
import { readConfig } from "../daemon/config/config.ts";
import { renditionOf } from "../inference/description.ts";
import { inspectModel } from "../inference/inspect.ts";
import { ffmpegArguments } from "../stream/ffmpeg/ffmpeg-arguments.ts";
import { findFfmpeg } from "../stream/ffmpeg/ffmpeg-binary.ts";
import { type BareLimit, openBareLimit } from "./bare-limit.ts";
import { openBenchBroker } from "./broker.ts";
import { writeDaemonConfig } from "./daemon-config.ts";
import { type DaemonProcess, startDaemon } from "./daemon-process.ts";
import type { Figure, Measurement, Progress } from "./figure.ts";
import { findMaterial, type Material } from "./material.ts";
import { median, rounded } from "./statistics.ts";
import { openSubscriber, type Subscriber } from "./subscriber.ts";
import { within } from "./wait.ts";
import { inWorkplace, type Workplace } from "./workplace.ts";

// Many short turns, so that whatever else the machine does falls on both; one rests while the other works.
const TURNS = 30;
const FRAMES = 40;
const WARM_UP_FRAMES = 12;
/** Of the daemon, once: after some two thousand frames its code is compiled, as it is for all of its days. */
const FIRST_TURNS = 40;
const TIMEOUT_MS = 60_000;
const WANTED_RATIO = 0.95;
/** 0.35 ms where a run of yolox-nano-416 takes 8.2. */
const WANTED_MAIN = 0.043;

/** Detect, track and publish from a file as fast as it goes, against decoding and inference alone. */
export const pipelineRate: Measurement = {
  ids: ["pipeline_vs_limit", "pipeline_vs_limit_processor", "main_thread_vs_limit"],
  measure: (progress) => inWorkplace((place) => comparePipeline(place, progress)),
};

async function comparePipeline(place: Workplace, progress: Progress): Promise<Figure[]> {
  progress(`pipeline: ${TURNS} turns of ${FRAMES} frames`);
  const material = await findMaterial(place.folder);
  const broker = place.keep(await openBenchBroker(place.folder));
  const subscriber = place.keep(await openSubscriber(broker.url));
  const file = await writeDaemonConfig(place.folder, {
    model: material.model,
    brokerUrl: broker.url,
    cameras: { file: { url: material.video, pace: "fast", loop: true } },
  });
  const limit = place.keep(await openLimit(material, file));
  const daemon = place.keep(startDaemon(file));
  for (let turn = 0; turn < FIRST_TURNS; turn++) await pipelineTurn(daemon, subscriber);
  const pairs: Pair[] = [];
  const used: Used = { limit: { ms: 0, frames: 0 }, pipeline: { ms: 0, frames: 0 }, main: { ms: 0, frames: 0 } };
  const [processorMs, mainMs] = [await daemon.processorMs(), await daemon.mainThreadMs()];
  const limitTurn = async () => {
    const before = process.cpuUsage();
    const fps = await limit.fps(WARM_UP_FRAMES, FRAMES);
    const { user, system } = process.cpuUsage(before);
    used.limit.ms += (user + system) / 1000;
    used.limit.frames += WARM_UP_FRAMES + FRAMES + 2 * availableParallelism();
    return fps;
  };
  let before = await limitTurn();
  for (let turn = 1; turn <= TURNS; turn++) {
    const pipelineFps = await pipelineTurn(daemon, subscriber, () => used.pipeline.frames++);
    const after = await limitTurn();
    pairs.push({ limit: (before + after) / 2, pipeline: pipelineFps });
    before = after;
    if (turn % 10 === 0) progress(`pipeline: turn ${turn} of ${TURNS}, ratio ${medianRatio(pairs).toFixed(3)} so far`);
  }
  const byRate = figureOf(pairs, material, broker.name);
  if (processorMs === null || mainMs === null) return [byRate];
  const { frames } = used.pipeline;
  used.pipeline.ms = ((await daemon.processorMs()) ?? 0) - processorMs;
  used.main = { ms: ((await daemon.mainThreadMs()) ?? 0) - mainMs, frames };
  return [byRate, processorFigureOf(used, material), mainThreadFigureOf(used, material)];
}

/** Processor time of one side, and the frames that it was spent on. */
interface Spent {
  ms: number;
  frames: number;
}

interface Used {
  limit: Spent;
  /** All threads of the daemon, and its main thread alone. */
  pipeline: Spent;
  main: Spent;
}

/** What one turn of the pipeline reached, and the limit just before and after it. */
interface Pair {
  limit: number;
  pipeline: number;
}

/** The same decoder command line, and as many sessions, as the daemon of this config has. */
async function openLimit(material: Material, configFile: string): Promise<BareLimit> {
  const config = await readConfig(configFile);
  const [[id, entry] = []] = Object.entries(config.cameras);
  if (id === undefined || entry === undefined) throw new MillraceError("BENCH_CONFIG", "the config has no camera");
  const description = await inspectModel(material.model);
  const ffmpeg = await findFfmpeg();
  return openBareLimit({
    description,
    sessions: availableParallelism(),
    ffmpegPath: ffmpeg.path,
    ffmpegArguments: ffmpegArguments(cameraSettings(id, entry, 1), ffmpeg, [renditionOf(description)]),
  });
}

/** Frames a second as the subscriber sees them. A daemon that rests also holds its decoder back. */
async function pipelineTurn(daemon: DaemonProcess, subscriber: Subscriber, counted = () => {}): Promise<number> {
  const measured = rateAt(subscriber, counted);
  daemon.resume();
  const fps = await within(Promise.race([measured, daemon.failed]), TIMEOUT_MS, "a turn of the pipeline");
  daemon.pause();
  // What was on its way counts, too.
  subscriber.listen(counted);
  return fps;
}

function rateAt(subscriber: Subscriber, counted: () => void): Promise<number> {
  return new Promise((resolve) => {
    let count = 0;
    let startedAt = 0;
    subscriber.listen(() => {
      counted();
      count++;
      if (count === WARM_UP_FRAMES) startedAt = performance.now();
      if (count === WARM_UP_FRAMES + FRAMES) resolve(FRAMES / ((performance.now() - startedAt) / 1000));
    });
  });
}

function figureOf(pairs: readonly Pair[], { description }: Material, broker: string): Figure {
  const fps = (pick: keyof Pair) => median(pairs.map((pair) => pair[pick])).toFixed(1);
  return {
    id: "pipeline_vs_limit",
    value: rounded(medianRatio(pairs)),
    unit: "ratio",
    limit: WANTED_RATIO,
    better: "higher",
    how:
      `${fps("pipeline")} frames/s of \`millrace start\` from a file through ${description}, tracker and ${broker} to a ` +
      `subscriber, over ${fps("limit")} of bare loops of session.run in ${availableParallelism()} threads beside the same ` +
      `ffmpeg command line read and thrown away; median of the ratios of ${TURNS} turns of ${FRAMES} frames, each to the ` +
      "mean of the limit's turns before and after it",
  };
}

/** Steadier than rates on a machine that does other things. */
function processorFigureOf({ limit, pipeline }: Used, { description }: Material): Figure {
  const [bare, own] = [limit.ms / limit.frames, pipeline.ms / pipeline.frames];
  return {
    id: "pipeline_vs_limit_processor",
    value: rounded(bare / own),
    unit: "ratio",
    limit: WANTED_RATIO,
    better: "higher",
    how:
      `${bare.toFixed(1)} ms of processor time a frame of the bare loops with ${description} and of what reads the decoder's pictures, over ` +
      `${own.toFixed(1)} of the daemon's process, in the same turns, ffmpeg left out on both sides`,
  };
}

/** What limits how many frames a box can serve, however fast its models are. */
function mainThreadFigureOf({ limit, main }: Used, { description }: Material): Figure {
  const [bare, own] = [limit.ms / limit.frames, main.ms / main.frames];
  return {
    id: "main_thread_vs_limit",
    value: rounded(own / bare),
    unit: "ratio",
    limit: WANTED_MAIN,
    better: "lower",
    how:
      `${own.toFixed(2)} ms of processor time a frame of the daemon's main thread, over ${bare.toFixed(1)} of the bare loops with ` +
      `${description}, in the same turns`,
  };
}

function medianRatio(pairs: readonly Pair[]): number {
  return median(pairs.map(({ limit, pipeline }) => pipeline / limit));
}
