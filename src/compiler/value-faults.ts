import type { z } from "zod";
import { pointer } from "../base/issue.ts";
import { brief } from "../definition/brief.ts";

/** Schema violations of a value: the JSON pointer of each, what was found and what was expected. */
export function valueFaults(error: z.ZodError, value: unknown): { at: string; what: string }[] {
  return error.issues.flatMap(innermost).map((issue) => ({ at: pointer(issue.path), what: sentence(issue, value) }));
}

/** Of a union, the alternative that came furthest tells the user most. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const deepest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0];
  if (deepest === undefined || depth(deepest) === 0) return [issue];
  return deepest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })).flatMap(innermost);
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function sentence(issue: z.core.$ZodIssue, value: unknown): string {
  const found = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], value);
  const where = issue.path.length > 0 ? ` at ${pointer(issue.path)}` : "";
  const message = issue.message.replace(/^[A-Z][a-z ]+: (?=expected)/, "").replace(/, received \w+$/, "");
  if (found === undefined && message.startsWith("expected")) return `has nothing${where}, ${message}`;
  if (message.startsWith("expected")) return `is ${brief(found)}${where}, ${message}`;
  return `is ${brief(found)}${where}: ${message === "Invalid input" ? "it fits none of the forms" : message}`;
}
