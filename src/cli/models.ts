import type { Command } from "commander";
import { ConfigError, ModelError, messageOf } from "../base/errors.ts";
import { type ConfiguredModel, inspectModelFile, listConfiguredModels } from "../daemon/prepare/model-list.ts";
import { withPlugins } from "./flags.ts";
import { inspectionText } from "./inspection-text.ts";
import { withModelsAdd } from "./models-add.ts";
import { withModelsCompare } from "./models-compare.ts";
import { print, printJson, say } from "./output.ts";

export function addModels(program: Command): void {
  const models = program.command("models").description("inspect model files, and put them into a config");
  withModelsAdd(models);
  withModelsCompare(models);
  withPlugins(models.command("inspect"))
    .description("inspect an ONNX file: family, inputs, outputs, classes, and the evidence")
    .argument("<path>", "ONNX file, or a folder with one")
    .option("--json", "as JSON")
    .action(async (path: string, options: { json?: boolean }) => {
      const found = await inspectModelFile(path).catch((error) => {
        if (!(error instanceof ModelError)) throw error;
        throw new ConfigError("MODEL", [{ code: error.code, path: "", message: messageOf(error) }]);
      });
      if (options.json) printJson(found);
      else print(inspectionText(found));
      if (found.family === null) process.exitCode = 2;
    });
  withPlugins(models.command("list"))
    .description("inspect the models of a config")
    .requiredOption("--config <file>", "config file")
    .option("--json", "as JSON")
    .action(async (options: { config: string; json?: boolean }) => {
      const found = await listConfiguredModels(options.config);
      if (options.json) printJson(found);
      else if (found.length === 0) say("the config maps no models");
      else for (const model of found) print(oneLine(model));
    });
}

function oneLine({ id, family, path, url, present, error }: ConfiguredModel): string {
  if (!present) return `${id}: not downloaded yet, from ${url}`;
  return `${id}: ${family ?? "unknown"} ${path}${error ? ` (${error})` : ""}`;
}
