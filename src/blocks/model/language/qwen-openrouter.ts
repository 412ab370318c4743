import { lazy } from "../../../base/lazy.ts";
import { askingBlock } from "./asking-block.ts";
import { askedOutputs, neededKey, tokensField } from "./language-fields.ts";
import { byName, routedModelField, steadyField } from "./via-openrouter.ts";

const common = lazy(() => ({ api_key: neededKey(), max_tokens: tokensField(500), temperature: steadyField() }));

export const qwen35OpenrouterV1 = askingBlock({
  type: "roboflow_core/qwen3_5_openrouter@v1",
  summary: "Asks Qwen 3.5 about images, by OpenRouter.",
  fields: () => ({ ...common(), model_version: routedModelField("Qwen 3.5 27B - OpenRouter") }),
  outputs: askedOutputs,
  ...byName("xyxy_0_1000"),
});

export const qwen36OpenrouterV1 = askingBlock({
  type: "roboflow_core/qwen3_6_openrouter@v1",
  summary: "Asks Qwen 3.6 about images, by OpenRouter.",
  fields: () => ({ ...common(), model_version: routedModelField("Qwen 3.6 35B A3B - OpenRouter") }),
  outputs: askedOutputs,
  ...byName("xyxy_0_1000"),
});
