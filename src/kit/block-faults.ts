import { z } from "zod";
import { messageOf } from "../base/errors.ts";
import type { Block } from "../blocks/contract/block.ts";
import { KIND_NAMES } from "../kinds/kinds.ts";
import { literalsAndInputsDiffer, runExample, type Surroundings } from "./run-example.ts";
import { standInServices } from "./stand-in-services.ts";

/**
 * What is wrong with a block, as sentences; empty for one that keeps every rule. Looks at its declaration, and runs its example on two frames
 * of two cameras with every form of value that its ports take: outputs have to be those declared and of their kinds, inputs and earlier
 * outputs unchanged, failures errors with a code, and literals and selectors have to give the same.
 */
export async function blockFaults(block: Block, around: Surroundings = {}): Promise<string[]> {
  const faults = declarationFaults(block, Object.keys(around.plugin?.kinds ?? {}));
  if (block.unsupported !== null) return faults;
  try {
    const { wrong, failures } = await runExample(block, around);
    faults.push(...wrong);
    // What other services answer is not known here.
    const [first = []] = failures;
    const isHopeless = failures.every((failure) => failure.length > 0);
    if (!block.needs.includes("http") && isHopeless) faults.push(...first.map((text) => `its example fails: ${text}`));
    const differing = block.dynamicOutputs === null ? await literalsAndInputsDiffer(block, around) : null;
    if (differing !== null) faults.push(`gives other outputs where inputs bring its literals: ${differing}`);
  } catch (error) {
    faults.push(`its example does not compile: ${messageOf(error)}`);
  }
  return faults;
}

/** What is wrong with the declaration alone; `kinds` are those that the plugin brings. */
export function declarationFaults(block: Block, kinds: readonly string[] = []): string[] {
  return [
    ...namingFaults(block),
    ...kindFaults(block, kinds),
    ...callFaults(block),
    ...propertyFaults(block),
    ...outputFaults(block),
    ...exampleFaults(block),
  ];
}

function namingFaults({ type, summary }: Block): string[] {
  const faults: string[] = [];
  if (!/^[a-z_]+\/[a-z0-9_-]+@v\d+$/.test(type)) faults.push(`its type is "${type}", expected package/name@v1`);
  if (!/^[A-Z].*\.$/s.test(summary) || summary.length >= LONGEST_SUMMARY) {
    faults.push(`its summary is "${summary}", expected one or two sentences of less than ${LONGEST_SUMMARY} letters`);
  }
  return faults;
}

const LONGEST_SUMMARY = 200;

function kindFaults({ outputs, ports }: Block, own: readonly string[]): string[] {
  const known = new Set<string>([...KIND_NAMES, ...own]);
  const named = [
    ...Object.entries(outputs).map(([name, kinds]) => ({ what: `output "${name}"`, kinds })),
    ...Object.entries(ports).map(([name, { kinds }]) => ({ what: `property "${name}"`, kinds })),
  ];
  return named.flatMap(({ what, kinds }) =>
    kinds.filter((kind) => !known.has(kind)).map((kind) => `its ${what} is of the unknown kind "${kind}"`),
  );
}

function callFaults({ run, runMany, needs, unsupported }: Block): string[] {
  const services = Object.keys(standInServices().services);
  const unknown = needs.filter((name) => !services.includes(name)).map((name) => `needs the unknown service "${name}"`);
  const calls = [run, runMany].filter((call) => call !== null).length;
  const wanted = unsupported === null ? 1 : 0;
  return calls === wanted ? unknown : [...unknown, `has ${calls} of run and runMany, expected ${wanted}`];
}

function propertyFaults({ schema, ports, ...block }: Block): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const own = Object.keys(schema.shape).filter((name) => name !== "type" && name !== "name");
  const described = own.filter((name) => {
    const property = properties[name];
    return typeof property !== "object" || !/^\S.*\.$/s.test(property.description ?? "");
  });
  const { batches, batchesOrScalars, autoBatch, offsets, reference } = block;
  const named = [...batches, ...batchesOrScalars, ...autoBatch, ...Object.keys(offsets), reference ?? []].flat();
  return [
    ...described.map((name) => `its property "${name}" has no description that is a sentence`),
    ...named.filter((name) => ports[name] === undefined).map((name) => `speaks of "${name}", which takes no data`),
  ];
}

function outputFaults({ outputs, flow, sink, dynamicOutputs, ports }: Block): string[] {
  const count = Object.keys(outputs).length;
  const faults: string[] = [];
  if (flow && count > 0) faults.push("decides which steps run and has outputs");
  if (!flow && !sink && dynamicOutputs === null && count === 0) faults.push("has no outputs");
  if (Object.values(ports).some(({ steps }) => steps) !== flow) {
    faults.push(flow ? "decides which steps run and takes no steps" : "takes steps and is not declared as flow");
  }
  return faults;
}

function exampleFaults({ type, schema, example }: Block): string[] {
  const parsed = schema.safeParse({ type, name: "step", ...example });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `its example: ${path.join(".")}: ${message}`);
}
