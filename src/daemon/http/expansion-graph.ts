import { parseSelector } from "../../definition/selector.ts";

interface Written {
  steps?: readonly Readonly<Record<string, unknown>>[];
  outputs?: readonly { name: string; selector?: string }[];
}

/** A generated workflow as a graph in the DOT language; selectors are its edges. */
export function generatedGraph(workflow: object): string {
  const { steps = [], outputs = [] } = workflow as Written;
  const lines = [
    "digraph workflow {",
    '  graph [rankdir=LR, fontname="Helvetica", bgcolor=white]',
    '  node [shape=box, style="rounded,filled", fillcolor="#f4f6f8", color="#8896a3", fontname="Helvetica", fontsize=11]',
    '  edge [color="#667480", fontname="Helvetica", fontsize=9]',
  ];
  for (const step of steps) {
    const name = String(step["name"]);
    lines.push(`  ${quote(`step ${name}`)} [label=${quote(`${name}\n${String(step["type"])}`)}]`);
    for (const [property, value] of Object.entries(step)) {
      for (const text of textsIn(value)) connect(text, { to: `step ${name}`, property, lines });
    }
  }
  for (const { name, selector = "" } of outputs) {
    lines.push(`  ${quote(`out ${name}`)} [label=${quote(name)}, fillcolor="#e9f5ea"]`);
    connect(selector, { to: `out ${name}`, property: "", lines });
  }
  return [...lines, "}"].join("\n");
}

function connect(text: string, { to, property, lines }: { to: string; property: string; lines: string[] }): void {
  const selector = parseSelector(text);
  if (selector === null) return;
  const from = selector.type === "input" ? `$inputs.${selector.name}` : `step ${nameIn(selector)}`;
  const output = selector.type === "output" ? selector.output : "";
  const label = [output, property].filter(Boolean).join(" → ");
  lines.push(`  ${quote(from)} -> ${quote(to)} [label=${quote(label)}]`);
}

function nameIn(selector: { type: "step"; name: string } | { type: "output"; step: string }): string {
  return selector.type === "step" ? selector.name : selector.step;
}

/** As deep as selectors are recognised. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).filter((item) => typeof item === "string");
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
