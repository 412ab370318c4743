import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inWorkplace } from "../src/bench/workplace.ts";
import { inspectModel } from "../src/inference/inspect.ts";
import { openModel } from "../src/inference/open-model.ts";
import type { Detection } from "../src/kinds/detections.ts";
import { LUMINANCE } from "../src/kinds/frame.ts";
import { boxesOf } from "../test/helpers/boxes-of.ts";
import { type Film, play } from "./reuse/play.ts";
import { RULES } from "./reuse/rules.ts";
import { encode, HEIGHT, hasFilm, SCENES, WIDTH } from "./reuse/scenes.ts";

// Prints what a camera's `reuse` saves and loses against inference on every frame, by several rules for a picture that has not
// changed: `npx tsx bench/reuse.ts [part of a scene's name]`. It needs the larger test assets.

const ASSETS = process.env["MILLRACE_ASSETS"] ?? fileURLToPath(new URL("../../shared/assets", import.meta.url));
const PARAMETERS = {
  confidence: 0.4,
  iouThreshold: 0.45,
  maxDetections: 100,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
};
const [wanted = ""] = process.argv.slice(2);
const model = await inspectModel(`${ASSETS}/models/yolox-nano-416.onnx`).catch(() => null);
if (model === null) console.log(`skipped: there is no models/yolox-nano-416.onnx in ${ASSETS}`);
const detector = model === null ? null : await openModel(model, new SharedArrayBuffer(0), { providers: ["cpu"] });

await inWorkplace(async ({ folder }) => {
  if (model === null || detector === null) return;
  for (const scene of SCENES.filter(({ name }) => name.includes(wanted))) {
    if (!hasFilm(ASSETS, scene)) {
      console.log(`skipped: ${scene.name}, as there is no videos/${scene.film}.mp4 in ${ASSETS}`);
      continue;
    }
    const path = encode(scene, { assets: ASSETS, folder });
    const film: Film = { grey: greyOf(path), found: await foundIn(path) };
    for (const rule of RULES) {
      const { runs, tracks, kept, sights, latest } = play(film, rule);
      const fewer = (film.found.length / runs).toFixed(1);
      console.log(
        `| ${scene.name} | ${rule.name} | ${fewer} | ${kept} of ${tracks} | ${(100 * sights).toFixed(1)} % | ${latest} |`,
      );
    }
  }
});
await detector?.close();

function greyOf(path: string): Uint8Array[] {
  const { width, height } = LUMINANCE;
  return pictures(path, { filter: `scale=${width}:${height}:flags=bilinear,format=gray`, bytes: width * height });
}

async function foundIn(path: string): Promise<Detection[][]> {
  const bytes = 3 * WIDTH * HEIGHT;
  const found: Detection[][] = [];
  for (const rgb of pictures(path, { filter: "format=rgb24", bytes })) {
    const source = { type: "owned", rgb, width: WIDTH, height: HEIGHT } as const;
    const item = { source, width: WIDTH, height: HEIGHT, parameters: PARAMETERS };
    const { rows } = await boxesOf(detector as NonNullable<typeof detector>, [item]);
    found.push(objects(rows[0] ?? new Float32Array()));
  }
  return found;
}

function pictures(path: string, { filter, bytes }: { filter: string; bytes: number }): Uint8Array[] {
  const args = ["-v", "error", "-i", path, "-vf", filter, "-f", "rawvideo", "-"];
  const raw = execFileSync("ffmpeg", args, { maxBuffer: 2 ** 31 - 1 });
  return Array.from({ length: Math.floor(raw.length / bytes) }, (_, i) => raw.subarray(i * bytes, (i + 1) * bytes));
}

function objects(rows: Float32Array): Detection[] {
  return Array.from({ length: rows.length / 6 }, (_, i): Detection => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, confidence = 0, classId = 0] = rows.subarray(6 * i, 6 * i + 6);
    return { box: [x1, y1, x2, y2], confidence, class: String(classId), classId, detectionId: String(i) };
  });
}
