import type { MessagePort } from "node:worker_threads";
import { BugError, messageOf, UserError } from "../base/errors.ts";
import { type ModelLink, openModelLink } from "../daemon/models/model-link.ts";
import type { PluginNames } from "../daemon/plugins/plugins.ts";
import { type CaseVerdict, testCase } from "./test-case.ts";

// Root of a thread that runs cases, one after the other.

export interface CaseTask {
  file: string;
  /** Whether `expected` is rewritten where it differs. */
  update: boolean;
  /** Plugins beside those of the environment. */
  plugins: PluginNames;
  /** The line to the models, with the first task of a thread. */
  port?: MessagePort;
}

/** Pictures of cases own their pixels. */
const NO_FRAMES = new SharedArrayBuffer(0);

let models: ModelLink | null = null;

/** Never throws: what goes wrong is the verdict on the case. */
export default async function runCaseTask({ file, update, plugins, port }: CaseTask): Promise<CaseVerdict> {
  if (port !== undefined) {
    port.unref();
    models = openModelLink(port, new Map(), NO_FRAMES);
  }
  try {
    if (models === null) throw new BugError("a thread for cases has no line to the models");
    return await testCase(file, { update, models, plugins });
  } catch (error) {
    const issues = error instanceof UserError ? error.issues : [];
    const messages = issues.map(({ path, message, hint }) => {
      return `${path ? `${path}: ` : ""}${message}${hint ? ` (${hint})` : ""}`;
    });
    return failedCase(file, messages.length > 0 ? messages.join("; ") : messageOf(error));
  }
}

/** A case that came to no answer. */
function failedCase(file: string, message: string): CaseVerdict {
  return {
    file,
    name: file,
    types: [],
    status: "failed",
    differences: [{ path: "", step: null, expected: "a case that runs", found: "none", message }],
  };
}
