/** Writes frames of the demo's scene as raw rgb24 to standard output, and what is in them as JSON lines to a file. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { createScene } from "../src/demo/scene.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    frames: { type: "string" },
    labels: { type: "string" },
    width: { type: "string", default: "640" },
    height: { type: "string", default: "360" },
  },
});
const { seed, frames, labels, width, height } = values;
if (seed === undefined || frames === undefined || labels === undefined) {
  process.stderr.write("usage: dump-scenes.ts --seed <n> --frames <n> --labels <file> [--width <n>] [--height <n>]\n");
  process.exit(2);
}

const scene = createScene({ seed: Number(seed), width: Number(width), height: Number(height) });

function* pictures(): Generator<Uint8Array> {
  for (let frame = 0; frame < Number(frames); frame++) {
    const rgb = new Uint8Array(Number(width) * Number(height) * 3);
    scene.drawFrame(frame, rgb);
    yield rgb;
  }
}

function* truths(): Generator<string> {
  for (let frame = 0; frame < Number(frames); frame++) yield `${JSON.stringify(scene.truthAt(frame))}\n`;
}

await pipeline(truths, createWriteStream(labels));
await pipeline(pictures, process.stdout);
