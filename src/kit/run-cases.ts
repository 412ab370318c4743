import type { CaseVerdict } from "../casebook/test-case.ts";
import { testCases } from "../casebook/test-cases.ts";
import type { ModelOptions } from "../daemon/embedded/camera-pipeline.ts";

/** What cases are run with. */
export interface RunCasesSettings {
  /** ONNX files by the `model_id` of the definitions. */
  models?: Readonly<Record<string, string | ModelOptions>>;
  /** Plugins: names of npm packages, or paths from the working directory. */
  plugins?: readonly string[];
  /** Only cases that use one of these block types; all by default. */
  only?: readonly string[];
  /** Whether `expected` is rewritten where it differs; false by default. */
  update?: boolean;
}

/**
 * Runs recorded cases (`*.case.json`, or folders of them) as `millrace test` does, and gives a verdict for each in their order. Throws a
 * `ConfigError` for what is no case, model or plugin.
 */
export async function runCases(paths: readonly string[], settings: RunCasesSettings = {}): Promise<CaseVerdict[]> {
  const { models = {}, plugins = [], only = [], update = false } = settings;
  const verdicts: CaseVerdict[] = [];
  const files = Object.entries(models).map(([id, model]) => [id, typeof model === "string" ? { path: model } : model]);
  await testCases({
    paths,
    only,
    update,
    models: Object.fromEntries(files),
    plugins: { names: plugins, folder: process.cwd() },
    onVerdict: (verdict) => void verdicts.push(verdict),
  });
  return verdicts;
}
