import { type Issue, pointer } from "../base/issue.ts";
import type { Definition, StepDefinition } from "../definition/document.ts";
import { unknownKeyIssue } from "../definition/unknown-key-issue.ts";
import { unknownKeys } from "../definition/unknown-keys.ts";
import type { ParsedStep } from "./steps.ts";

const ALWAYS = ["type", "name", "step_options"];

/** What a step says without effect: properties that its block does not have, at any depth. */
export function stepWarnings(written: StepDefinition, { block, name, path }: ParsedStep): Issue[] {
  const owner = `step "${name}" (${block.type})`;
  const synonyms = new Map(
    Object.entries(block.synonyms).flatMap(([own, others]) => others.map((other) => [other, own])),
  );
  const known = [...Object.keys(block.schema.shape).filter((key) => !ALWAYS.includes(key)), ...synonyms.keys()];
  return Object.entries(written).flatMap(([key, value]): Issue[] => {
    if (ALWAYS.includes(key)) return [];
    const at = `${path}${pointer([key])}`;
    if (!known.includes(key)) return [unknownKeyIssue({ path: at, name: key, known, owner })];
    const field = block.schema.shape[synonyms.get(key) ?? key];
    if (field === undefined) return [];
    return unknownKeys(field, value).map((found) => {
      return unknownKeyIssue({ ...found, path: `${at}${pointer(found.path)}`, name: String(found.path.at(-1)), owner });
    });
  });
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
