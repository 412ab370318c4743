import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { type Description, describePlan, planOf } from "../daemon/commands/describe.ts";
import { planGraph, planPicture } from "../daemon/commands/plan-graph.ts";
import { withPlugins } from "./flags.ts";
import { print, printJson } from "./output.ts";

export function addDescribe(program: Command): void {
  withPlugins(program.command("describe"))
    .description("show the inputs, outputs and plan of a definition")
    .argument("<file>", "definition, a JSON file")
    .option("--json", "as JSON")
    .option("--dot", "the graph in the DOT language")
    .option("--svg <path>", "write the graph as a picture")
    .action(async (file: string, options: { json?: boolean; dot?: boolean; svg?: string }) => {
      const plan = await planOf(file);
      if (options.svg !== undefined) await writeFile(options.svg, await planPicture(plan));
      if (options.json) printJson({ ...describePlan(plan), dot: planGraph(plan) });
      else if (options.dot) print(planGraph(plan));
      else if (options.svg === undefined) print(asText(describePlan(plan)));
    });
}

function asText({ inputs, outputs, steps, pixels }: Description): string {
  const kind = (kinds: readonly string[]) => kinds.join(" | ");
  const lines = ["inputs"];
  for (const input of inputs) {
    const fallback = "default" in input ? `, default ${JSON.stringify(input.default)}` : "";
    lines.push(`  ${input.name}: ${kind(input.kinds)} (dimensionality ${input.dimensionality}${fallback})`);
  }
  lines.push("steps, in order");
  for (const step of steps) {
    const after = step.after.length > 0 ? `, after ${step.after.join(", ")}` : "";
    const gated = step.gatedBy.length > 0 ? `, if ${step.gatedBy.join(" and ")} lets it` : "";
    lines.push(
      `  ${step.name}: ${step.type}`,
      `      ${step.runs}; dimensionality ${step.dimensionality}${after}${gated}`,
    );
  }
  lines.push("outputs");
  for (const output of outputs)
    lines.push(`  ${output.name}: ${kind(output.kinds)} (dimensionality ${output.dimensionality})`);
  for (const need of pixels) {
    const models = need.models.map((model) =>
      "id" in model ? `"${model.id}"` : `the model in $inputs.${model.parameter}`,
    );
    const wanted = [...models.map((model) => `the input size of ${model}`), ...(need.full ? ["the full picture"] : [])];
    lines.push(`decoder delivers for ${need.input}: ${wanted.join(" and ") || "timing only"}`);
  }
  return lines.join("\n");
}
