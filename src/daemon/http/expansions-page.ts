import type { ExpansionView, ShapeView } from "../../expansion/expansion-view.ts";
import type { PipelineExpansions } from "../pipeline/pipelines.ts";
import { escapeHtml } from "./escape-html.ts";

/** The page of the workflows that steps have made while running. */
export function expansionsPage(device: string, pipelines: PipelineExpansions): string {
  const sections = Object.entries(pipelines).flatMap(([pipeline, steps]) =>
    Object.entries(steps).map(([step, view]) => section(pipeline, step, view)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>workflows made while running · ${escapeHtml(device)} · millrace</title>
<link rel="stylesheet" href="/page/page.css">
<body class="plain">
<h1>Workflows made while running</h1>
${sections.join("\n") || "<p>No step has made a workflow yet.</p>"}
</html>
`;
}

function section(pipeline: string, step: string, view: ExpansionView): string {
  const { calls, direct, hits, misses, evictions, failed, expandMs, compileMs, runMs, shapes } = view;
  const each = (ms: number, count: number) => (count === 0 ? "-" : (ms / count).toFixed(2));
  const counts = `${calls} calls, ${direct} direct results, ${hits} hits, ${misses} new shapes, ${evictions} evicted, ${failed} failed`;
  const times = `on average ${each(expandMs, calls)} ms to expand, ${each(compileMs, misses)} ms to compile, ${each(runMs, hits + misses)} ms to run`;
  const rows = shapes.toSorted((a, b) => b.uses - a.uses).map((shape) => row(pipeline, step, shape));
  return `<section>
<h2>${escapeHtml(pipeline)} · ${escapeHtml(step)} (${escapeHtml(view.type)})</h2>
<p>${counts}; ${times}.</p>
<table><tr><th>Shape<th>Uses<th>Steps<th>Workflow</tr>
${rows.join("\n")}
</table>
</section>`;
}

function row(pipeline: string, step: string, { shapeKey, uses, steps, error }: ShapeView): string {
  const picture = `/expansions/${encodeURIComponent(pipeline)}/${encodeURIComponent(step)}/${shapeKey}.svg`;
  const shown =
    error === null
      ? `<img src="${picture}" alt="steps of the workflow">`
      : `<span class="error">${escapeHtml(error)}</span>`;
  return `<tr><td><code>${shapeKey}</code><td>${uses}<td>${steps}<td>${shown}</tr>`;
}
