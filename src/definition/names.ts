import type { Issue } from "../base/issue.ts";
import type { Definition } from "./document.ts";

/** Names are unique within inputs, within steps and within outputs. `at` points to the definition in its document. */
export function checkNames(definition: Definition, issues: Issue[], at = ""): void {
  for (const section of ["inputs", "steps", "outputs"] as const) {
    const seen = new Map<string, number>();
    definition[section].forEach(({ name }, index) => {
      const first = seen.get(name);
      if (first === undefined) {
        seen.set(name, index);
        return;
      }
      issues.push({
        code: "COMPILE_DUPLICATE_NAME",
        class: "DuplicatedNameError",
        path: `${at}/${section}/${index}/name`,
        message: `the name "${name}" is already used by ${at}/${section}/${first}`,
      });
    });
  }
}
