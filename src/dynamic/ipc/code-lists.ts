import type { BlockCode } from "../../blocks/contract/code.ts";

/** Of the plan of a step, how values reach its block. */
export interface CodeStep {
  level: number;
  outputLevel: number;
  simd: boolean;
  literals: Readonly<Record<string, unknown>>;
  bindings: readonly { property: string; reach: "scalar" | "element" | "children" | "repeated" }[];
}

/** Which inputs of a step are lists for its code; it depends on what is connected to them. */
export interface StepLists {
  /** With a value for each element of a call; none where the code is called for one element after the other. */
  outer: readonly string[];
  /** Inputs whose value for one element is the list of values one level deeper. */
  nested: readonly string[];
}

export function listsOf(
  { batches }: Pick<BlockCode, "batches">,
  { simd, literals, bindings }: Pick<CodeStep, "simd" | "literals" | "bindings">,
): StepLists {
  const isNested = ({ reach }: CodeStep["bindings"][number]) => reach === "children" || reach === "repeated";
  const nested = namesOf(bindings.filter(isNested));
  if (batches === null) return { outer: [], nested };
  const { always, connected, enforced } = batches;
  const isOuter = ({ property, reach }: CodeStep["bindings"][number]) =>
    reach !== "scalar" || connected.includes(property) || (simd && enforced.includes(property));
  const given = always.filter(
    (name) => Object.hasOwn(literals, name) || bindings.some(({ property }) => property === name),
  );
  return { outer: [...new Set([...given, ...namesOf(bindings.filter(isOuter))])], nested };
}

/** Whether code wants to know the places of its elements, or of which run they are. */
export function isPlaced({ language, mode, source }: BlockCode, { outer, nested }: StepLists): boolean {
  if (language !== "python" && mode !== "isolated") return false;
  return outer.length + nested.length > 0 || source.includes("get_workflow_context");
}

/** The elements of a batch as a list, with the place of each: its index in every level, from the outside in. */
export class ElementList {
  readonly items: readonly unknown[];
  readonly indices: readonly (readonly number[])[];

  constructor(items: readonly unknown[], indices: readonly (readonly number[])[]) {
    this.items = items;
    this.indices = indices;
  }
}

function namesOf(bindings: CodeStep["bindings"]): string[] {
  return [...new Set(bindings.map(({ property }) => property))];
}
