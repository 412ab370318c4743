/** One fault in something a user wrote: a definition, a config file, a flag. Passes return lists of these. */
export interface Issue {
  /** Stable code, area first: `COMPILE_UNKNOWN_STEP`. */
  code: string;
  /** JSON pointer into the document or config, `""` for the whole. */
  path: string;
  /** What is wrong, what was found, what was expected. */
  message: string;
  /** Lines of the text around the fault, where a text of code is at fault. */
  excerpt?: string;
  /** What to do about it, when known. */
  hint?: string;
  /** Error class of the reference implementation, for definitions. */
  class?: string;
}

export function formatIssue(issue: Issue, file?: string): string {
  const where = [file, issue.path].filter(Boolean).join(" ");
  const excerpt = issue.excerpt ? `\n${indented(issue.excerpt)}` : "";
  const hint = issue.hint ? `\n    hint: ${issue.hint}` : "";
  return `${where ? `${where}: ` : ""}${issue.message} [${issue.code}]${excerpt}${hint}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** JSON pointer (RFC 6901) of a path of keys. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
