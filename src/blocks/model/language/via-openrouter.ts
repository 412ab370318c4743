import { z } from "zod";
import { StepError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import { brief } from "../../../definition/brief.ts";
import type { TogetherFault } from "../../contract/block.ts";
import { orRef } from "../../contract/fields.ts";
import type { AskSettings } from "./ask-language.ts";
import type { BoxFormatName } from "./box-formats.ts";
import { slugOf } from "./openrouter-names.ts";

export const privacyField = lazy(() =>
  z
    .enum(["allow", "deny", "zdr"])
    .default("deny")
    .describe("Which vendors may serve: all, those that do not collect data, those that keep nothing at all."),
);

/** A little freedom, as these blocks have it. */
export const steadyField = lazy(() => orRef(z.number(), "float").default(0.1).describe("How free the answer is."));

export const routedModelField = (usual: string) =>
  orRef(z.string(), "string")
    .default(usual)
    .describe("Model, by the name that this block gives it, or as OpenRouter calls it (vendor/model).");

export const effortField = lazy(() =>
  orRef(z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]), "string")
    .nullable()
    .default(null)
    .describe("How much the model thinks; its own way by default."),
);

interface Routed {
  privacy?: keyof typeof PRIVACY;
  /** Null for the model's own way, "none" for none. */
  effort?: string | null;
  boxes?: BoxFormatName;
}

/** How a model is asked by OpenRouter, given the block's name of it. */
export function viaOpenRouter({ model: name, ...rest }: Routed & { model: string }): AskSettings {
  const slug = slugOf(name);
  if (slug === null) throw new StepError("STEP_INPUT", `"model_version" ${unknownName(name)}`);
  return routed(slug, rest);
}

interface Asked {
  model_version: string;
  privacy_level?: keyof typeof PRIVACY;
  reasoning_effort?: string | null;
}

/** What blocks share that name their model in `model_version`; `boxes` is the form in which these models give them. */
export function byName(boxes?: BoxFormatName) {
  return {
    check: ({ model_version: name }: { model_version?: unknown }) => unknownModel("model_version", name),
    settings: ({ model_version: model, privacy_level: privacy, reasoning_effort: effort }: Asked) =>
      viaOpenRouter({
        model,
        ...(privacy === undefined ? {} : { privacy }),
        ...(effort === undefined ? {} : { effort }),
        ...(boxes === undefined ? {} : { boxes }),
      }),
  };
}

/** The same given OpenRouter's name. */
export function routed(model: string, { privacy, effort = null, boxes }: Routed): AskSettings {
  const extra = {
    ...(privacy === undefined ? {} : { provider: PRIVACY[privacy] }),
    ...(effort === null ? {} : { reasoning: reasoning(effort, model) }),
  };
  return { provider: "openrouter", model, extra, ...(boxes === undefined ? {} : { boxes }) };
}

/** A name of a model that says nothing to OpenRouter. */
export function unknownModel(property: string, name: unknown): TogetherFault[] {
  return typeof name === "string" && slugOf(name) === null ? [{ property, what: unknownName(name) }] : [];
}

const PRIVACY = {
  allow: { data_collection: "allow" },
  deny: { data_collection: "deny" },
  zdr: { data_collection: "deny", zdr: true },
};

/** Models that refuse not to think. */
const ALWAYS_THINKING = /-thinking$|^qwen\/qwen3\.8-max$/;

function reasoning(effort: string, model: string) {
  if (effort !== "none") return { effort };
  return ALWAYS_THINKING.test(model) ? { effort: "low" } : { enabled: false };
}

function unknownName(name: string): string {
  return `is ${brief(name)}, a name that is not known here; state what OpenRouter calls the model, such as "vendor/model"`;
}
