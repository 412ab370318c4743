import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { inWorkplace } from "../src/bench/workplace.ts";
import { frameImage } from "../src/daemon/input/frame-image.ts";
import { openModelLink, serveModels, type WorkerModel } from "../src/daemon/models/model-link.ts";
import { renditionOf } from "../src/inference/description.ts";
import { inspectModel } from "../src/inference/inspect.ts";
import { type OpenModel, openModel } from "../src/inference/open-model.ts";
import type { ModelItem } from "../src/inference/request.ts";
import type { Detection } from "../src/kinds/detections.ts";
import {
  type FrameHandle,
  FULL_RGB,
  LUMINANCE,
  type RegionRules,
  type Rendition,
  renditionKey,
} from "../src/kinds/frame.ts";
import type { Image } from "../src/kinds/image.ts";
import { encode, FPS, HEIGHT, hasSequence, pictures, truthOf, WIDTH } from "./regions/scene.ts";
import { scoreOf } from "./regions/score.ts";
import { tileRows } from "./regions/tiles.ts";

// Prints what a camera's `regions` find of small persons in a 4K picture and what they cost, beside the whole picture alone and tiles
// all over it: `npx tsx bench/regions.ts [frames]`. It needs the larger test assets.

const ASSETS = process.env["MILLRACE_ASSETS"] ?? fileURLToPath(new URL("../../shared/assets", import.meta.url));
const MODEL = "yolox-nano-416";
const PERSON = 0;
const PARAMETERS = {
  confidence: 0.4,
  iouThreshold: 0.45,
  maxDetections: 100,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: ["person"],
};

interface Way {
  name: string;
  regions: RegionRules | null;
}

const rules = (most: number, wholeEveryS: number): RegionRules => ({ change: 5, most, wholeEveryS });
const WAYS: readonly Way[] = [
  { name: "the whole picture alone", regions: null },
  { name: "regions, 2 at most", regions: rules(2, 0) },
  { name: "regions, 4 at most", regions: rules(4, 0) },
  { name: "regions, 4 at most, the whole every second", regions: rules(4, 1) },
];
/** Tiles all over the picture are asked about every so many frames. */
const TILES_EVERY = 16;

const [most = "200"] = process.argv.slice(2);
if (hasSequence(ASSETS)) await inWorkplace(({ folder }) => measure(folder));
else console.log(`skipped: there is no mot/mot-synth-a in ${ASSETS}`);

async function measure(folder: string): Promise<void> {
  const film = encode({ assets: ASSETS, folder });
  const description = await inspectModel(`${ASSETS}/models/${MODEL}.onnx`);
  const input = renditionOf(description);
  const renditions: Rendition[] = [];
  let end = 0;
  for (const [request, width, height] of [
    [input, input.width, input.height],
    [LUMINANCE, LUMINANCE.width, LUMINANCE.height],
    [FULL_RGB, WIDTH, HEIGHT],
  ] as const) {
    renditions.push({ ...request, key: renditionKey(request), offset: end, width, height });
    end += width * height * (request.pixelFormat === "gray" ? 1 : 3);
  }
  const arena = new SharedArrayBuffer(end);
  const detector = await openModel(description, arena, { providers: ["cpu"] });
  const [fitted, grey, full] = renditions as [Rendition, Rendition, Rendition];
  const view = ({ offset, width, height, pixelFormat }: Rendition) =>
    new Uint8Array(arena, offset, width * height * (pixelFormat === "gray" ? 1 : 3));
  const inner = `scale=${input.width}:${Math.floor((HEIGHT * input.width) / WIDTH)}:flags=bilinear`;
  const filters = [
    `${inner},pad=${input.width}:${input.height}:0:0:color=0x727272,format=bgr24`,
    `scale=${LUMINANCE.width}:${LUMINANCE.height}:flags=bilinear,format=gray`,
    "scale=flags=bilinear,format=rgb24",
  ];
  const films = [fitted, grey, full].map((rendition, i) => pictures(film, filters[i] ?? "", view(rendition)));
  const { task } = description;
  if (task === null) throw new Error("it is of no known family");
  const known: WorkerModel = {
    ...{
      renditionKey: fitted.key,
      input: { width: input.width, height: input.height },
      task,
      classes: description.classes,
    },
    ...{ points: [], recommended: null, takesTexts: false },
  };
  const ways = WAYS.map((way) => openWay(way, { detector, known, arena }));
  const tiles: Outcome = { found: new Map(), runs: 0, ms: 0 };
  let frames = 0;
  for (; frames < Number(most); frames++) {
    const next = await Promise.all(films.map((one) => one.next()));
    if (next.some(({ done }) => done === true)) break;
    for (const way of ways) await way.see(frames, renditions);
    if (frames % TILES_EVERY === 0) await timed(tiles, () => tileRows(detector, full, PARAMETERS), frames);
  }
  await Promise.all(films.map((one) => one.return(undefined)));
  const truth = truthOf(ASSETS);
  for (const { name, outcome, close } of ways) {
    print(name, outcome, truth);
    close();
  }
  print("tiles all over the picture", tiles, truth);
  await detector.close();
}

