import { z } from "zod";
import type { Issue } from "../base/issue.ts";
import { pointer } from "../base/issue.ts";
import { lazy } from "../base/lazy.ts";
import { suggest } from "../base/suggest.ts";
import { KIND_NAMES } from "../kinds/kinds.ts";
import { brief } from "./brief.ts";
import { DynamicBlockDefinition } from "./dynamic-block.ts";
import { DynamicWorkflowDefinition } from "./dynamic-workflow.ts";
import { unknownKeyIssue } from "./unknown-key-issue.ts";
import { unknownKeys } from "./unknown-keys.ts";
import { versionIssue } from "./version.ts";

// The workflow document as it is written; the compiler checks its steps.

const Kind = lazy(() =>
  z
    .union([z.string(), z.looseObject({ name: z.string() })])
    .transform((kind) => (typeof kind === "string" ? kind : kind.name)),
);
const kinds = lazy(() => z.array(Kind()).default(["*"]));
const name = lazy(() => z.string().min(1));

/** The type of the input says its kind; what is written is ignored. */
function fixed(kind: string) {
  return z
    .unknown()
    .optional()
    .transform(() => [kind]);
}

const ImageInput = lazy(() =>
  z.object({
    type: z.literal(["WorkflowImage", "InferenceImage"]),
    name: name(),
    dimensionality: z.literal(1).default(1),
    kind: fixed("image"),
  }),
);
const MetadataInput = lazy(() =>
  z.object({
    type: z.literal("WorkflowVideoMetadata"),
    name: name(),
    dimensionality: z.literal(1).default(1),
    kind: fixed("video_metadata"),
  }),
);
const BatchInput = lazy(() =>
  z.object({
    type: z.literal("WorkflowBatchInput"),
    name: name(),
    kind: kinds(),
    dimensionality: z.int().default(1),
  }),
);
const ParameterInput = lazy(() =>
  z.object({
    type: z.literal(["WorkflowParameter", "InferenceParameter"]),
    name: name(),
    kind: kinds(),
    default_value: z.unknown().default(null),
  }),
);

const Input = lazy(() => z.discriminatedUnion("type", [ImageInput(), MetadataInput(), BatchInput(), ParameterInput()]));
const Step = lazy(() => z.looseObject({ type: z.string(), name: name() }));
const Output = lazy(() =>
  z.object({
    type: z.literal("JsonField"),
    name: name(),
    selector: z.string(),
    coordinates_system: z.enum(["own", "parent"]).default("parent"),
  }),
);

const DynamicDefinition = lazy(() =>
  z.discriminatedUnion("type", [DynamicBlockDefinition(), DynamicWorkflowDefinition()]),
);

/** A workflow definition; unknown top-level keys (editor metadata) are ignored. */
export const Definition = lazy(() =>
  z.object({
    version: z.string(),
    inputs: z.array(Input()),
    steps: z.array(Step()),
    outputs: z.array(Output()),
    dynamic_blocks_definitions: z.array(DynamicDefinition()).default([]),
  }),
);

export type Definition = z.output<ReturnType<typeof Definition>>;
export type InputDefinition = Definition["inputs"][number];
export type StepDefinition = Definition["steps"][number];
/** A block, or a step that makes workflows, written in the document. */
export type DynamicDefinition = Definition["dynamic_blocks_definitions"][number];
export type OutputDefinition = Definition["outputs"][number];

export interface ReadDefinition {
  definition: Definition | null;
  issues: Issue[];
  /** What is swallowed by the rules of the language, and most likely meant. */
  warnings: Issue[];
}

/** Checks the shape of a document; every fault is an issue, none is thrown. */
export function readDefinition(document: unknown): ReadDefinition {
  const version = versionIssue(document);
  // A version of a wrong type is reported once, and the rest is checked all the same.
  const readable = version === null ? document : { ...(document as object), version: "1.0" };
  const parsed = Definition().safeParse(readable, { error: (issue) => describe(issue), reportInput: true });
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => toIssue(issue));
    return { definition: null, issues: version === null ? issues : [version, ...issues], warnings: [] };
  }
  return { definition: parsed.data, issues: version === null ? [] : [version], warnings: swallowed(document) };
}

/** Keys that nothing reads. Editors keep words of their own at the top, so there only what looks misspelt is reported. */
function swallowed(document: unknown): Issue[] {
  return unknownKeys(Definition(), document).flatMap(({ path, known }) => {
    const name = String(path.at(-1));
    const hint = suggest(name, known);
    if (path.length === 1 && hint === undefined) return [];
    return [unknownKeyIssue({ path: pointer(path), name, known, owner: ownerOf(path) })];
  });
}

function ownerOf([list, entry]: readonly (string | number)[]): string {
  return entry === undefined ? "the definition" : `entry ${entry} of "${list}"`;
}

/** True for a kind the program knows; others are accepted in definitions and match only themselves and `*`. */
export function isKnownKind(kind: string): boolean {
  return (KIND_NAMES as readonly string[]).includes(kind);
}

function toIssue(issue: z.core.$ZodIssue): Issue {
  const hint = hintFor(issue);
  return {
    code: "DEFINITION_SYNTAX",
    // The reference lets the error of its validation library through there.
    class: issue.path[0] === "dynamic_blocks_definitions" ? "ValidationError" : "WorkflowSyntaxError",
    path: pointer(issue.path),
    message: issue.message,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** For one of a few words that is misspelt. */
function hintFor(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_value" && typeof issue.input === "string") {
    return suggest(issue.input, issue.values.map(String));
  }
  if (issue.code !== "invalid_union" || issue.path.at(-1) !== "type") return undefined;
  const { type } = issue.input as { type?: unknown };
  return typeof type === "string" ? suggest(type, typesAt(issue.path)) : undefined;
}

function describe(issue: z.core.$ZodRawIssue): string | undefined {
  const field = issue.path?.at(-1);
  const what =
    typeof field === "string" ? `"${field}"` : field === undefined ? "the definition" : `entry ${String(field)}`;
  if (issue.input === undefined) return `${what} is missing`;
  if (issue.code === "invalid_union" && issue["discriminator"] !== undefined)
    return unknownType(issue.input, issue.path ?? []);
  if (issue.code === "invalid_union") return `${what} is ${brief(issue.input)}, which fits nothing that is expected`;
  if (issue.code === "invalid_value")
    return `${what} is ${brief(issue.input)}, expected ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
  if (issue.code === "too_small" && issue.input === "") return `${what} is empty`;
  if (issue.code === "invalid_type") return `${what} is ${brief(issue.input)}, expected ${issue.expected}`;
  return undefined;
}

function unknownType(input: unknown, path: readonly PropertyKey[]): string {
  const found = typeof input === "object" && input !== null && "type" in input ? brief(input.type) : "missing";
  return `"type" is ${found}, expected one of ${typesAt(path).join(", ")}`;
}

/** Types that an entry may have, by its list. */
function typesAt([list]: readonly PropertyKey[]): string[] {
  const options = list === "dynamic_blocks_definitions" ? DynamicDefinition().options : Input().options;
  return options.flatMap((option) => [...option.shape.type.values]);
}
