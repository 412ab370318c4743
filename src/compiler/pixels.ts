import type { Checked } from "./assemble.ts";
import { type PixelNeeds, type Plan, type PlanModel, plansOf, type Subworkflow } from "./plan.ts";
import type { ParsedStep } from "./steps.ts";

// The renditions that the workflow reads, and the steps that only make pictures for viewers.

/** Which pixels every image input must deliver, and every model the steps name. */
export function pixelNeeds(checked: Checked): Pick<Plan, "pixels" | "models"> {
  const images = checked.definition.inputs.filter((input) => input.kind.includes("image"));
  const pixels = images.map(({ name }) => needsOf(name, checked));
  const models = checked.steps.flatMap((step) => {
    if (step.subworkflow !== null) return subworkflowModels(step, ({ models }) => models);
    return modelsOf(step);
  });
  return { pixels, models: unique(models) };
}

function needsOf(input: string, checked: Checked): PixelNeeds {
  const models: PlanModel[] = [];
  let full = [...checked.outputs.values()].some((source) => source.type === "input" && source.input.name === input);
  for (const step of checked.steps) {
    const looking = step.connections.filter(({ selector }) => selector.type === "input" && selector.name === input);
    if (looking.length === 0) continue;
    if (step.subworkflow !== null && step.subworkflow.type !== "dynamic") {
      const inner = plansOf(step.subworkflow).flatMap((plan) =>
        plan.pixels.filter((needs) => readsInput(step, needs, input)),
      );
      models.push(
        ...subworkflowModels(step, (plan) =>
          plan.pixels.filter((needs) => inner.includes(needs)).flatMap((needs) => needs.models),
        ),
      );
      const shared = new Set(step.subworkflow.shared.map(({ property }) => property));
      full ||= inner.some((needs) => needs.full) || looking.some(({ property }) => !shared.has(property));
      continue;
    }
    models.push(...modelsOf(step));
    full ||= seesPixels(step, checked) || looking.some(({ port }) => port.kinds.includes("*"));
  }
  return { input, full, models: unique(models) };
}

/**
 * Cuts, draws or runs code on the picture; a tracker only reads the metadata that rides on it. A property that takes
 * anything may hand the picture on under another kind, so it counts as well.
 */
function seesPixels(step: ParsedStep, checked: Checked): boolean {
  const makesImages = Object.values(step.outputs).some((kinds) => kinds.includes("image"));
  const looks = step.block.needs.includes("pixels") && (step.block.looks?.(step.literals) ?? true);
  return makesImages || looks || checked.code.has(step.block.type);
}

/** Models that properties of the step name. */
export function modelsOf(step: ParsedStep): PlanModel[] {
  const chosen = (step.block.asks?.(step.literals) ?? []).map((asked): PlanModel => ({ ...asked, prefix: "" }));
  const named = Object.entries(step.block.ports).flatMap(([property, { model }]): PlanModel[] => {
    if (model === undefined) return [];
    const literal = step.literals[property];
    if (typeof literal === "string") return [{ ...model, id: `${model.prefix}${literal}` }];
    const selector = step.connections.find((connection) => connection.property === property)?.selector;
    return selector?.type === "input" ? [{ ...model, parameter: selector.name }] : [];
  });
  return [...named, ...chosen];
}

/** Models of the workflows inside a step, in terms of the workflow around it. */
function subworkflowModels(step: ParsedStep, of: (plan: Plan) => readonly PlanModel[]): PlanModel[] {
  const { subworkflow } = step;
  if (subworkflow === null) return [];
  if (subworkflow.type === "dynamic") return subworkflow.preload.map((id) => ({ id, prefix: "", task: null }));
  return plansOf(subworkflow).flatMap((plan) =>
    of(plan).flatMap((model): PlanModel[] => {
      if ("id" in model) return [model];
      const property = propertyOf(model.parameter, subworkflow);
      const literal =
        (property && step.literals[property]) ?? plan.inputs.find(({ name }) => name === model.parameter)?.defaultValue;
      const selector = step.connections.find((connection) => connection.property === property)?.selector;
      const { task, prefix } = model;
      if (selector?.type === "input") return [{ task, prefix, parameter: selector.name }];
      return typeof literal === "string" ? [{ task, prefix, id: `${prefix}${literal}` }] : [];
    }),
  );
}

/** Whether an image input of a workflow inside is that image input of the workflow around it. */
function readsInput(step: ParsedStep, needs: PixelNeeds, input: string): boolean {
  const own = step.subworkflow === null ? undefined : propertyOf(needs.input, step.subworkflow);
  return step.connections.some(
    ({ property, selector }) => property === own && selector.type === "input" && selector.name === input,
  );
}

/** The property that brings an input of the workflow inside, if it is shared by all of its runs. */
function propertyOf(input: string, subworkflow: Subworkflow): string | undefined {
  if (subworkflow.type === "dynamic") return undefined;
  return subworkflow.shared.find(({ name }) => name === input)?.property;
}

function unique(models: readonly PlanModel[]): PlanModel[] {
  return [...new Map(models.map((model) => [JSON.stringify(model), model])).values()];
}

/** Steps all of whose outputs end in pictures, with the names of the outputs that show these: without a viewer of one they are skipped. */
export function pictureOnlySteps(checked: Checked): ReadonlyMap<ParsedStep, readonly string[]> {
  const { steps } = checked;
  const kept = keptSteps(checked);
  const makesPicture = (step: ParsedStep) => Object.values(step.outputs).some((kinds) => kinds.includes("image"));
  const shown = shownIn(checked);
  const only = steps.filter((step) => !kept.has(step) && makesPicture(step));
  return new Map(only.map((step) => [step, [...(shown.get(step) ?? [])]] as const));
}

function keptSteps({ steps, sources, outputs, controllers }: Checked): ReadonlySet<ParsedStep> {
  const kept = new Set<ParsedStep>();
  for (const source of outputs.values()) {
    if (source.type === "input") continue;
    const kinds = source.type === "all" ? [] : source.step.outputs[source.output];
    if (!kinds?.includes("image")) kept.add(source.step);
  }
  for (const step of steps.toReversed()) {
    const feedsNothing = Object.keys(step.outputs).length === 0;
    if (step.block.stateful || feedsNothing || step.block.sink) kept.add(step);
    if (!kept.has(step)) continue;
    for (const connection of step.connections) {
      const source = sources.get(connection);
      if (source?.type === "output") kept.add(source.step);
    }
    for (const gate of controllers.get(step) ?? []) kept.add(gate);
  }
  return kept;
}

/** For each step the outputs of the workflow that it is needed for. */
function shownIn({ steps, sources, outputs, controllers }: Checked): ReadonlyMap<ParsedStep, ReadonlySet<string>> {
  const shown = new Map<ParsedStep, Set<string>>();
  const add = (step: ParsedStep, names: Iterable<string>) => {
    shown.set(step, new Set([...(shown.get(step) ?? []), ...names]));
  };
  for (const [{ name }, source] of outputs) if (source.type !== "input") add(source.step, [name]);
  for (const step of steps.toReversed()) {
    const names = shown.get(step) ?? [];
    for (const connection of step.connections) {
      const source = sources.get(connection);
      if (source?.type === "output") add(source.step, names);
    }
    for (const gate of controllers.get(step) ?? []) add(gate, names);
  }
  return shown;
}
