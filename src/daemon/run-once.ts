import sharp from "sharp";
import { ConfigError, type MillraceError, messageOf } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import type { Plan, PlanInput } from "../compiler/plan.ts";
import type { Image } from "../kinds/image.ts";
import { pictureImage } from "./frame-image.ts";
import { loadWorkflow, openCommandModels, type WorkflowArguments } from "./one-workflow.ts";
import { openWorkflow } from "./workflow.ts";

export interface RunOnceSettings extends WorkflowArguments {
  /** Paths by image input; several make a batch. */
  images: Readonly<Record<string, readonly string[]>>;
}

/** Runs a definition once, as the reference does: one object for each element of the batch. */
export async function runOnce(settings: RunOnceSettings): Promise<Record<string, unknown>[]> {
  const { plan, descriptions } = await loadWorkflow(settings);
  const given = { ...settings.parameters, ...(await readImages(settings.images, plan)) };
  const { size, inputs } = assembleInputs(plan, given);
  const arena = new SharedArrayBuffer(64);
  const models = openCommandModels(arena, descriptions);
  try {
    const workflow = await openWorkflow({
      plan,
      models,
      arena,
      parameters: {},
      onError: "throw",
      concurrency: 1,
      timeoutMs: 600_000,
      writer: { publish: null, outputs: true, picture: null },
    });
    try {
      const results = await workflow.once(size, inputs);
      return results.map(({ outputs }) => outputs ?? {});
    } finally {
      await workflow.close(2000);
    }
  } finally {
    await models.close();
  }
}

async function readImages(images: RunOnceSettings["images"], plan: Plan): Promise<Record<string, Image[]>> {
  const found: Record<string, Image[]> = {};
  const issues: Issue[] = [];
  for (const [name, paths] of Object.entries(images)) {
    const input = plan.inputs.find((candidate) => candidate.name === name);
    if (input === undefined || !(input.kinds.includes("image") || input.kinds.includes("*"))) {
      const known = plan.inputs.filter(({ kinds }) => kinds.includes("image")).map((candidate) => candidate.name);
      const message = `--image: the definition has no image input "${name}"`;
      issues.push({
        code: "FLAG_UNKNOWN_INPUT",
        path: "",
        message,
        hint: `its image inputs are ${known.join(", ") || "none"}`,
      });
      continue;
    }
    const read = paths.map((path, i) => readImage(path, paths.length === 1 ? name : `${name}.[${i}]`));
    const settled = await Promise.allSettled(read);
    found[name] = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    settled.forEach((result, i) => {
      if (result.status === "rejected") {
        issues.push({ code: "FLAG_IMAGE", path: "", message: `--image ${paths[i]}: ${messageOf(result.reason)}` });
      }
    });
  }
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
  return found;
}

async function readImage(path: string, id: string): Promise<Image> {
  const { data, info } = await sharp(path)
    .rotate()
    .flatten()
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb =
    info.channels === 3 ? data : await sharp(path).rotate().toColourspace("srgb").removeAlpha().raw().toBuffer();
  return pictureImage(new Uint8Array(rgb), { width: info.width, height: info.height }, id);
}

/** Run-time inputs by the reference's rules: the first longer list sets the size, single values are repeated. */
export function assembleInputs(
  plan: Plan,
  given: Readonly<Record<string, unknown>>,
): { size: number; inputs: Record<string, unknown> } {
  const batches = plan.inputs.filter((input) => input.batch);
  const lengths = batches.map(({ name }) => (Array.isArray(given[name]) ? (given[name] as unknown[]).length : 1));
  const size = lengths.find((length) => length > 1) ?? 1;
  const inputs: Record<string, unknown> = {};
  for (const input of plan.inputs) {
    if (input.batch) inputs[input.name] = batchInput(input, given, size);
    else if (given[input.name] !== undefined) inputs[input.name] = given[input.name];
  }
  return { size, inputs };
}

function batchInput({ name, kinds }: PlanInput, given: Readonly<Record<string, unknown>>, size: number): unknown[] {
  const value = given[name];
  if (value === undefined) {
    const how = kinds.includes("image") ? `give it with --image ${name}=PATH` : `give it with --param ${name}=JSON`;
    throw runtimeInput(name, "is missing", how);
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === size) return list;
  if (list.length === 1) return new Array(size).fill(list[0]);
  throw runtimeInput(name, `has ${list.length} elements, expected ${size} or one for all`);
}

function runtimeInput(name: string, what: string, hint?: string): MillraceError {
  const issue = {
    code: "RUN_INPUT",
    class: "RuntimeInputError",
    path: "",
    message: `input "${name}" ${what}`,
    ...(hint ? { hint } : {}),
  };
  return new ConfigError("RUN_INPUT", [issue]);
}