interface Outcome {
  found: Map<number, Detection[]>;
  runs: number;
  /** Of processor time. */
  ms: number;
}

function openWay(
  { name, regions }: Way,
  { detector, known, arena }: { detector: OpenModel; known: WorkerModel; arena: SharedArrayBuffer },
) {
  const outcome: Outcome = { found: new Map(), runs: 0, ms: 0 };
  const { port1, port2 } = new MessageChannel();
  serveModels(port1, {
    async run(_, items: readonly ModelItem[]) {
      outcome.runs += items.length;
      return { replies: (await detector.run(items)).replies, inferMs: 0 };
    },
    embed: async () => [],
    open: async () => known,
  });
  const link = openModelLink(port2, new Map([[MODEL, known]]), arena);
  const ask = async (frame: number, renditions: readonly Rendition[]) => {
    const [answer] = await link.run("detect", MODEL, [imageOf(frame, renditions, regions)], PARAMETERS);
    return { rows: (answer as { reply: { rows: Float32Array } }).reply.rows, runs: 0 };
  };
  return {
    name,
    outcome,
    see: (frame: number, renditions: readonly Rendition[]) => timed(outcome, () => ask(frame, renditions), frame),
    close: () => port1.close(),
  };
}

async function timed(outcome: Outcome, ask: () => Promise<{ rows: Float32Array; runs: number }>, frame: number) {
  const before = process.cpuUsage();
  const { rows, runs } = await ask();
  const { user, system } = process.cpuUsage(before);
  outcome.ms += (user + system) / 1000;
  outcome.runs += runs;
  outcome.found.set(frame, personsOf(rows));
}

function imageOf(frame: number, renditions: readonly Rendition[], regions: RegionRules | null): Image {
  const clockS = frame / FPS;
  const handle: FrameHandle = {
    ...{
      camera: "yard",
      sequence: frame + 1,
      pts: clockS,
      timestamp: 0,
      timestampSource: "arrival",
      clockS,
      startS: 0,
    },
    ...{ decodedAt: 0, width: WIDTH, height: HEIGHT, fps: FPS, measuredFps: FPS, slot: 0, renditions: [...renditions] },
    ...(regions === null ? {} : { regions }),
  };
  return frameImage(handle);
}

function personsOf(rows: Float32Array): Detection[] {
  return Array.from({ length: rows.length / 6 }, (_, i): Detection => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, confidence = 0, classId = 0] = rows.subarray(6 * i, 6 * i + 6);
    return { box: [x1, y1, x2, y2], confidence, class: "person", classId, detectionId: String(i) };
  }).filter(({ classId }) => classId === PERSON);
}

function print(name: string, { found, runs, ms }: Outcome, truth: ReturnType<typeof truthOf>): void {
  const { recall, byHeight, precision, followed, persons, switches, firstSight } = scoreOf(found, truth);
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const each = (sum: number) => (sum / found.size).toFixed(1);
  const shares = [recall, ...byHeight, precision].map(percent);
  const cells = [name, ...shares, `${followed} of ${persons}`, switches, firstSight];
  console.log(`| ${[...cells, each(runs), each(ms)].join(" | ")} |`);
}
