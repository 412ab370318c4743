import { z } from "zod";
import { pointer } from "../base/issue.ts";
import { lazy } from "../base/lazy.ts";
import { brief } from "../definition/brief.ts";
import { ENTRY, report, type Site, type WorkflowReference } from "./site.ts";

/** The properties of an inner workflow step: the workflow in one of its two forms, and the bindings. */
export interface NestedFields {
  workflow: { written: object } | { reference: WorkflowReference };
  /** Selectors or literals by input of the nested workflow. */
  bindings: Readonly<Record<string, unknown>>;
}

/** Reads the properties; null after a fault. */
export function readNestedFields(site: Site): NestedFields | null {
  const parsed = Properties().safeParse(site.step);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const field = String(path[0]);
      const kind = field === "parameter_bindings" ? ENTRY : SYNTAX;
      report(site, { ...kind, what: `"${field}" is ${brief(site.step[field])}, ${message}`, at: pointer([field]) });
    }
    return null;
  }
  const { workflow_definition: written, workflow_workspace_id: workspace, workflow_id: id } = parsed.data;
  const { workflow_version_id: version, parameter_bindings: bindings } = parsed.data;
  if (written !== null) {
    if (workspace === null && id === null) return { workflow: { written }, bindings };
    const both = { ...SYNTAX, class: "WorkflowDefinitionError" };
    return report(site, { ...both, what: "the workflow is both written and referred to", hint: FORMS });
  }
  if (workspace !== null && id !== null) return { workflow: { reference: { workspace, id, version } }, bindings };
  const half = workspace === null ? "workflow_workspace_id" : "workflow_id";
  const what = workspace === null && id === null ? "no workflow is given" : `"${half}" is missing`;
  return report(site, { ...SYNTAX, class: ENTRY.class, what, hint: FORMS });
}

const SYNTAX = { code: "INNER_WORKFLOW_FORM", class: "WorkflowSyntaxError" } as const;
const FORMS = 'give either "workflow_definition" or "workflow_workspace_id" with "workflow_id"';

// An empty text or object counts as absent, as in the reference.
const text = lazy(() =>
  z
    .string({ error: "expected text" })
    .nullish()
    .transform((found) => found?.trim() || null),
);
const object = lazy(() => z.record(z.string(), z.unknown(), { error: "expected an object" }).nullish());

const Properties = lazy(() =>
  z.object({
    workflow_definition: object().transform((found) => (Object.keys(found ?? {}).length > 0 ? (found ?? null) : null)),
    workflow_workspace_id: text(),
    workflow_id: text(),
    workflow_version_id: text(),
    parameter_bindings: object().transform((found) => found ?? {}),
    execution_mode: z.literal("embedded", { error: 'expected "embedded", the only mode that runs here' }).optional(),
  }),
);
