import fc from "fast-check";
import type { OracleDocument } from "./oracle.ts";

type Entry = Record<string, unknown>;

export interface Scenario {
  document: OracleDocument & { version: string };
  inputs: Entry;
  size: number;
}

interface Source {
  selector: string;
  /** Names of the steps that opened the levels, as far as the generator follows them. */
  lineage: readonly string[];
}

interface Choice {
  kind: keyof typeof MAKERS;
  picks: readonly number[];
  gates: readonly number[];
  literal: unknown;
  /** Takes whatever comes instead of what fits. */
  isWild: boolean;
}

/** Definitions whose steps fit together for the most part, and inputs for them. */
export function scenarios(): fc.Arbitrary<Scenario> {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.nat(3) as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.constantFrom(null, "text", false) },
  );
  const inputs = fc.nat(3).chain((more) => {
    const size = more + 1;
    const batch = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: size, maxLength: size });
    return fc.record({
      size: fc.constant(size),
      inputs: fc.record({
        x: batch(value),
        y: batch(value),
        z: batch(fc.option(fc.array(value, { maxLength: 3 }), { freq: 6 })),
        p: value,
        q: fc.constantFrom(2, null),
      }),
    });
  });
  const steps = fc.array(choices(value), { minLength: 1, maxLength: 16, size: "+1" });
  return fc.record({ given: inputs, steps }).map(({ given, steps }) => ({ ...given, document: documentOf(steps) }));
}

function choices(literal: fc.Arbitrary<unknown>): fc.Arbitrary<Choice> {
  return fc.record({
    kind: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...(Object.keys(MAKERS) as (keyof typeof MAKERS)[])) },
      { weight: 1, arbitrary: fc.constantFrom("sometimes" as const, "explode" as const) },
    ),
    picks: fc.array(fc.nat(999), { minLength: 3, maxLength: 3 }),
    gates: fc.array(fc.nat(999), { maxLength: 3 }),
    literal,
    isWild: fc.nat(19).map((n) => n === 19),
  });
}

const INPUTS = [
  { type: "WorkflowBatchInput", name: "x" },
  { type: "WorkflowBatchInput", name: "y" },
  { type: "WorkflowBatchInput", name: "z", dimensionality: 2 },
  { type: "WorkflowParameter", name: "p" },
  { type: "WorkflowParameter", name: "q" },
];

const DEEPEST = 4;

/** The growing document: picks are taken modulo what there is. */
class Draft {
  readonly steps: Entry[] = [];
  readonly sources: Source[] = [
    { selector: "$inputs.x", lineage: ["root"] },
    { selector: "$inputs.y", lineage: ["root"] },
    { selector: "$inputs.z", lineage: ["root", "z"] },
    { selector: "$inputs.p", lineage: [] },
    { selector: "$inputs.q", lineage: [] },
  ];
  readonly flows: { step: Entry; targets: string[]; lineage: readonly string[] }[] = [];
  choice!: Choice;

  get name(): string {
    return `s${this.steps.length}`;
  }

  pick(n: number, fits: (source: Source) => boolean): Source {
    const candidates = this.choice.isWild ? this.sources : this.sources.filter(fits);
    const list = candidates.length > 0 ? candidates : this.sources;
    return list[(this.choice.picks[n] ?? 0) % list.length] as Source;
  }

  /** Something that can stand beside a source: of its own batch, or a single value. */
  beside(n: number, { lineage }: Source): Source {
    return this.pick(n, (source) => source.lineage.length === 0 || same(source.lineage, lineage));
  }

  /** Adds a step under gates that fit, and its outputs. */
  add(
    step: Entry,
    data: readonly Source[],
    levels: { up?: boolean; down?: boolean; own?: readonly string[] } = {},
  ): void {
    const { name } = this;
    const longest = data.reduce<readonly string[]>((a, { lineage }) => (lineage.length > a.length ? lineage : a), []);
    const gates = this.gatesFor(longest);
    for (const gate of gates) gate.targets.push(`$steps.${name}`);
    const control = gates.reduce<readonly string[]>((a, { lineage }) => (lineage.length > a.length ? lineage : a), []);
    const own = levels.own ?? (longest.length > 0 ? longest : control);
    const lineage = levels.up ? own.slice(0, -1) : levels.down ? [...own, name] : own;
    this.steps.push({ ...step, name });
    if (step["next_steps"] !== undefined) {
      this.flows.push({ step: this.steps.at(-1) as Entry, targets: step["next_steps"] as string[], lineage });
      return;
    }
    this.sources.push({
      selector: `$steps.${name}.${step["type"] === COLLAPSE ? "output" : (OUTPUTS[step["type"] as string] ?? "out")}`,
      lineage,
    });
  }

