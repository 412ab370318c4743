import type { Issue } from "../base/issue.ts";

/** The language version this engine implements; it serves every definition of the same major up to it. */
export const ENGINE_VERSION: readonly [number, number, number] = [1, 15, 0];

const VERSION = /^\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.\d+)*\s*$/;

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
      message: `"version" is ${JSON.stringify(version)}, expected a text such as "1.0"`,
    };
  }
  return isServed(found.slice(1).map((part) => Number(part ?? 0))) ? null : notServed(String(version));
}

function isServed([major = 0, minor = 0, patch = 0]: number[]): boolean {
  const [engineMajor, engineMinor, enginePatch] = ENGINE_VERSION;
  if (major !== engineMajor) return false;
  return minor < engineMinor || (minor === engineMinor && patch <= enginePatch);
}

function notServed(version: string): Issue {
  return {
    code: "DEFINITION_VERSION_UNSUPPORTED",
    class: "NotSupportedExecutionEngineError",
    path: "/version",
    message: `version "${version}" is not served; this engine serves ${ENGINE_VERSION[0]}.0 to ${ENGINE_VERSION.join(".")}`,
  };
}
