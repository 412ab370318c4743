import type { Issue } from "../base/issue.ts";
import { suggest } from "../base/suggest.ts";
import { brief } from "../definition/brief.ts";
import type { StepDefinition } from "../definition/document.ts";
import { looksLikeSelector, parseSelector, type Selector } from "../definition/selector.ts";
import { type Bindings, bindingPath } from "./bindings.ts";
import { type Level, report, type Site, STRUCTURE } from "./site.ts";

/** A nested workflow whose own nested ones are inlined already. */
export interface Child {
  site: Site;
  bindings: Bindings;
  steps: readonly StepDefinition[];
  /** Selectors in the child's own names, or literals. */
  outputs: ReadonlyMap<string, unknown>;
  /** New names of its steps. */
  names: ReadonlyMap<string, string>;
}

/** Where a selector is written. */
export interface Place {
  path: string;
  /** `step "name"` or `output "name"`, for messages. */
  owner: string;
  /** Error class of an output that a step does not have. */
  missing: "ExecutionGraphStructureError" | "InvalidReferenceTargetError";
}

const STRUCTURAL = "ExecutionGraphStructureError";

/** The names of one workflow, some of whose steps are nested workflows. */
export class Scope {
  readonly #level: Level;
  readonly #children: ReadonlyMap<string, Child>;
  readonly #issues: Issue[];
  readonly #names: { readonly input: ReadonlySet<string>; readonly step: ReadonlySet<string> };
  readonly #bound = new Map<string, unknown>();
  readonly #pending = new Set<string>();

  constructor(level: Level, children: ReadonlyMap<string, Child>, issues: Issue[]) {
    this.#level = level;
    this.#children = children;
    this.#issues = issues;
    const { inputs, steps } = level.definition;
    this.#names = { input: new Set(inputs.map(({ name }) => name)), step: new Set(steps.map(({ name }) => name)) };
  }

  /**
   * What a selector of this workflow reads without nested workflows: another selector, or a literal default. In a
   * nested workflow it must name something of that workflow; the compiler checks names of the root.
   */
  resolve(text: string, place: Place): unknown {
    return this.#resolve(text, place, this.#level.depth > 0);
  }

  /** The same for what a nested workflow wrote in its own names. */
  translate(child: Child, value: unknown): unknown {
    const selector = looksLikeSelector(value) ? parseSelector(value) : null;
    if (selector === null) return value;
    if (selector.type === "input") return this.bound(child, selector.name);
    const rename = (name: string) => `$steps.${child.names.get(name) ?? name}`;
    return selector.type === "step" ? rename(selector.name) : `${rename(selector.step)}.${selector.output}`;
  }

  /** What an input of a nested workflow is bound to; its faults are reported once. */
  bound(child: Child, input: string): unknown {
    const value = child.bindings.get(input);
    if (!looksLikeSelector(value)) return value;
    const { step, path } = child.site;
    const key = `${step.name}.${input}`;
    if (this.#bound.has(key)) return this.#bound.get(key);
    if (this.#pending.has(key)) return this.#reportCircle(child, key, bindingPath(input));
    this.#pending.add(key);
    const place = { path: `${path}${bindingPath(input)}`, owner: `step "${step.name}"`, missing: STRUCTURAL } as const;
    const found = this.#isData(value, place) ? this.#resolve(value, place, true) : value;
    this.#pending.delete(key);
    this.#bound.set(key, found);
    return found;
  }

  #resolve(text: string, place: Place, isStrict: boolean): unknown {
    const selector = parseSelector(text);
    if (selector === null || (isStrict && !this.#exists(selector, text, place))) return text;
    const child = selector.type === "output" ? this.#children.get(selector.step) : undefined;
    if (selector.type !== "output" || child === undefined) return text;
    if (child.outputs.has(selector.output)) return this.translate(child, child.outputs.get(selector.output));
    const [what, hint] = missingOutput(selector.output, child);
    this.#fault(place, { code: "INNER_WORKFLOW_OUTPUT", class: place.missing, what: `${text} ${what}`, hint });
    return text;
  }

  #isData(text: string, place: Place): boolean {
    const selector = parseSelector(text);
    if (selector !== null && selector.type !== "step") return true;
    const fault =
      selector === null
        ? { code: "COMPILE_STEP_PROPERTY", class: "WorkflowSyntaxError", what: `${brief(text)} is no selector` }
        : { code: "COMPILE_STEP_AS_DATA", class: STRUCTURAL, what: `${text} is a step, where data is expected` };
    this.#fault(place, { ...fault, hint: "write $inputs.name or $steps.name.output" });
    return false;
  }

  #exists(selector: Selector, text: string, place: Place): boolean {
    const kind = selector.type === "input" ? "input" : "step";
    const name = selector.type === "output" ? selector.step : selector.name;
    const known = this.#names[kind];
    if (known.has(name)) return true;
    const near = this.#issues.length < 20 && name.length <= 100 ? suggest(name, known) : undefined;
    this.#fault(place, {
      code: kind === "input" ? "COMPILE_UNKNOWN_INPUT" : "COMPILE_UNKNOWN_STEP",
      class: "InvalidReferenceTargetError",
      what: `${text} names ${kind === "input" ? "an input" : "a step"} that does not exist`,
      hint: near ?? (this.#level.depth > 0 ? "a nested workflow sees its own inputs and steps only" : undefined),
    });
    return false;
  }

  #fault(
    { path, owner }: Place,
    fault: { code: string; class: string; what: string; hint?: string | undefined },
  ): void {
    const { what, hint, ...rest } = fault;
    this.#issues.push({ ...rest, path, message: `${owner}: ${what}`, ...(hint === undefined ? {} : { hint }) });
  }

  #reportCircle(child: Child, key: string, at: string): null {
    const walk = [...this.#pending];
    const circle = [...walk.slice(walk.indexOf(key)), key].join(" <- ");
    const what = `inputs of nested workflows that go straight to outputs are bound in a circle: ${circle}`;
    return report(child.site, { ...STRUCTURE, what, at });
  }
}

function missingOutput(output: string, { outputs }: Child): [what: string, hint: string] {
  const known = [...outputs.keys()];
  const hint = known.length === 0 ? "it has no outputs" : `its outputs are ${known.join(", ")}`;
  if (output !== "*") return ["names an output that the nested workflow does not have", hint];
  return ["asks for all outputs of a nested workflow, which are taken one by one", hint];
}
