import { z } from "zod";
import { type Issue, pointer } from "../base/issue.ts";
import type { BlockManifest } from "../blocks/contract/block.ts";
import type { Port } from "../blocks/contract/fields.ts";
import { brief } from "../definition/brief.ts";
import type { StepDefinition } from "../definition/document.ts";
import { originOf } from "../definition/origin.ts";
import { looksLikeSelector, parseSelector, type Selector } from "../definition/selector.ts";
import { near } from "./near.ts";
import type { Subworkflow } from "./plan.ts";
import { stepWarnings } from "./step-warnings.ts";
import { valueFaults } from "./value-faults.ts";

/** A selector found in a step's property. */
export interface Connection {
  property: string;
  key: string | number | null;
  text: string;
  selector: Selector;
  port: Port;
  path: string;
}

/** A step whose properties were checked against its block: literals on one side, selectors on the other. */
export interface ParsedStep {
  index: number;
  name: string;
  path: string;
  block: BlockManifest;
  /** Kinds of its outputs by name, those among them that the step itself names. */
  outputs: Readonly<Record<string, readonly string[]>>;
  literals: Record<string, unknown>;
  connections: Connection[];
  /** Steps that this flow-control step lets run. */
  controls: Connection[];
  /** Names of steps that run before this one although none of their data reaches it. */
  after: readonly string[];
  /** Workflows that run inside the step. */
  subworkflow: Subworkflow | null;
}

/** The blocks that steps may use. */
export interface Offer {
  blocks: ReadonlyMap<string, BlockManifest>;
  /** What to say to a user who names a type that is known but not offered. */
  adviceFor?: (type: string) => string | undefined;
}

/** Where faults and warnings go. */
export interface Found {
  issues: Issue[];
  warnings: Issue[];
}

/** Pass 1: every step against the manifest of its block. Returns the steps without fault. */
export function parseSteps(steps: readonly StepDefinition[], offer: Offer, { issues, warnings }: Found): ParsedStep[] {
  const parsed: ParsedStep[] = [];
  steps.forEach((step, index) => {
    const block = offer.blocks.get(step.type);
    if (block === undefined) {
      issues.push(unknownType(step, index, { ...offer, issues }));
      return;
    }
    const found = parseStep(step, index, block);
    if (found.issues.length === 0) parsed.push(found.step);
    issues.push(...found.issues);
    warnings.push(...stepWarnings(step, found.step));
  });
  return parsed;
}

interface Known extends Offer {
  issues: readonly Issue[];
}

function unknownType(step: StepDefinition, index: number, { blocks, adviceFor, issues }: Known): Issue {
  const known = [...blocks.keys()];
  const short = known.map((type) => type.replace("roboflow_core/", ""));
  return {
    code: "COMPILE_UNKNOWN_BLOCK",
    class: "WorkflowSyntaxError",
    path: `${originOf(step, `/steps/${index}`)}/type`,
    message: `step "${step.name}": block type "${step.type}" is not known`,
    hint:
      adviceFor?.(step.type) ??
      near(step.type, [...known, ...short], issues) ??
      "`millrace blocks` lists the types that run here",
  };
}

function parseStep(step: StepDefinition, index: number, block: BlockManifest) {
  const path = originOf(step, `/steps/${index}`);
  const { outputs } = block;
  const parsed: ParsedStep = {
    index,
    name: step.name,
    path,
    block,
    outputs,
    literals: {},
    connections: [],
    controls: [],
    after: [],
    subworkflow: null,
  };
  const issues: Issue[] = [];
  parsed.after = readAfter(step, path, issues);
  for (const [property, field] of Object.entries(block.schema.shape)) {
    if (property === "type" || property === "name") continue;
    const written = namesOf(property, block).find((name) => Object.hasOwn(step, name));
    const place: Place = {
      step: parsed,
      property,
      key: null,
      path: `${path}${pointer([written ?? property])}`,
      issues,
    };
    readProperty(place, written === undefined ? undefined : step[written], field as z.ZodType);
  }
  if (issues.length === 0) parsed.outputs = { ...outputs, ...block.dynamicOutputs?.(parsed.literals) };
  return { step: parsed, issues };
}

const Options = z.looseObject({ after: z.array(z.string()).default([]) }).optional();

/** `step_options` is millrace's own: the reference ignores properties that a block does not have. */
function readAfter(step: StepDefinition, path: string, issues: Issue[]): readonly string[] {
  const options = Options.safeParse(step["step_options"]);
  if (options.success) return (options.data?.after ?? []).map((name) => name.replace(/^\$steps\./, ""));
  const message = `step "${step.name}": "step_options" is ${brief(step["step_options"])}, expected an object whose "after" lists steps`;
  const at = { path: `${path}/step_options`, class: "WorkflowSyntaxError" };
  issues.push({ code: "COMPILE_STEP_PROPERTY", ...at, message });
  return [];
}

