import { DynamicBlockDefinition } from "../../../definition/dynamic-block.ts";
import { pythonStub } from "../../../dynamic/editor-types/python-stub.ts";
import { typeScriptTypes } from "../../../dynamic/editor-types/typescript-types.ts";
import { blockCode } from "./new-block-code.ts";

export type BlockLanguage = "python" | "javascript" | "typescript";

export interface BlockNames {
  /** The `block_type`. */
  name: string;
  /** Of files and of the step, in kebab case. */
  base: string;
  language: BlockLanguage;
}

/** A picture of one grey, which is written as PNG. */
export interface GreyPicture {
  grey: number;
  width: number;
  height: number;
}

export interface BlockFiles {
  /** The definition with its code, as it is read from the files. */
  document: object;
  /** Name of the definition's file. */
  definition: string;
  /** Texts by path. */
  texts: Readonly<Record<string, string>>;
  pictures: Readonly<Record<string, GreyPicture>>;
}

const SIZE = { width: 32, height: 24 };
const PICTURES = { "cases/bright.png": { grey: 200, ...SIZE }, "cases/dark.png": { grey: 20, ...SIZE } };

/** What a new block consists of: a picture's brightness, whether that is dark, and for how many frames of the camera it has been. */
export function blockFiles(names: BlockNames): BlockFiles {
  const { base, language } = names;
  const code = blockCode(names);
  const file = codeFile(names);
  const type = TYPES[language];
  const document = definitionOf(names, { type, run_function_code: code, state_scope: "source" });
  const written = definitionOf(names, { type, run_function_file: file, state_scope: "source" });
  const definition = `${base}.json`;
  const texts = {
    [definition]: json(written),
    [file]: code,
    [`cases/${base}.json`]: json(caseOf(names)),
    ...editorFiles(document, language),
  };
  return { document, definition, texts, pictures: PICTURES };
}

const TYPES = { python: "PythonCode", javascript: "JavaScriptCode", typescript: "TypeScriptCode" };

function codeFile({ base, language }: BlockNames): string {
  if (language === "python") return `${base.replaceAll("-", "_")}.py`;
  return `${base}.${language === "typescript" ? "ts" : "js"}`;
}

type Document = ReturnType<typeof definitionOf>;

function definitionOf({ name, base }: BlockNames, code: object) {
  const step = base.replaceAll("-", "_");
  return {
    version: "1.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowParameter", name: "threshold", kind: ["float"], default_value: 0.3 },
    ],
    dynamic_blocks_definitions: [{ type: "DynamicBlockDefinition", manifest: manifestOf(name), code }],
    steps: [{ type: name, name: step, image: "$inputs.image", threshold: "$inputs.threshold" }],
    outputs: Object.keys(OUTPUTS).map((output) => {
      return { type: "JsonField", name: output, selector: `$steps.${step}.${output}` };
    }),
  };
}

const OUTPUTS = { brightness: "float", is_dark: "boolean", dark_frames: "integer" };

function manifestOf(name: string) {
  return {
    type: "ManifestDescription",
    block_type: name,
    description: "How bright a picture is, whether it is dark, and for how many frames it has been.",
    inputs: {
      image: { type: "DynamicInputDefinition", selector_types: ["input_image", "step_output_image"] },
      threshold: {
        type: "DynamicInputDefinition",
        selector_types: ["input_parameter"],
        selector_data_kind: { input_parameter: ["float"] },
        value_types: ["float"],
      },
    },
    outputs: Object.fromEntries(
      Object.entries(OUTPUTS).map(([output, kind]) => [output, { type: "DynamicOutputDefinition", kind: [kind] }]),
    ),
  };
}

/** One bright picture and two dark ones, so that what the block remembers is tested as well. */
function caseOf({ name, base }: BlockNames) {
  const picture = (file: string) => ({ image: { type: "file", value: file } });
  const row = (brightness: number, darkFrames: number) => {
    return { rows: [{ brightness, is_dark: darkFrames > 0, dark_frames: darkFrames }] };
  };
  return {
    name: `${name} counts dark frames`,
    definition: `../${base}.json`,
    runs: [
      picture("bright.png"),
      picture("dark.png"),
      picture("dark.png"),
      { ...picture("dark.png"), threshold: 0.05 },
    ],
    expected: { runs: [row(0.7843, 0), row(0.0784, 1), row(0.0784, 2), row(0.0784, 0)] },
  };
}

/** Types under the names that editors look for, and what has them read those. */
function editorFiles(
  { dynamic_blocks_definitions: blocks }: Document,
  language: BlockLanguage,
): Record<string, string> {
  const block = DynamicBlockDefinition().parse(blocks[0]);
  if (language === "python") return { "__builtins__.pyi": pythonStub(block) };
  return { "millrace.d.ts": typeScriptTypes(block), "tsconfig.json": json(TSCONFIG) };
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "webworker"],
    types: [],
    strict: true,
    noEmit: true,
    allowJs: true,
    checkJs: true,
  },
};

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
