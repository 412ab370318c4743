import type { Issue } from "../../base/issue.ts";
import { excerpt } from "../../dynamic/report/excerpt.ts";

/** An issue with the place of an offset in the text it is about; code shows lines of its own. */
export function placedAt(issue: Issue, text: string, offset: number): Issue {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n");
  return { ...issue, line, column, excerpt: issue.excerpt ?? excerpt(text, { line, column }, 0) };
}
