import { ConfigError } from "../../base/errors.ts";
import type { CodeEvent } from "../../dynamic/runtime/code-runtime.ts";
import { parameterFaults } from "../input/parameter-faults.ts";
import { readInputs } from "../input/runtime-inputs.ts";
import { inputIssue, inspectWorkflow, type WorkflowArguments } from "./one-workflow.ts";
import { readPictures } from "./read-pictures.ts";
import { withWorkflow } from "./with-workflow.ts";

export interface RunOnceSettings extends WorkflowArguments {
  /** Paths by image input; several make a batch. */
  images: Readonly<Record<string, readonly string[]>>;
  /** Receives events of code blocks. */
  report: (event: CodeEvent) => void;
}

/** Runs a definition once, as the reference does: one object for each element of the batch. */
export async function runOnce(settings: RunOnceSettings): Promise<Record<string, unknown>[]> {
  const { loaded, issues } = await inspectWorkflow(settings);
  const { plan, blocks, installed, plugins, descriptions } = loaded;
  const { given, issues: unreadable } = await readPictures(plan, settings);
  // What is no picture was reported already; null takes its place.
  const { size, inputs, faults } = readInputs(plan, given, { codecs: installed.kinds });
  const all = [...faults, ...parameterFaults(plan, inputs, { blocks })];
  issues.push(...unreadable, ...all.map((fault) => inputIssue(fault, plan)));
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
  const { report, disableSinks = false } = settings;
  return withWorkflow({ plan, plugins, descriptions, report, disableSinks }, async (workflow) => {
    const results = await workflow.once(size, given);
    return results.map(({ outputs }) => outputs ?? {});
  });
}
