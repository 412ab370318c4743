import type { ExpansionView, ShapeView } from "../../expansion/expansion-view.ts";
import type { PipelineExpansions } from "../pipeline/pipelines.ts";
import { escapeHtml } from "./escape-html.ts";

/** The page of the workflows that steps have made while running. */
export function expansionsPage(device: string, pipelines: PipelineExpansions, nonce: string): string {
  const sections = Object.entries(pipelines).flatMap(([pipeline, steps]) =>
    Object.entries(steps).map(([step, view]) => section(pipeline, step, view)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>workflows made while running · ${escapeHtml(device)} · millrace</title>
<style nonce="${nonce}">
  :root { color-scheme: dark; font: 15px/1.5 system-ui, sans-serif; }
  body { margin: 0; padding: 1.5rem; background: #14171a; color: #dfe5ea; }
  h1, h2 { font-size: 1.1rem; font-weight: 600; }
  table { border-collapse: collapse; width: 100%; }
  td, th { text-align: left; padding: .4rem .8rem; border-top: 1px solid #333a40; vertical-align: top; }
  img { max-width: 100%; background: #fff; border-radius: 6px; }
  .error { color: #ff9c8f; }
  p { color: #9aa7b2; }
</style>
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
