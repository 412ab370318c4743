import { createHash } from "node:crypto";
import type { Issue } from "../../base/issue.ts";
import { pointer } from "../../base/issue.ts";

const ID = /^[a-z0-9_-]{1,64}$/;

/** Letters that Unicode decomposition does not change. */
const SPELLED = new Map(Object.entries({ ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" }));

/** Whether a text can be one level of a topic: `[a-z0-9_-]{1,64}`. */
export function isTopicId(text: string): boolean {
  return ID.test(text);
}

/** One level of a topic for a name ("Gate (north)" becomes `gate-north`), or why there is none; `path` is where the name was written. */
export function topicId(name: string, path: string): string | Issue {
  const plain = spellOut(name);
  const lost = /[\p{L}\p{N}]/u.exec(plain.replaceAll(/[a-z0-9]/g, ""))?.[0];
  if (lost !== undefined) return issue(name, path, `it has "${lost}", which has no spelling in a-z and 0-9`);
  const id = plain.replaceAll(/[^a-z0-9_-]+/g, "-").replaceAll(/^-+|-+$/g, "");
  if (id === "") return issue(name, path, "it has no letter or digit");
  if (id.length > 64) return issue(name, path, `it has ${id.length} characters, at most 64 fit`);
  return id;
}

/** The ids of several names of one sort (all cameras, all workflows), with an issue for each name without one or with another's. */
export function topicIds(names: readonly string[], path: readonly PropertyKey[]) {
  const ids = new Map<string, string>();
  const owners = new Map<string, string>();
  const issues: Issue[] = [];
  for (const name of names) {
    const at = pointer([...path, name]);
    const id = topicId(name, at);
    if (typeof id !== "string") {
      issues.push(id);
      continue;
    }
    const owner = owners.get(id);
    if (owner !== undefined) issues.push(shared(name, owner, { id, path: at }));
    owners.set(id, name);
    ids.set(name, id);
  }
  return { ids, issues };
}

/**
 * Levels of topics for names that users and models give, such as zones and classes: spelled as ids where they can be, else
 * by their hash. The first of two names that are spelled alike has the spelling.
 */
export class TopicLevels {
  readonly #levels = new Map<string, string>();
  readonly #taken: Map<string, string>;

  /** `reserved` are words of ours on the same level. */
  constructor(reserved: readonly string[] = []) {
    this.#taken = new Map(reserved.map((word) => [word, ""]));
  }

  of(name: string): string {
    const known = this.#levels.get(name);
    if (known !== undefined) return known;
    const spelled = topicId(name, "");
    const isFree = typeof spelled === "string" && !this.#taken.has(spelled);
    const level = isFree ? spelled : `x-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;
    this.#taken.set(level, name);
    this.#levels.set(name, level);
    return level;
  }
}

function spellOut(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return Array.from(plain, (letter) => SPELLED.get(letter) ?? letter).join("");
}

function issue(name: string, path: string, why: string): Issue {
  return {
    code: "PUBLISH_NAME_NOT_A_TOPIC",
    path,
    message: `the name "${name}" cannot be written in a topic: ${why}; expected something like "gate-north"`,
    hint: "use a name of a-z, 0-9, _ and -, at most 64 characters",
  };
}

function shared(name: string, owner: string, { id, path }: { id: string; path: string }): Issue {
  return {
    code: "PUBLISH_NAMES_SHARE_TOPIC",
    path,
    message: `the names "${owner}" and "${name}" would both publish as "${id}"; expected different ones`,
    hint: "rename one of them",
  };
}
