import type { Issue } from "../../src/base/issue.ts";
import { issuesOf, type OpenOptions } from "./open-plan.ts";

/** Every field of the issues of each document, as text for an inline snapshot. */
export function tell(documents: Readonly<Record<string, unknown>>, options: OpenOptions = {}): string {
  const told = Object.entries(documents).map(([title, document]) => {
    return [title, ...issuesOf(document, options).map(lines)].join("\n");
  });
  return `\n${told.join("\n\n")}\n`;
}

function lines({ class: errorClass, code, path, message, hint }: Issue): string {
  const text = `  ${errorClass} ${code} at ${path || "the document"}\n    ${message}`;
  return hint === undefined ? text : `${text}\n    hint: ${hint}`;
}
