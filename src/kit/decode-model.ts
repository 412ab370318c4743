import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelError } from "../base/errors.ts";
import type { PluginFamily } from "../blocks/registry/plugin-families.ts";
import type { RawPicture } from "../daemon/embedded/opened-workflow.ts";
import { familiesWith } from "../inference/families/added.ts";
import { inspectModel, type ModelStatement } from "../inference/inspect.ts";
import { openModel } from "../inference/open-model.ts";
import { DEFAULT_CONFIDENCE, ROW } from "../inference/request.ts";
import type { TaskName } from "../kinds/model-task.ts";

/** How a model file is judged and asked. */
export interface DecodeSettings {
  /** Families beside millrace's own, made by `defineFamily`. */
  families?: readonly PluginFamily[];
  /** What a user would state of the file: `family`, `classes`, sizes, options of the layout. */
  statement?: ModelStatement;
  /** The picture that the model is asked about; a grey one of the size of its input by default. */
  picture?: RawPicture;
  /** Parameters of the task in place of the usual ones, such as `confidence` (0 to 1) and `iouThreshold`. */
  parameters?: Readonly<Record<string, unknown>>;
}

/** A box in pixels of the picture. */
export interface DecodedBox {
  /** x min, y min, x max, y max. */
  box: readonly [number, number, number, number];
  /** 0 to 1. */
  confidence: number;
  /** Index of its class. */
  classId: number;
  /** Name of its class; null where the model has no names. */
  class: string | null;
}

/** What a file is, and what it gave for one picture. */
export interface DecodedModel {
  /** Family that the file goes to. */
  family: string;
  /** What the family is for. */
  task: TaskName;
  /** What each family that came into question found in the file. */
  reasons: readonly string[];
  /** Names of classes by index. */
  classes: readonly string[];
  /** Reply of the task for the picture, as blocks get it: `rows` of boxes, `scores`, `masks` and so on, in pixels of the picture. */
  reply: object;
  /** The boxes among them; empty for tasks without boxes. */
  boxes: readonly DecodedBox[];
}

/**
 * Judges a model file (its bytes, or the path of a file or folder) as the daemon does, runs it on one picture on the processor, and gives
 * what its family decoded. Throws a `ModelError` when it goes to no family, or to several, or cannot be run.
 */
export async function decodeModel(file: Uint8Array | string, settings: DecodeSettings = {}): Promise<DecodedModel> {
  if (typeof file === "string") return decodeFile(file, settings);
  const folder = await mkdtemp(join(tmpdir(), "millrace-model-"));
  try {
    const path = join(folder, "model.onnx");
    await writeFile(path, file);
    return await decodeFile(path, settings);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function decodeFile(path: string, settings: DecodeSettings): Promise<DecodedModel> {
  const { statement = {}, picture, parameters = {} } = settings;
  const families = familiesWith((settings.families ?? []).map((family) => ({ source: "test", family })));
  const description = await inspectModel(path, statement, families);
  const { family, task, reasons, classes, input } = description;
  if (family === null || task === null || input === null) {
    throw new ModelError("MODEL_FAMILY_UNKNOWN", `the file goes to no family: ${reasons.join("; ")}`, { path });
  }
  const { width, height } = input;
  const source = picture ?? { rgb: new Uint8Array(width * height * 3).fill(GREY), width, height };
  const model = await openModel(description, new SharedArrayBuffer(0), { providers: ["cpu"], families });
  try {
    const item = { task, source: { type: "owned", ...source } as const, width: source.width, height: source.height };
    const { replies } = await model.run([{ ...item, parameters: { ...USUAL, ...parameters } }]);
    const [reply = {}] = replies;
    return { family, task, reasons, classes: classes ?? [], reply, boxes: boxesOf(reply, classes ?? []) };
  } finally {
    await model.close();
  }
}

const GREY = 114;

const USUAL = {
  confidence: DEFAULT_CONFIDENCE,
  iouThreshold: 0.5,
  maxDetections: 300,
  maxCandidates: 3000,
  classAgnostic: false,
  classFilter: null,
  maskDetail: null,
};

function boxesOf(reply: object, classes: readonly string[]): DecodedBox[] {
  const rows = "rows" in reply && reply.rows instanceof Float32Array ? reply.rows : new Float32Array();
  return Array.from({ length: rows.length / ROW }, (_, i): DecodedBox => {
    const [xMin = 0, yMin = 0, xMax = 0, yMax = 0, confidence = 0, classId = 0] = rows.subarray(i * ROW, i * ROW + ROW);
    return { box: [xMin, yMin, xMax, yMax], confidence, classId, class: classes[classId] ?? null };
  });
}
