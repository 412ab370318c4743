/** One fault in something a user wrote: a definition, a config file, a flag. Passes return lists of these. */
export interface Issue {
  /** Stable code, area first: `COMPILE_UNKNOWN_STEP`. */
  code: string;
  /** JSON pointer into the document or config, `""` for the whole. */
  path: string;
  /** What is wrong, what was found, what was expected. */
  message: string;
  /** Its place in a file; both count from 1. */
  line?: number;
  /** Column in that line, from 1. */
  column?: number;
  /** Lines of the text at the fault: of the file, or of the code in it. */
  excerpt?: string;
  /** What to do about it, when known. */
  hint?: string;
  /** Error class of the reference implementation, for definitions. */
  class?: string;
}

export function formatIssue(issue: Issue, file?: string): string {
  const excerpt = issue.excerpt ? `\n${indented(issue.excerpt)}` : "";
  const hint = issue.hint ? `\n    hint: ${issue.hint}` : "";
  return `${sentenceOf(issue, file)} [${issue.code}]${excerpt}${hint}`;
}

/** Where and what, on one line: "flow.json:3:12 /steps/0/type: …". */
export function sentenceOf({ path, message, line, column }: Issue, file?: string): string {
  const place = line === undefined ? "" : `${file === undefined ? "line " : ":"}${line}:${column}`;
  const where = [`${file ?? ""}${place}`, path].filter(Boolean).join(" ");
  return `${where ? `${where}: ` : ""}${message}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

/** JSON pointer (RFC 6901) of a path of keys. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
