import { messageOf } from "../../base/errors.ts";
import type { Issue } from "../../base/issue.ts";
import type { Plan, PlanInput } from "../../compiler/plan.ts";
import { readPicture } from "../input/read-picture.ts";
import { inputIssue } from "./one-workflow.ts";

export interface GivenValues {
  /** JSON values by input. */
  parameters: Readonly<Record<string, unknown>>;
  /** Paths of pictures by input; several make a batch. */
  images: Readonly<Record<string, readonly string[]>>;
}

/** All values with their pictures read, from files and from JSON; what is no picture is an issue and null. */
export async function readPictures(plan: Plan, { parameters, images }: GivenValues) {
  const issues: Issue[] = [];
  const given: Record<string, unknown> = { ...parameters };
  for (const [name, paths] of Object.entries(images)) {
    const input = plan.inputs.find((candidate) => candidate.name === name);
    if (takesPictures(input)) given[name] = await files(name, paths, issues);
    else issues.push(noImageInput(name, plan));
  }
  for (const input of plan.inputs) {
    const value = Object.hasOwn(parameters, input.name) ? parameters[input.name] : undefined;
    // Other kinds may also take other values.
    if (value === undefined || input.kinds.length !== 1 || input.kinds[0] !== "image") continue;
    if (value === null || Object.hasOwn(images, input.name)) continue;
    given[input.name] = (await pictures(value, input.name, { input, issues })) ?? [null];
  }
  return { given, issues };
}

function takesPictures(input: PlanInput | undefined): boolean {
  return input?.kinds.some((kind) => kind === "image" || kind === "*") ?? false;
}

function noImageInput(name: string, plan: Plan): Issue {
  const known = plan.inputs.filter(({ kinds }) => kinds.includes("image")).map((input) => input.name);
  const message = `--image: the definition has no image input "${name}"`;
  return { code: "FLAG_UNKNOWN_INPUT", path: "", message, hint: `its image inputs are ${known.join(", ") || "none"}` };
}

async function files(name: string, paths: readonly string[], issues: Issue[]): Promise<unknown[]> {
  // In the order of the paths, whichever is found out first.
  const faults: (Issue | null)[] = paths.map(() => null);
  const reads = paths.map(async (path, i) => {
    try {
      return await readPicture({ type: "file", value: path }, paths.length === 1 ? name : `${name}.[${i}]`);
    } catch (error) {
      faults[i] = { code: "FLAG_IMAGE", path: "", message: `--image ${path} ${messageOf(error)}` };
      return null;
    }
  });
  const found = await Promise.all(reads);
  issues.push(...faults.filter((fault) => fault !== null));
  return found;
}

/** Every picture in nested lists, named by its place as in the reference. */
async function pictures(value: unknown, id: string, around: { input: PlanInput; issues: Issue[] }): Promise<unknown> {
  if (value === null) return null;
  if (Array.isArray(value)) return Promise.all(value.map((item, i) => pictures(item, `${id}.[${i}]`, around)));
  try {
    return await readPicture(value, id);
  } catch (error) {
    const { name } = around.input;
    const where = id.slice(name.length).replaceAll(".[", "[");
    around.issues.push(inputIssue({ input: name, message: `input "${name}"${where} ${messageOf(error)}` }));
    return null;
  }
}
