import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { runOnce } from "../daemon/commands/run-once.ts";
import { collect, doubts, readModels, readParameters, refuse, splitPair, withPlugins } from "./flags.ts";
import { printJson, sayOutput } from "./output.ts";

interface Options {
  image: string[];
  param: string[];
  model: string[];
  strict?: boolean;
  disableSinks?: boolean;
}

export function addRun(program: Command): void {
  withPlugins(program.command("run"))
    .description("run a definition once on pictures and print its outputs")
    .argument("<file>", "definition, a JSON file")
    .option("--image <name=path>", "picture for an input; the same name several times makes a batch", collect, [])
    .option("--param <name=json>", "value of an input that is no picture", collect, [])
    .option(
      "--model <id=path>",
      "ONNX file of a model, with ,family= and ,classes= where the file does not tell",
      collect,
      [],
    )
    .option("--strict", "treat warnings as faults")
    .option("--disable-sinks", "send and write nothing, whatever the steps say")
    .action(async (definition: string, options: Options) => {
      const issues: Issue[] = [];
      const images: Record<string, string[]> = {};
      for (const text of options.image) {
        const pair = splitPair("--image", text, issues);
        if (pair !== null) images[pair[0]] = [...(images[pair[0]] ?? []), pair[1]];
      }
      const parameters = readParameters(options.param, issues);
      const models = readModels(options.model, issues);
      refuse(issues);
      printJson(
        await runOnce({
          definition,
          images,
          parameters,
          models,
          ...doubts(options),
          disableSinks: options.disableSinks ?? false,
          report: sayOutput,
        }),
      );
    });
}
