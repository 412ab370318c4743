import type { Issue } from "../base/issue.ts";
import { type Definition, readDefinition } from "../definition/document.ts";
import { checkNames } from "../definition/names.ts";
import { type Bindings, readBindings } from "./bindings.ts";
import { type NestedFields, readNestedFields } from "./fields.ts";
import { ENTRY, type Level, report, type Site } from "./site.ts";

/** Most levels below the root, and most nested workflows in all; the limits of the reference. */
const DEEPEST_NESTING = 4;
const MOST_NESTED = 32;

export interface OpenedChild {
  level: Level;
  bindings: Bindings;
}

/** Reads the nested workflow of a step, and what its inputs are bound to; null after a fault. */
export function openChild(site: Site): OpenedChild | null {
  const { parent, work } = site;
  work.count++;
  if (work.count > MOST_NESTED) return work.count === MOST_NESTED + 1 ? reportCount(site) : null;
  const fields = readNestedFields(site);
  if (fields === null) return null;
  if (parent.depth >= DEEPEST_NESTING) return reportDepth(site);
  const found = documentOf(fields, site);
  if (found === null) return null;
  const definition = readChild(found.document, site);
  if (definition === null) return null;
  const level = { definition, path: `${site.path}/workflow_definition`, depth: parent.depth + 1, chain: found.chain };
  const bindings = readBindings(site, fields.bindings, level);
  return bindings === null ? null : { level, bindings };
}

interface FoundDocument {
  document: unknown;
  chain: readonly string[];
}

function documentOf({ workflow }: NestedFields, site: Site): FoundDocument | null {
  const { chain } = site.parent;
  if ("written" in workflow) return { document: workflow.written, chain };
  const { workspace, id, version } = workflow.reference;
  const name = `${workspace}/${id}${version === null ? "" : `@${version}`}`;
  if (chain.includes(name)) return reportCycle(site, [...chain.slice(chain.indexOf(name)), name]);
  const document = site.work.resolve(workflow.reference);
  return document === null ? reportUnresolved(site, name) : { document, chain: [...chain, name] };
}

const STEP_ENTRY = /^\/steps(\/\d+(\/name)?)?$/;

function readChild(document: unknown, site: Site): Definition | null {
  const { issues, warnings } = site.work;
  const at = `${site.path}/workflow_definition`;
  const { definition, issues: found, warnings: swallowed } = readDefinition(document);
  warnings.push(...swallowed.map((issue) => ({ ...issue, path: `${at}${issue.path}` })));
  issues.push(
    ...found.map((issue): Issue => {
      const kind = STEP_ENTRY.test(issue.path) ? ENTRY : {};
      return { ...issue, ...kind, path: `${at}${issue.path}` };
    }),
  );
  if (definition === null) return null;
  checkNames(definition, issues, at);
  if (definition.steps.length > 0) return definition;
  return report(site, { ...ENTRY, what: "the nested workflow has no steps", at: "/workflow_definition/steps" });
}

function reportCount(site: Site): null {
  const what = `there are more than ${MOST_NESTED} nested workflows in all`;
  return report(site, { code: "INNER_WORKFLOW_COUNT", class: "InnerWorkflowTotalCountError", what });
}

function reportDepth(site: Site): null {
  const what = `workflows are nested more than ${DEEPEST_NESTING} deep`;
  return report(site, { code: "INNER_WORKFLOW_DEPTH", class: "InnerWorkflowNestingDepthError", what });
}

function reportCycle(site: Site, chain: readonly string[]): null {
  const what = `workflows contain each other: ${chain.join(" -> ")}`;
  const at = "/workflow_id";
  return report(site, { code: "INNER_WORKFLOW_CYCLE", class: "InnerWorkflowCompositionCycleError", what, at });
}

function reportUnresolved(site: Site, name: string): null {
  return report(site, {
    code: "INNER_WORKFLOW_UNKNOWN",
    class: "WorkflowEnvironmentConfigurationError",
    what: `the workflow "${name}" is not known here`,
    at: "/workflow_id",
    hint: 'write the workflow itself as "workflow_definition"',
  });
}
