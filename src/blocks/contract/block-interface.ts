import { KIND_NAMES } from "../../kinds/kinds.ts";
import type { BlockManifest } from "./block.ts";
import type { Services } from "./services.ts";

/** What cannot be meant in the declaration of a block, each as the end of a sentence; `kinds` are those beside the core ones. */
export function blockFaults(block: Declared, kinds: ReadonlySet<string>): string[] {
  return [
    ...callFaults(block),
    ...nameFaults(block),
    ...kindFaults(block, kinds),
    ...offsetFaults(block),
    ...flowFaults(block),
  ];
}

type Declared = Omit<BlockManifest, "outputOffset"> & { outputOffset: number; run: unknown; runMany: unknown };

function callFaults({ run, runMany, needs, init = [] }: Declared): string[] {
  const faults: string[] = [];
  if (run === null && runMany === null) faults.push("has neither run nor runMany");
  if (run !== null && runMany !== null) faults.push("has both run and runMany, expected one of them");
  for (const need of needs as readonly string[]) {
    if (!SERVICES.includes(need)) faults.push(`needs "${need}", expected ${anyOf(SERVICES)}`);
  }
  if (init.some((name) => typeof name !== "string")) faults.push("has an initialisation parameter that is no name");
  return faults;
}

const SERVICE_NAMES: Readonly<Record<keyof Services, true>> = {
  models: true,
  pixels: true,
  kernels: true,
  http: true,
  files: true,
  fonts: true,
  mail: true,
  mqtt: true,
  language: true,
  cloud: true,
  background: true,
  environment: true,
  time: true,
  ids: true,
};
const SERVICES = Object.keys(SERVICE_NAMES);

function anyOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** Lists of properties name properties that data can be connected to. */
function nameFaults({ ports, batches, batchesOrScalars, autoBatch, offsets, reference }: Declared): string[] {
  const lists = { batches, batchesOrScalars, autoBatch, offsets: Object.keys(offsets), reference: [reference] };
  const unknown = Object.entries(lists).flatMap(([list, names]) => {
    const wrong = names.filter((name) => name !== null && !takesData(ports, name));
    return wrong.map((name) => `names "${name}" in "${list}", which is no property that takes selectors of data`);
  });
  const taking = [...batches, ...batchesOrScalars, ...autoBatch];
  if (reference === null || taking.length === 0 || taking.includes(reference) || !takesData(ports, reference)) {
    return unknown;
  }
  return [...unknown, `has the reference "${reference}", which is no property that takes batches`];
}

function takesData(ports: Declared["ports"], name: string): boolean {
  return Object.hasOwn(ports, name) && ports[name]?.steps === false;
}

function kindFaults({ ports, outputs }: Declared, kinds: ReadonlySet<string>): string[] {
  const unknown = (names: readonly string[]) => names.filter((name) => !CORE_KINDS.has(name) && !kinds.has(name));
  const taken = Object.entries(ports).flatMap(([name, port]) =>
    unknown(port.kinds).map((kind) => `has a property "${name}" of the unknown kind "${kind}"`),
  );
  const given = Object.entries(outputs).flatMap(([name, list]) =>
    unknown(list).map((kind) => `has an output "${name}" of the unknown kind "${kind}"`),
  );
  return [...taken, ...given];
}

const CORE_KINDS: ReadonlySet<string> = new Set(KIND_NAMES);

/** Offsets are 0 or 1, some property has 0; where they differ, the outputs follow a reference and stay on its level. */
function offsetFaults({ ports, offsets, reference, outputOffset }: Declared): string[] {
  const faults: string[] = [];
  if (![-1, 0, 1].includes(outputOffset)) faults.push(`has the output offset ${outputOffset}, expected -1, 0 or 1`);
  const given = Object.entries(offsets);
  for (const [name, offset] of given) {
    if (offset !== 0 && offset !== 1) faults.push(`has the offset ${offset} for "${name}", expected 0 or 1`);
  }
  if (given.length === 0) return faults;
  const all = Object.keys(ports)
    .filter((name) => takesData(ports, name))
    .map((name) => offsets[name] ?? 0);
  if (all.every((offset) => offset !== 0)) faults.push("has no property of offset 0");
  if (new Set(all).size <= 1) return faults;
  if (reference === null) faults.push("has properties of different offsets, so one of them must be the reference");
  if (outputOffset !== 0) faults.push("has properties of different offsets, so its outputs take no offset");
  return faults;
}

function flowFaults({ flow, ports, outputs }: Declared): string[] {
  const faults: string[] = [];
  const decides = Object.values(ports).some(({ steps }) => steps);
  if (flow && !decides) faults.push("controls the flow, but has no property that names steps");
  if (!flow && decides) faults.push('has a property that names steps, so it must say "flow: true"');
  if (flow && Object.keys(outputs).length > 0) faults.push("controls the flow, so it has no outputs");
  return faults;
}
