import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import type { DynamicBlockDefinition } from "../../../src/definition/dynamic-block.ts";
import { DynamicBlockDefinition as Schema } from "../../../src/definition/dynamic-block.ts";
import { typeScriptTypes } from "../../../src/dynamic/editor-types/typescript-types.ts";
import { ROOT } from "../../helpers/cli.ts";
import { useFolder } from "../../stream/clip.ts";
import { anything, type CodeBlockOptions, codeBlock } from "../code-in-a-definition.ts";

const folder = useFolder();
const TSC = createRequire(import.meta.url)
  .resolve("typescript/package.json")
  .replace("package.json", "bin/tsc");
let count = 0;

const input = (more: object) => ({ type: "DynamicInputDefinition", ...more });
const ofKinds = (...kinds: string[]) =>
  input({ selector_types: ["step_output"], selector_data_kind: { step_output: kinds } });

function block(options: CodeBlockOptions): DynamicBlockDefinition {
  return Schema().parse(codeBlock("Code", "function run() {}", options));
}

/** Faults that tsc finds in a block beside its declarations, by file and line. */
function faultsOf(definition: DynamicBlockDefinition | null, files: Readonly<Record<string, string>>): string[] {
  const at = folder.path(`types-${++count}`);
  mkdirSync(at);
  writeFileSync(`${at}/millrace.d.ts`, typeScriptTypes(definition));
  for (const [name, text] of Object.entries(files)) writeFileSync(`${at}/${name}`, text);
  const types = ["--types", "node", "--typeRoots", `${ROOT}node_modules/@types`];
  const options = ["--noEmit", "--strict", "--allowJs", "--checkJs", "--target", "es2023", "--lib", "es2023", ...types];
  const modules = ["--module", "nodenext", "--allowImportingTsExtensions", "--skipLibCheck"];
  const names = ["millrace.d.ts", ...Object.keys(files)];
  const { stdout } = spawnSync(process.execPath, [TSC, ...options, ...modules, ...names], {
    cwd: at,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((line) => line.includes("error"));
}

const OVERLAP = block({
  inputs: {
    predictions: ofKinds("object_detection_prediction"),
    image: input({ selector_types: ["input_image"] }),
    class_x: input({ value_types: ["string"], is_optional: true }),
  },
  outputs: {
    count: { type: "DynamicOutputDefinition", kind: ["integer"] },
    any: { type: "DynamicOutputDefinition" },
  },
  code: { type: "TypeScriptCode", imports: ["node:path", "crypto"] },
});

describe("the declarations of a block", { timeout: 120_000 }, () => {
  it("take code that keeps to them, in TypeScript and in JavaScript", () => {
    const typed = `let seen = new Map<string, number>();
function run({ predictions, image, class_x }: millrace.Inputs, self: millrace.Self): millrace.Result {
  const wanted = predictions.items.filter((item) => class_x == null || item.class === class_x.trim());
  const { rgb, stride } = self.pixels.view(image);
  seen.set(self.source, (seen.get(self.source) ?? 0) + wanted.length);
  return { count: wanted.length, any: [rgb[stride], path.join(self.step, crypto.randomUUID())] };
}
const checked: millrace.Run = run;
void checked;`;
    const plain = `/** @type {millrace.Run} */
const walk = async ({ predictions }, self) => {
  const [x1, , x2] = predictions.items[0]?.box ?? [0, 0, 0, 0];
  return { count: x2 - x1, any: self.initResults.whatever };
};
void walk;`;
    expect(faultsOf(OVERLAP, { "block.ts": typed, "plain.js": plain })).toEqual([]);
  });

  it("take the code that the documentation shows", () => {
    const page = readFileSync(`${ROOT}docs/code-blocks.md`, "utf8");
    const [, shown = ""] = /^```ts\n(function run\([^\n]*millrace\.[\s\S]*?)^```/m.exec(page) ?? [];
    const overlap = block({
      inputs: { predictions: ofKinds("object_detection_prediction"), class_x: input({ value_types: ["string"] }) },
      outputs: { overlap: { type: "DynamicOutputDefinition", kind: ["integer"] } },
    });
    expect(faultsOf(overlap, { "overlap.ts": `${shown}void run;\n` })).toEqual([]);
    expect(faultsOf(overlap, { "wrong.ts": `${shown.replace("overlap:", "overlp:")}void run;\n` })).toHaveLength(1);
  });

  it("tell of code that does not", () => {
    const typed = `function run({ predictions, imag }: millrace.Inputs, self: millrace.Self): millrace.Result {
  const names: number[] = predictions.items.map((item) => item.class);
  self.pixels.show(predictions);
  return { count: "3" };
}
void run;`;
    const found = faultsOf(OVERLAP, { "block.ts": typed });
    expect(found.map((fault) => /^block\.ts\((\d+),/.exec(fault)?.[1])).toEqual(["1", "2", "3", "4"]);
  });

  it("have lists where the block gets batches, levels or makes elements", () => {
    const batch = block({
      manifest: { accepts_batch_input: true, accepts_empty_values: true, output_dimensionality_offset: 1 },
      inputs: { value: ofKinds("integer"), factor: input({ value_types: ["float"] }) },
      outputs: { "odd name": { type: "DynamicOutputDefinition", kind: ["float"] } },
    });
    const typed = `const run: millrace.Run = ({ value, factor }) =>
  value.map((number) => [{ "odd name": number === null ? null : number * factor }, { "odd name": 1 }]);
void run;`;
    expect(faultsOf(batch, { "block.ts": typed })).toEqual([]);
    const deeper = block({ inputs: { list: { ...ofKinds("string"), dimensionality_offset: 1 }, base: anything } });
    expect(typeScriptTypes(deeper)).toContain("    list: (string)[];\n    base: any;\n");
  });

  it("say the same of values as the program has them", () => {
    const source = (name: string) => JSON.stringify(`${ROOT}src/${name}.ts`);
    const same = `import type { Detection, Detections } from ${source("kinds/detections")};
import type { Image } from ${source("kinds/image")};
import type { VideoMetadata } from ${source("kinds/video-metadata")};
import type { PixelService } from ${source("kinds/pixel-service")};
import type { CodeSelf } from ${source("dynamic/code/local-code")};
type Same<A, B> = [A, B] extends [B, A] ? true : false;
type Gives<A, B> = A extends B ? true : false;
export const same: true[] = [
  true satisfies Same<Detection, millrace.Detection>,
  true satisfies Same<Detections, millrace.Detections>,
  true satisfies Same<VideoMetadata, millrace.VideoMetadata>,
  true satisfies Gives<Image, millrace.Image>,
  true satisfies Same<keyof Image, keyof millrace.Image>,
  true satisfies Same<keyof CodeSelf, keyof millrace.Self>,
  true satisfies Same<ReturnType<PixelService["view"]>, millrace.PixelView>,
  true satisfies Same<keyof PixelService, keyof millrace.Pixels>,
];`;
    expect(faultsOf(null, { "same.mts": same })).toEqual([]);
  });
});
