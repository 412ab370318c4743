import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import { ConfigError, messageOf } from "../base/errors.ts";
import { type Issue, pointer } from "../base/issue.ts";
import { suggest } from "../base/suggest.ts";
import { readDefinitionFile } from "../daemon/input/read-definition.ts";

// The format of a case. It is the one in which answers of the reference engine are recorded.

const TOLERANCE = z.object({
  abs: z.number().nonnegative().default(1e-6).describe("Numbers are equal within abs + rel * |expected|."),
  rel: z.number().nonnegative().default(1e-6).describe("Numbers are equal within abs + rel * |expected|."),
  pixels: z
    .object({ max: z.number().default(0), mean: z.number().optional() })
    .optional()
    .describe("Greatest and mean difference of the channels of pictures."),
});

const PATHS = z.array(z.string().regex(/^(\/|$)/, "expected a JSON pointer, such as /runs/*/rows/*/out")).default([]);
const ERROR = z.object({ class: z.string() });
const RUN = z.union([z.object({ rows: z.array(z.unknown()) }), z.object({ error: ERROR })], {
  error: 'expected {"rows": [...]} or {"error": {"class": ...}}',
});

const EXPECTED = z.union(
  [
    z.object({ compile_error: ERROR }),
    z.object({
      runs: z.array(RUN),
      files: z.array(z.unknown()).optional(),
      requests: z.array(z.unknown()).optional(),
    }),
  ],
  { error: 'expected {"runs": [...]} or {"compile_error": {"class": ...}}' },
);

const CASE = z.object({
  name: z.string().optional(),
  types: z.array(z.string()).optional(),
  definition: z.union([z.string(), z.record(z.string(), z.unknown())], {
    error: "expected a definition or the path of one",
  }),
  runs: z.array(z.record(z.string(), z.unknown(), "expected an object with values of inputs")).default([{}]),
  expected: EXPECTED.optional(),
  tolerance: TOLERANCE.default({ abs: 1e-6, rel: 1e-6 }),
  ignore: PATHS,
  up_to_renaming: PATHS,
  unordered: PATHS,
  csv: PATHS,
  mask: z.array(z.object({ path: z.string(), regex: z.string(), with: z.string() })).default([]),
  env: z.record(z.string(), z.string()).default({}),
});

export type Expected = z.output<typeof EXPECTED>;
export type Tolerance = z.output<typeof TOLERANCE>;

/** A definition with the inputs of successive runs of one engine, and what is expected of them. */
export interface Case extends Omit<z.output<typeof CASE>, "definition" | "name" | "types"> {
  file: string;
  /** Folder that paths in the case are relative to. */
  folder: string;
  name: string;
  types: readonly string[];
  definition: unknown;
  /** The file as it is, for writing `expected` into it. */
  written: Record<string, unknown>;
}

/** Reads a case; throws a `ConfigError` with every fault. */
export async function readCase(file: string): Promise<Case> {
  const { written, parsed } = await parse(file);
  const folder = dirname(file);
  const { definition: given } = parsed;
  const definition =
    typeof given === "string"
      ? (await readDefinitionFile(isAbsolute(given) ? given : join(folder, given))).document
      : given;
  const name = parsed.name ?? (file.split("/").at(-1) ?? file).replace(/\.json$/, "");
  return { ...parsed, file, folder, name, types: parsed.types ?? typesOf(definition), definition, written };
}

async function parse(file: string) {
  const written = await readJson(file);
  const parsed = CASE.safeParse(written);
  const issues: Issue[] = (parsed.error?.issues ?? []).map(({ path, message }) => {
    return { code: "CASE_FORM", path: pointer(path), message };
  });
  issues.push(...maskFaults(parsed.data?.mask ?? []), ...misspelt(written));
  if (!parsed.success || issues.length > 0) throw new ConfigError("CASE", issues, file);
  return { written: written as Record<string, unknown>, parsed: parsed.data };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new ConfigError("CASE", [{ code: "CASE_FORM", path: "", message: messageOf(error) }], file);
  }
}

/** Other keys are notes; those that are nearly a key of a rule would be missed. */
function misspelt(written: unknown): Issue[] {
  const known = Object.keys(CASE.shape);
  const keys = typeof written === "object" && written !== null ? Object.keys(written) : [];
  return keys.flatMap((key) => {
    const hint = known.includes(key) ? undefined : suggest(key, RULES);
    return hint === undefined
      ? []
      : [{ code: "CASE_FORM", path: pointer([key]), message: "is no key of a case", hint }];
  });
}

const RULES = ["definition", "runs", "expected", "tolerance", "ignore", "up_to_renaming", "unordered", "csv", "mask"];

function maskFaults(masks: readonly { regex: string }[]): Issue[] {
  return masks.flatMap(({ regex }, i) => {
    try {
      new RegExp(regex, "g");
      return [];
    } catch (error) {
      return [{ code: "CASE_FORM", path: `/mask/${i}/regex`, message: messageOf(error) }];
    }
  });
}

function typesOf(definition: unknown): string[] {
  const steps = (definition as { steps?: unknown } | null)?.steps;
  const types = Array.isArray(steps) ? steps.map((step) => (step as { type?: unknown } | null)?.type) : [];
  return [...new Set(types.filter((type): type is string => typeof type === "string"))];
}
