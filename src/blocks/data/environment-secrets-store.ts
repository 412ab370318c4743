import { z } from "zod";
import { defineBlock } from "../contract/block.ts";
import { namedSecrets } from "../reference/dynamic-outputs.ts";

export const environmentSecretsStoreV1 = defineBlock({
  type: "roboflow_core/environment_secrets_store@v1",
  category: "data",
  summary: "Gives the values of environment variables, which no message and no log shows.",
  inputs: () =>
    z.object({
      variables_storing_secrets: z
        .array(z.string())
        .min(1)
        .describe(
          "Names of the variables; the outputs have these names in small letters, null for one that is not set.",
        ),
    }),
  outputs: {},
  dynamicOutputs: namedSecrets,
  needs: ["environment"],
  example: { variables_storing_secrets: ["WEBHOOK_API_KEY"] },
  run: ({ variables_storing_secrets: names }, { services: { environment } }) =>
    Object.fromEntries(names.map((name) => [name.toLowerCase(), environment.secret(name)])),
});
