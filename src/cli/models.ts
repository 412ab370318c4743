import type { Command } from "commander";
import { ConfigError, ModelError, messageOf } from "../base/errors.ts";
import { inspectModelFile, listConfiguredModels } from "../daemon/prepare/model-list.ts";
import { print, printJson, say } from "./output.ts";

export function addModels(program: Command): void {
  const models = program.command("models").description("inspect model files");
  models
    .command("inspect")
    .description("inspect an ONNX file: family, inputs, outputs, classes, and the evidence")
    .argument("<path>", "ONNX file")
    .option("--json", "as JSON")
    .action(async (path: string, options: { json?: boolean }) => {
      const found = await inspectModelFile(path).catch((error) => {
        if (!(error instanceof ModelError)) throw error;
        throw new ConfigError("MODEL", [{ code: error.code, path: "", message: messageOf(error) }]);
      });
      if (options.json) printJson(found);
      else print(asText(found));
    });
  models
    .command("list")
    .description("inspect the models of a config")
    .requiredOption("--config <file>", "config file")
    .option("--json", "as JSON")
    .action(async (options: { config: string; json?: boolean }) => {
      const found = await listConfiguredModels(options.config);
      if (options.json) printJson(found);
      else if (found.length === 0) say("the config maps no models");
      else
        for (const model of found)
          print(`${model.id}: ${model.family ?? "unknown"} ${model.path}${model.error ? ` (${model.error})` : ""}`);
    });
}

type Inspected = Awaited<ReturnType<typeof inspectModelFile>>;

function asText(model: Inspected): string {
  const tensor = ({ name, elementType, shape }: Inspected["inputs"][number]) =>
    `  ${name}: ${elementType} [${shape.join(", ")}]`;
  const { input, classes } = model;
  return [
    `family: ${model.family ?? "unknown"}`,
    ...model.reasons.map((reason) => `  because ${reason}`),
    "inputs",
    ...model.inputs.map(tensor),
    "outputs",
    ...model.outputs.map(tensor),
    ...(input === null
      ? []
      : [`pictures: ${input.width}x${input.height} ${input.order}, ${input.fit.replaceAll("_", " ")}`]),
    `classes (${model.classesFrom}): ${classes.length === 0 ? "none" : `${classes.slice(0, 12).join(", ")}${classes.length > 12 ? `, … ${classes.length} in all` : ""}`}`,
    `batch: ${model.dynamicBatch ? "free" : "fixed"}; opset ${model.opset}; ${model.sizeBytes} bytes; sha256 ${model.sha256}`,
  ].join("\n");
}
