import { callMedianMs } from "./call-time.ts";
import type { Figure, Measurement } from "./figure.ts";
import { detectionsOf } from "./local-plan.ts";
import { findNumpyPython } from "./numpy-python.ts";
import { mebibytePicture, openProcessBlock, type ProcessBlock } from "./process-block.ts";
import { median, rounded } from "./statistics.ts";

/** Code blocks in processes of their own, one call after the other. */
export const processTime: Measurement = {
  ids: ["block_isolated_us", "block_isolated_1mb_us", "block_restart_ms", "block_python_us", "block_python_1mb_us"],
  measure: async (progress) => {
    progress("blocks: code in processes of their own");
    const figures = [...(await figuresOf("isolated", JAVASCRIPT)), await restart()];
    const python = findNumpyPython();
    if (python === null) {
      progress("blocks: no Python here has numpy (MILLRACE_BENCH_PYTHON names another), so its figures are left out");
      return figures;
    }
    return [...figures, ...(await figuresOf("python", { ...PYTHON, code: { ...PYTHON.code, python } }))];
  },
};

type ProcessCode = Omit<Parameters<typeof openProcessBlock>[0], "source">;

interface Sources {
  code: ProcessCode;
  name: string;
  filter: string;
  look: string;
}

const JAVASCRIPT: Sources = {
  code: { language: "javascript", mode: "isolated" },
  name: "JavaScript in isolation",
  filter: "function run({ p }) { return { p: { ...p, items: p.items.filter((d) => d.confidence > 0.85) } }; }",
  look: `function run({ image }, { pixels }) {
  const { rgb } = pixels.view(image);
  let sum = 0;
  for (let i = 0; i < rgb.length; i += 64) sum += rgb[i];
  return { sum };
}`,
};

const PYTHON: Sources = {
  code: { language: "python", mode: "local" },
  name: "Python",
  filter: "def run(self, p): return {'p': p[p.confidence > 0.85]}",
  look: "def run(self, image): return {'sum': int(image.numpy_image[::8, ::8].sum())}",
};

const PATIENT_MS = 10_000;

async function figuresOf(id: "isolated" | "python", { code, name, filter, look }: Sources): Promise<Figure[]> {
  const image = mebibytePicture();
  const detections = detectionsOf(image, 100);
  const filterUs = await callUs(openProcessBlock({ ...code, source: filter }, PATIENT_MS), { p: detections });
  const lookUs = await callUs(openProcessBlock({ ...code, source: look }, PATIENT_MS), { image });
  const how = "from the values of the inputs to those of the outputs, median of 4500 calls";
  return [
    figure(
      { id: `block_${id}_us`, limit: id === "python" ? 250 : 200 },
      filterUs,
      `${name} that chooses from 100 detections, in a process, ${how}`,
    ),
    figure(
      { id: `block_${id}_1mb_us`, limit: 500 },
      lookUs,
      `${name} that reads pixels all over a picture of 1 MiB, in a process, ${how}`,
    ),
  ];
}

async function callUs(block: ProcessBlock, inputs: Record<string, unknown>): Promise<number> {
  const ms = await callMedianMs(() => block.call(inputs), { warmUp: 3000, calls: 4500 });
  await block.close();
  return ms * 1000;
}

/** From the end of a process to the next answer. */
async function restart(): Promise<Figure> {
  const source = "function run({ isEndless }) { while (isEndless); return 1; }";
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const block = openProcessBlock({ language: "javascript", mode: "isolated", source }, PATIENT_MS / 100);
    await block.call({ isEndless: false });
    await block.call({ isEndless: true }).catch(() => {});
    const startedAt = performance.now();
    await block.call({ isEndless: false });
    times.push(performance.now() - startedAt);
    await block.close();
  }
  const how =
    "from the end of a process with JavaScript in isolation, killed in a call, to the answer of the next; median of 9";
  return { ...figure({ id: "block_restart_ms", limit: 100 }, median(times), how), unit: "ms" };
}

function figure({ id, limit }: Pick<Figure, "id" | "limit">, value: number, how: string): Figure {
  return { id, value: rounded(value), unit: "us/call", limit, better: "lower", how };
}
