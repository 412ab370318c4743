import type { Issue } from "../base/issue.ts";
import { suggest } from "../base/suggest.ts";

interface UnknownKeyPlace {
  /** JSON pointer to the key. */
  path: string;
  name: string;
  known: readonly string[];
  /** Begins the sentence. */
  owner: string;
}

const MOST_NAMED = 24;

/** A key that the language passes over; most likely something else was meant. */
export function unknownKeyIssue({ path, name, known, owner }: UnknownKeyPlace): Issue {
  const hint = suggest(name, known) ?? longer(name, known) ?? listed(known);
  return {
    code: "DEFINITION_UNKNOWN_KEY",
    class: "WorkflowSyntaxError",
    path,
    message: `${owner} has "${name}", which is not known and has no effect`,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Names that have the word in them. */
function longer(word: string, known: readonly string[]): string | undefined {
  const found = known.filter((name) => name.includes(word));
  return found.length === 0 ? undefined : `did you mean ${found.map((name) => `"${name}"`).join(" or ")}?`;
}

function listed(known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const more = known.length > MOST_NAMED ? ", …" : "";
  return `known here are ${known.slice(0, MOST_NAMED).join(", ")}${more}`;
}
