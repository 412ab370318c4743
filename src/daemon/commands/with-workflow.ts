import type { Plan } from "../../compiler/plan.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import type { ModelDescription } from "../../inference/description.ts";
import type { PluginModule } from "../plugins/plugins.ts";
import { openWorkflow, type Workflow } from "../worker/workflow.ts";
import { openCommandModels } from "./one-workflow.ts";

interface Alone {
  plan: Plan;
  plugins: readonly PluginModule[];
  descriptions: ReadonlyMap<string, ModelDescription>;
  report: (event: CodeEvent) => void;
  disableSinks: boolean;
}

const TIMEOUT_MS = 600_000;
const CLOSE_MS = 2000;

/** Opens a workflow for a command that runs it on single values, and closes it with its models. What fails is thrown. */
export async function withWorkflow<T>(
  { plan, plugins, descriptions, report, disableSinks }: Alone,
  use: (workflow: Workflow) => Promise<T>,
): Promise<T> {
  const arena = new SharedArrayBuffer(64);
  const models = openCommandModels(arena, descriptions);
  try {
    const workflow = await openWorkflow({
      plan,
      models,
      arena,
      plugins,
      parameters: {},
      report,
      disableSinks,
      onError: "throw",
      concurrency: 1,
      timeoutMs: TIMEOUT_MS,
      writer: { publish: null, outputs: true, picture: null },
    });
    try {
      return await use(workflow);
    } finally {
      await workflow.close(CLOSE_MS);
    }
  } finally {
    await models.close();
  }
}
