import { pointer } from "../base/issue.ts";
import type { InputDefinition } from "../definition/document.ts";
import { looksLikeSelector } from "../definition/selector.ts";
import { type Level, report, type Site, STRUCTURE } from "./site.ts";

/** The value of each input of a nested workflow: a selector of the parent, or a literal. */
export type Bindings = ReadonlyMap<string, unknown>;

/**
 * Every input with its binding, or with its default where it is a parameter that has one; null after a fault. Kinds
 * are not compared here, but where properties use the bound value, as in the reference.
 */
export function readBindings(site: Site, given: Readonly<Record<string, unknown>>, child: Level): Bindings | null {
  const { inputs } = child.definition;
  const names = inputs.map(({ name }) => name);
  const bindings = new Map(Object.entries(given));
  const unknown = [...bindings.keys()].filter((name) => !names.includes(name));
  const missing = inputs.filter((input) => !bindings.has(input.name) && defaultOf(input) === null);
  for (const name of unknown) reportUnknown(site, name, names);
  if (missing.length > 0) reportMissing(site, missing);
  let isClean = unknown.length + missing.length === 0;
  for (const [index, input] of inputs.entries()) {
    const isBound = bindings.has(input.name);
    const value = isBound ? bindings.get(input.name) : defaultOf(input);
    if (isBound && looksLikeSelector(value)) continue;
    bindings.set(input.name, value);
    if (!holdsSelector(value)) continue;
    const at = isBound ? bindingPath(input.name) : `/workflow_definition/inputs/${index}/default_value`;
    const what = `the ${isBound ? "binding" : "default"} of input "${input.name}" ${HIDDEN}`;
    report(site, { ...STRUCTURE, what, at });
    isClean = false;
  }
  return isClean ? bindings : null;
}

/** JSON pointer from the step to a binding. */
export function bindingPath(input: string): string {
  return pointer(["parameter_bindings", input]);
}

const HIDDEN = "holds a text that begins with $, which would be read as a selector where it is put";

function defaultOf(input: InputDefinition): unknown {
  return "default_value" in input ? input.default_value : null;
}

/** As deep as selectors are recognised. */
function holdsSelector(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return looksLikeSelector(value);
  return Object.values(value).some(looksLikeSelector);
}

function reportUnknown(site: Site, name: string, names: readonly string[]): void {
  report(site, {
    code: "INNER_WORKFLOW_UNKNOWN_INPUT",
    class: "InnerWorkflowParameterBindingsUnknownInputError",
    what: `"parameter_bindings" names "${name}", which is no input of the nested workflow`,
    at: bindingPath(name),
    hint: names.length === 0 ? "it has no inputs" : `its inputs are ${names.join(", ")}`,
  });
}

function reportMissing(site: Site, missing: readonly InputDefinition[]): void {
  report(site, {
    code: "INNER_WORKFLOW_MISSING_INPUT",
    class: "InnerWorkflowParameterBindingsMissingRequiredError",
    what: `"parameter_bindings" leaves out ${missing.map(({ name }) => `"${name}"`).join(", ")}`,
    at: "/parameter_bindings",
    hint: "only a parameter whose default is not null may be left out",
  });
}
