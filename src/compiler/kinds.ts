import type { Issue } from "../base/issue.ts";
import type { Source, Sources } from "./references.ts";
import type { ParsedStep } from "./steps.ts";

/** Pass 3: the kinds of a property and of its selector must intersect; `*` meets everything. */
export function checkKinds(steps: readonly ParsedStep[], sources: Sources, issues: Issue[]): void {
  for (const step of steps) {
    for (const connection of step.connections) {
      const source = sources.get(connection);
      if (source === undefined) continue;
      const brought = kindsOf(source);
      if (meet(connection.port.kinds, brought)) continue;
      issues.push({
        code: "COMPILE_KIND_MISMATCH",
        class: "ReferenceTypeError",
        path: connection.path,
        message:
          `step "${step.name}": "${connection.property}" takes ${connection.port.kinds.join(" or ")}, ` +
          `but ${connection.text} is ${brought.join(" or ")}`,
      });
    }
  }
}

/** Kinds of a source. */
export function kindsOf(source: Source): readonly string[] {
  return source.type === "input" ? source.input.kind : (source.step.outputs[source.output] ?? []);
}

function meet(taken: readonly string[], brought: readonly string[]): boolean {
  return taken.includes("*") || brought.includes("*") || taken.some((kind) => brought.includes(kind));
}
