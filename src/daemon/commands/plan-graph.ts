import type { Plan, PlanStep } from "../../compiler/plan.ts";
import { whereItRuns } from "./describe.ts";

/** The plan as a graph in the DOT language: kinds and dimensionality on the edges, where a step runs by colour. */
export function planGraph(plan: Plan): string {
  const lines = [
    "digraph workflow {",
    '  graph [rankdir=LR, fontname="Helvetica", bgcolor=white, nodesep=0.3, ranksep=0.7]',
    '  node [shape=box, style="rounded,filled", fillcolor="#f4f6f8", color="#8896a3", fontname="Helvetica", fontsize=11, margin="0.3,0.12"]',
    '  edge [color="#667480", fontname="Helvetica", fontsize=9]',
  ];
  for (const input of plan.inputs)
    lines.push(node(`in_${input.slot}`, `$inputs.${input.name}`, input.kinds.join(" | "), "#e7f0fa"));
  for (const step of plan.steps)
    lines.push(node(`step_${step.name}`, step.name, `${step.type}\n${whereItRuns(step)}`, COLORS[placeOf(step)]));
  plan.outputs.forEach((output, i) => {
    lines.push(node(`out_${i}`, output.name, output.coordinates === "own" ? "own coordinates" : "", "#e9f5ea"));
  });
  lines.push(...edges(plan), "}");
  return lines.join("\n");
}

/** The graph as an SVG picture, laid out by Graphviz. */
export async function planPicture(plan: Plan): Promise<string> {
  const { instance } = await import("@viz-js/viz");
  return (await instance()).renderString(planGraph(plan), { format: "svg" });
}

type Place = "nowhere" | "model" | "picture" | "ordered" | "free";

const COLORS: Readonly<Record<Place, string>> = {
  nowhere: "#f9d9d6",
  model: "#fde9d5",
  picture: "#f1eaf7",
  ordered: "#fdf3c8",
  free: "#f4f6f8",
};

function placeOf(step: PlanStep): Place {
  if (step.unsupported !== null) return "nowhere";
  if (step.needsModels) return "model";
  if (step.pictureOnly) return "picture";
  return step.stateful ? "ordered" : "free";
}

function edges(plan: Plan): string[] {
  const lines: string[] = [];
  const makers = new Map<number, { id: string; output: string }>();
  for (const input of plan.inputs) makers.set(input.slot, { id: `in_${input.slot}`, output: "" });
  for (const step of plan.steps) {
    for (const { slot, name } of step.outputs) makers.set(slot, { id: `step_${step.name}`, output: name });
  }
  const connect = (slot: number, to: string, property: string) => {
    const maker = makers.get(slot);
    if (maker === undefined) return;
    const depth = plan.levels[plan.slots[slot]?.level ?? 0]?.lineage.length ?? 0;
    const kinds = plan.slots[slot]?.kinds.join(" | ") ?? "*";
    const flow = [maker.output, property].filter(Boolean).join(" → ");
    const label = `${flow}\n${kinds}, ${depth === 0 ? "one value" : `dimensionality ${depth}`}`;
    lines.push(`  ${quote(maker.id)} -> ${quote(to)} [label=${quote(label)}]`);
  };
  for (const step of plan.steps) {
    for (const { slot, property } of step.bindings) connect(slot, `step_${step.name}`, property);
    for (const gate of step.gates) {
      const from = plan.steps[gate.step]?.name ?? "";
      lines.push(`  ${quote(`step_${from}`)} -> ${quote(`step_${step.name}`)} [style=dashed, label="lets run"]`);
    }
  }
  plan.outputs.forEach(({ source }, i) => {
    const slots = source.type === "slot" ? [source.slot] : source.slots.map(({ slot }) => slot);
    for (const slot of slots) connect(slot, `out_${i}`, "");
  });
  return lines;
}

function node(id: string, title: string, below: string, color: string): string {
  return `  ${quote(id)} [label=${quote(below === "" ? title : `${title}\n${below}`)}, fillcolor=${quote(color)}]`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
