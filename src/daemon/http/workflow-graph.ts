import type { Plan, PlanStep } from "../../compiler/plan.ts";

/** Which way the steps follow each other: down on a narrow page. */
export type GraphFlow = "down" | "right";

/** Room for the time that a step takes, which the page writes there. */
const TIME = "000.00 ms";

/** The steps of a workflow for the page, in the DOT language: step `i` has the id `step-<i>`; colours are the page's. */
export function workflowGraph(plan: Plan, flow: GraphFlow): string {
  const lines = [
    "digraph workflow {",
    `  graph [rankdir=${flow === "down" ? "TB" : "LR"}, bgcolor=transparent, nodesep=0.25, ranksep=0.4, margin=0.05]`,
    '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11, margin="0.16,0.08"]',
    "  edge [arrowsize=0.7]",
  ];
  for (const { slot, name } of plan.inputs) lines.push(end(`in_${slot}`, name, "input"));
  plan.steps.forEach((step, i) => {
    const label = [name(step.name), shortType(step), TIME].join("\n");
    lines.push(`  step_${i} [id="step-${i}", class="step", label=${quote(label)}]`);
  });
  plan.outputs.forEach((output, i) => {
    lines.push(end(`out_${i}`, output.name, "output"));
  });
  return [...lines, ...new Set(edges(plan)), "}"].join("\n");
}

function end(id: string, title: string, kind: "input" | "output"): string {
  return `  ${id} [class="${kind}", shape=plain, label=${quote(name(title))}]`;
}

function edges(plan: Plan): string[] {
  const makers = new Map<number, string>();
  for (const { slot } of plan.inputs) makers.set(slot, `in_${slot}`);
  plan.steps.forEach(({ outputs }, i) => {
    for (const { slot } of outputs) makers.set(slot, `step_${i}`);
  });
  const from = (slots: readonly number[], to: string) => {
    return slots.flatMap((slot) => (makers.has(slot) ? [`  ${makers.get(slot)} -> ${to}`] : []));
  };
  return [
    ...plan.steps.flatMap(({ bindings, gates }, i) => [
      ...from(
        bindings.map(({ slot }) => slot),
        `step_${i}`,
      ),
      ...gates.map((gate) => `  step_${gate.step} -> step_${i} [style=dashed]`),
    ]),
    ...plan.outputs.flatMap(({ source }, i) => {
      return from(source.type === "slot" ? [source.slot] : source.slots.map(({ slot }) => slot), `out_${i}`);
    }),
  ];
}

/** Long names would leave no room for the others. */
function name(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 32;

/** Without the name of the package and with the version apart. */
function shortType({ type }: Pick<PlanStep, "type">): string {
  return name(type.replace(/^.*\//, "").replace("@", " "));
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
