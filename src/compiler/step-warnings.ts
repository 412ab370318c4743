import { type Issue, pointer } from "../base/issue.ts";
import type { Definition, StepDefinition } from "../definition/document.ts";
import { unknownKeyIssue } from "../definition/unknown-key-issue.ts";
import { type UnknownKey, unknownKeys } from "../definition/unknown-keys.ts";
import type { ParsedStep } from "./steps.ts";

const ALWAYS = ["type", "name", "step_options"];

/** What a step says without effect: properties that its block does not have, at any depth. */
export function stepWarnings(written: StepDefinition, { block, name, path }: ParsedStep): Issue[] {
  const { shape } = block.schema;
  const synonyms = synonymsOf(block);
  const owner = `step "${name}" (${block.type})`;
  const issue = (found: UnknownKey) => {
    return unknownKeyIssue({ ...found, path: `${path}${pointer(found.path)}`, name: String(found.path.at(-1)), owner });
  };
  const warnings: Issue[] = [];
  for (const [key, value] of Object.entries(written)) {
    if (ALWAYS.includes(key)) continue;
    const own = synonyms.get(key) ?? key;
    const field = Object.hasOwn(shape, own) ? shape[own] : undefined;
    if (field === undefined) {
      const known = [...Object.keys(shape).filter((property) => !ALWAYS.includes(property)), ...synonyms.keys()];
      warnings.push(issue({ path: [key], known }));
    } else if (typeof value === "object") {
      warnings.push(...unknownKeys(field, value).map((found) => issue({ ...found, path: [key, ...found.path] })));
    }
  }
  return warnings;
}

/** Names of properties by their synonyms. */
function synonymsOf({ synonyms }: ParsedStep["block"]): ReadonlyMap<string, string> {
  return new Map(Object.entries(synonyms).flatMap(([own, others]) => others.map((other) => [other, own])));
}

/** What was begun and left empty. */
export function emptyWarnings({ outputs }: Definition, steps: readonly ParsedStep[]): Issue[] {
  const idle = steps.filter(({ block, controls }) => block.flow && controls.length === 0);
  const silent = outputs.length === 0 && !steps.some(({ block }) => block.sink);
  return [
    ...idle.map(({ name, block, path }): Issue => {
      const message = `step "${name}" (${block.type}) names no step that it would let run, so it decides nothing`;
      return { code: "COMPILE_NO_EFFECT", class: "ControlFlowDefinitionError", path, message };
    }),
    ...(silent ? [SILENT] : []),
  ];
}

const SILENT: Issue = {
  code: "COMPILE_NO_EFFECT",
  class: "WorkflowDefinitionError",
  path: "/outputs",
  message: "the definition has no outputs, so nothing of what its steps find is shown",
};
