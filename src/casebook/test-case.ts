import { printable } from "../base/printable.ts";
import type { ModelLink } from "../daemon/models/model-link.ts";
import type { PluginNames } from "../daemon/plugins/plugins.ts";
import type { CodeEvent } from "../dynamic/runtime/code-runtime.ts";
import { type Case, readCase } from "./case-file.ts";
import { compareCase, type Outcome } from "./compare-case.ts";
import type { Difference } from "./difference.ts";
import { runCase } from "./run-case.ts";
import { updateCase } from "./update-case.ts";

/** What became of a case, as `millrace test --json` prints it. */
export interface CaseVerdict {
  /** Path of the case. */
  file: string;
  /** Name of the case, or of its file. */
  name: string;
  /** Block types that it uses. */
  types: readonly string[];
  /** `same` as expected or `different`; `failed` without an answer; `unsupported` where it uses what does not run here. */
  status: "same" | "different" | "failed" | "unsupported";
  /** Where and how it differs, with the step that is at fault. */
  differences: Difference[];
  /** What does not run here. */
  unsupported?: readonly string[];
  /** `expected` was rewritten. */
  updated?: true;
}

export interface CaseSettings {
  /** Whether `expected` is rewritten where it differs. */
  update: boolean;
  models: ModelLink;
  plugins?: PluginNames;
  report?: (event: CodeEvent) => void;
}

/** Runs a case and compares what it gives. */
export async function testCase(file: string, { update, models, plugins, report = printOutput }: CaseSettings) {
  const one = await readCase(file);
  const { outcome, unsupported } = await runCase(one, { models, report, ...(plugins && { plugins }) });
  const verdict = outcome === null ? null : await judge(one, outcome);
  if (outcome === null || verdict === null || (unsupported.length > 0 && verdict.status !== "same")) {
    const { name, types } = one;
    return { file, name, types, status: "unsupported", differences: [], unsupported } satisfies CaseVerdict;
  }
  if (!update || verdict.status === "same") return verdict;
  await updateCase(one, outcome);
  return { ...verdict, status: "same", differences: [], updated: true } satisfies CaseVerdict;
}

async function judge(one: Case, outcome: Outcome): Promise<CaseVerdict> {
  const { file, name, types, expected } = one;
  if (expected === undefined) {
    const message = "the case has no `expected`; --update writes what it gives now";
    const nothing = { path: "", step: null, expected: undefined, found: undefined, message };
    return { file, name, types, status: "failed", differences: [nothing] };
  }
  const { differences, failed } = await compareCase(one, expected, outcome);
  const status = failed ? "failed" : differences.length > 0 ? "different" : "same";
  return { file, name, types, status, differences };
}

/** What code of a definition prints is for people. */
function printOutput(event: CodeEvent): void {
  if (event.type === "block_output") process.stderr.write(`${printable(event.text)}\n`);
}
