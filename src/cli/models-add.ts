import type { Command } from "commander";
import type { Issue } from "../base/issue.ts";
import { type AddedModel, addModel } from "../daemon/commands/setup/add-model.ts";
import { refuse, wholeNumber, withPlugins } from "./flags.ts";
import { print, printJson, say } from "./output.ts";
import { openProgress, type Progress } from "./progress.ts";

interface Options {
  config?: string;
  sha256?: string;
  family?: string;
  classes?: string;
  width?: string;
  height?: string;
  json?: boolean;
}

/** `millrace models add`. */
export function withModelsAdd(models: Command): void {
  withPlugins(models.command("add"))
    .description(
      "inspect a model and write its entry into a config; an address is downloaded, and its checksum written",
    )
    .argument("<name>", "model id, as definitions name it")
    .argument("<source>", "ONNX file, a folder with one, or an https address")
    .option("--config <file>", "config that takes the entry; without it the entry is printed only")
    .option("--sha256 <digits>", "checksum that a download must have; computed by default")
    .option("--family <name>", "layout, where the file does not tell")
    .option("--classes <file>", "class names, one in each line")
    .option("--width <n>", "input width, where the file leaves it open")
    .option("--height <n>", "input height, where the file leaves it open")
    .option("--json", "as JSON")
    .action(async (id: string, source: string, options: Options) => {
      const { statement, sha256 } = statedIn(options);
      const { config = null } = options;
      const stop = new AbortController();
      process.once("SIGINT", () => stop.abort());
      let progress: Progress | null = null;
      const added = await addModel({
        ...{ id, source, config, sha256, statement, signal: stop.signal },
        progress(done, total) {
          progress ??= openProgress({ unit: "KB" });
          if (total !== null) progress.expect(kilobytes(total));
          progress.at(kilobytes(done));
        },
      }).finally(() => progress?.close());
      if (options.json) printJson(asJson(added));
      else tell(added, config);
    });
}

function statedIn({ sha256, family, classes, ...options }: Options) {
  const issues: Issue[] = [];
  const width = wholeNumber("--width", options.width, issues);
  const height = wholeNumber("--height", options.height, issues);
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
    const message = `--sha256 is "${sha256}", expected 64 hexadecimal digits`;
    issues.push({ code: "FLAG_VALUE", path: "", message });
  }
  refuse(issues);
  return { sha256, statement: { family, classes, width, height } };
}

function kilobytes(bytes: number): number {
  return Math.ceil(bytes / 1000);
}

function tell({ id, text, description }: AddedModel, config: string | null): void {
  const { family, task, classes } = description;
  say(`${id}: ${family} (${task?.replaceAll("_", " ")}), ${classes.length} classes`);
  if (config === null) print(text.trimEnd());
  else say(`${config}: added to models:\n${text.trimEnd()}`);
}

function asJson({ id, entry, description }: AddedModel) {
  const { family, task, classes, sha256 } = description;
  return { id, entry, family, task, classes, sha256 };
}
