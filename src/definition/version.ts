import type { Issue } from "../base/issue.ts";
import { brief } from "./brief.ts";

/** The language version this engine implements; it serves every definition of the same major up to it. */
const ENGINE_VERSION: readonly [number, number, number] = [1, 17, 0];

// PEP 440 without epochs; what follows the release number decides nothing here.
const VERSION = /^\s*v?(\d+(?:\.\d+)*)(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|post|rev|r|dev)\d*){0,3}\s*$/i;

/** What is wrong with the `version` of a document, or null; an absent or empty one is the parser's business. */
export function versionIssue(document: unknown): Issue | null {
  if (typeof document !== "object" || document === null || !("version" in document)) return null;
  const { version } = document;
  if (version === null || version === "") return null;
  const found = typeof version === "string" ? VERSION.exec(version) : null;
  if (found === null) {
    return {
      code: "DEFINITION_VERSION",
      class: "WorkflowDefinitionError",
      path: "/version",
      message: `"version" is ${brief(version)}, expected a text such as "1.0"`,
    };
  }
  const release = found[1]?.split(".").map(Number) ?? [];
  return isServed(release) ? null : notServed(String(version));
}

/** Of the same major, and not newer than the engine. */
function isServed(release: readonly number[]): boolean {
  if (release[0] !== ENGINE_VERSION[0]) return false;
  const differs = release.findIndex((part, i) => part !== (ENGINE_VERSION[i] ?? 0));
  return differs < 0 || (release[differs] ?? 0) < (ENGINE_VERSION[differs] ?? 0);
}

function notServed(version: string): Issue {
  return {
    code: "DEFINITION_VERSION_UNSUPPORTED",
    class: "NotSupportedExecutionEngineError",
    path: "/version",
    message: `version "${version}" is not served; this engine serves ${ENGINE_VERSION[0]}.0 to ${ENGINE_VERSION.join(".")}`,
  };
}