  private gatesFor(lineage: readonly string[]) {
    const fitting = this.flows.filter((flow) => {
      if (this.choice.isWild) return true;
      return lineage.length === 0 || startsWith(lineage, flow.lineage);
    });
    return [...new Set(this.choice.gates.map((n) => fitting[n % fitting.length]))].flatMap((flow) => flow ?? []);
  }
}

const COLLAPSE = "roboflow_core/dimension_collapse@v1";
const OUTPUTS: Readonly<Record<string, string>> = { add: "sum" };

const anything = () => true;
const shallow = ({ lineage }: Source) => lineage.length < DEEPEST;
const nested = ({ lineage }: Source) => lineage.length > 0;
const one = (type: string) => (draft: Draft) => {
  const a = draft.pick(0, anything);
  draft.add({ type, value: a.selector }, [a]);
};
const two = (make: (a: string, b: string) => Entry) => (draft: Draft) => {
  const a = draft.pick(0, anything);
  const b = draft.beside(1, a);
  draft.add(make(a.selector, b.selector), [a, b]);
};
const up = (make: (a: string) => Entry) => (draft: Draft) => {
  const a = draft.pick(0, nested);
  draft.add(make(a.selector), [a], { up: true });
};
const pair = (type: string, isLower: boolean) => (draft: Draft) => {
  const children = draft.pick(0, nested);
  const parent = draft.pick(1, ({ lineage }) => same(lineage, children.lineage.slice(0, -1)));
  const beside = draft.pick(2, ({ lineage }) => same(lineage, children.lineage));
  const step = { type, parent: parent.selector, children: children.selector };
  const own = isLower ? children.lineage.slice(0, -1) : children.lineage;
  if (isLower) draft.add(step, [parent, children], { own });
  else draft.add({ ...step, beside: [beside.selector] }, [parent, children, beside], { own });
};

const MAKERS = {
  identity: one("identity"),
  literal: (draft: Draft) => draft.add({ type: "identity", value: draft.choice.literal }, []),
  keep: (draft: Draft) => {
    const a = draft.pick(0, anything);
    draft.add({ type: "keep", value: a.selector, of: [1, 3, "1-0", "2-1", "3-0", "3-2"] }, [a]);
  },
  explode: (draft: Draft) => {
    const a = draft.pick(0, shallow);
    draft.add({ type: "explode", value: a.selector }, [a], { down: true });
  },
  explodeLiteral: (draft: Draft) => draft.add({ type: "explode", value: draft.choice.literal }, [], { down: true }),
  collapse: up((value) => ({ type: "collapse", value })),
  collapseWithEmpty: up((value) => ({ type: "collapse_with_empty", value })),
  castingCollapse: (draft: Draft) => {
    const a = draft.pick(0, anything);
    draft.add({ type: COLLAPSE, data: a.selector }, [a], { up: true });
  },
  collapseTogether: (draft: Draft) => {
    const a = draft.pick(0, nested);
    const b = draft.beside(1, a);
    draft.add({ type: "collapse_together", a: a.selector, b: b.selector }, [a, b], { up: true });
  },
  add: two((a, b) => ({ type: "add", a, b })),
  list: two((a, b) => ({ type: "list", values: [a, b] })),
  record: two((a, b) => ({ type: "record", values: { a, b, literal: 7 } })),
  join: two((a, b) => ({ type: "first_non_empty", values: [a, b] })),
  together: two((a, b) => ({ type: "together", a, b })),
  togetherWithFactor: (draft: Draft) => {
    const a = draft.pick(0, anything);
    const factor = draft.pick(1, ({ lineage }) => lineage.length === 0);
    draft.add({ type: "together", a: a.selector, b: draft.choice.literal, factor: factor.selector }, [a, factor]);
  },
  sometimes: (draft: Draft) => {
    const a = draft.pick(0, anything);
    draft.add({ type: "sometimes", value: a.selector, next_steps: [] }, [a]);
  },
  withChildren: pair("with_children", true),
  toChildren: pair("to_children", false),
} satisfies Record<string, (draft: Draft) => void>;

function documentOf(list: readonly Choice[]): Scenario["document"] {
  const draft = new Draft();
  for (const choice of list) {
    draft.choice = choice;
    MAKERS[choice.kind](draft);
  }
  const shown = [
    ...draft.sources.map(({ selector }) => selector),
    ...draft.steps.filter(({ next_steps }) => next_steps === undefined).map(({ name }) => `$steps.${name}.*`),
  ];
  const outputs = shown.map((selector, i) => ({ type: "JsonField", name: `o${i}`, selector }));
  return { version: "1.0", inputs: INPUTS, steps: draft.steps, outputs };
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

function startsWith(longer: readonly string[], shorter: readonly string[]): boolean {
  return shorter.every((id, i) => id === longer[i]);
}