function namesOf(property: string, { synonyms }: BlockManifest): readonly string[] {
  return Object.hasOwn(synonyms, property) ? [property, ...(synonyms[property] ?? [])] : [property];
}

interface Place {
  step: ParsedStep;
  property: string;
  key: string | number | null;
  path: string;
  issues: Issue[];
}

function readProperty(place: Place, value: unknown, field: z.ZodType): void {
  const port = place.step.block.ports[place.property];
  if (port === undefined || value === undefined || value === null) {
    place.step.literals[place.property] = literal(place, value, field, port);
    return;
  }
  if (port.form === "value") {
    place.step.literals[place.property] = element(place, value, port, port.literal ?? undefined);
  } else if (port.form === "list") {
    place.step.literals[place.property] = list(place, value, port, field);
  } else {
    place.step.literals[place.property] = map(place, value, port, field);
  }
}

function list(place: Place, value: unknown, port: Port, field: z.ZodType): unknown {
  if (port.orWhole && looksLikeSelector(value)) return element(place, value, port, null);
  if (looksLikeSelector(value) || !Array.isArray(value)) return literal(place, value, field, port);
  if (value.length === 0) literal(place, value, field, port);
  return value.map((item, i) => element({ ...place, key: i, path: `${place.path}/${i}` }, item, port, port.literal));
}

function map(place: Place, value: unknown, port: Port, field: z.ZodType): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return literal(place, value, field, port);
  const read = ([key, item]: [string, unknown]) => {
    return [key, element({ ...place, key, path: `${place.path}${pointer([key])}` }, item, port, port.literal)] as const;
  };
  return Object.fromEntries(Object.entries(value).map(read));
}

/** A selector becomes a connection (its literal stays undefined); anything else must satisfy the schema. */
function element(place: Place, value: unknown, port: Port, schema: z.ZodType | null | undefined): unknown {
  if (!looksLikeSelector(value)) {
    if (schema) return literal(place, value, schema, port);
    place.issues.push(syntax(place, `is ${brief(value)}, expected ${wantedOne(port)}`));
    return undefined;
  }
  const selector = parseSelector(value);
  if (selector === null) {
    place.issues.push({
      ...syntax(place, `is ${brief(value)}, which is no selector`),
      class: schema?.safeParse(value).success ? "InvalidReferenceTargetError" : "WorkflowSyntaxError",
      hint: "selectors read $inputs.name or $steps.name.output; a text cannot begin with $",
    });
    return undefined;
  }
  if (port.only !== undefined && (selector.type === "input") !== (port.only === "inputs")) {
    const side = port.only === "inputs" ? "an input of the workflow" : "an output of a step";
    place.issues.push(syntax(place, `is ${brief(value)}, expected ${side}`));
    return undefined;
  }
  const connection: Connection = {
    property: place.property,
    key: place.key,
    text: value,
    selector,
    port,
    path: place.path,
  };
  (port.steps ? place.step.controls : place.step.connections).push(connection);
  return port.steps ? value : undefined;
}

function literal(place: Place, value: unknown, schema: z.ZodType, port: Port | undefined): unknown {
  // A schema of any value would let a missing one pass.
  if (value === undefined && schema._zod.optin === undefined) {
    place.issues.push(syntax(place, port ? `is missing; it takes ${wanted(port)}` : "is missing"));
    return undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (port?.form === "value" && port.literal === null) {
    place.issues.push(syntax(place, `is ${brief(value)}, expected ${wanted(port)}`));
    return undefined;
  }
  for (const { at, what } of valueFaults(parsed.error, value)) {
    place.issues.push({ ...syntax(place, `${what}${alternative(port)}`), path: `${place.path}${at}` });
  }
  return undefined;
}

function alternative(port: Port | undefined): string {
  if (port === undefined || port.kinds.length === 0) return "";
  return port.form === "value" ? ` (or ${wanted(port)})` : `: it takes ${wanted(port)}`;
}

function wanted(port: Port): string {
  if (port.form === "value") return wantedOne(port);
  return port.steps ? `a ${port.form} of steps such as $steps.name` : `a ${port.form} of selectors of ${kindsOf(port)}`;
}

function wantedOne(port: Port): string {
  return port.steps ? "a step such as $steps.name" : `a selector of ${kindsOf(port)}`;
}

function kindsOf(port: Port): string {
  return port.kinds.includes("*") ? "any kind" : port.kinds.join(" or ");
}

function syntax(place: Place, what: string): Issue {
  const key = place.key === null ? "" : `[${JSON.stringify(place.key)}]`;
  return {
    code: "COMPILE_STEP_PROPERTY",
    class: "WorkflowSyntaxError",
    path: place.path,
    message: `step "${place.step.name}" (${place.step.block.type}): "${place.property}"${key} ${what}`,
  };
}
