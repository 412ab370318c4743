import { z } from "zod";
import { EffectError } from "../../base/errors.ts";
import { lazy } from "../../base/lazy.ts";
import { compileDataOperations, dataOperations } from "../../query/operated-data.ts";
import { PIXELS } from "../../query/operation.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, refMap } from "../contract/fields.ts";
import { CoolDown } from "./cool-down.ts";
import { positiveSendingFields, sendBy } from "./sink-fields.ts";
import { webhookRequest } from "./webhook-request.ts";

const scalar = lazy(() => z.union([z.string(), z.number(), z.boolean()]));
const json = lazy(() => z.union([scalar(), z.record(z.string(), z.unknown()), z.array(z.unknown())]));
const SHORT_KINDS = [
  "string",
  "integer",
  "float",
  "roboflow_model_id",
  "roboflow_project",
  "roboflow_api_key",
] as const;

export const webhookSinkV1 = defineBlock({
  type: "roboflow_core/webhook_sink@v1",
  category: "sink",
  summary: "Sends a request over HTTP.",
  inputs: () =>
    z.object({
      url: orRef(z.string(), "string").describe("Address, http or https."),
      method: z.enum(["GET", "POST", "PUT"]).describe("Method of the request."),
      query_parameters: refMap(
        [...SHORT_KINDS, "float_zero_to_one", "list_of_values", "boolean", "top_class"],
        z.union([scalar(), z.array(scalar())]),
      )
        .default({})
        .describe("Added to the address; a list repeats its name."),
      headers: refMap([...SHORT_KINDS, "float_zero_to_one", "boolean", "top_class"], scalar())
        .default({})
        .describe("Headers by name."),
      json_payload: refMap(["*"], json()).default({}).describe("Body as JSON, when there are no files and no form."),
      json_payload_operations: dataOperations().describe("Operations on values of the payload, by name."),
      multi_part_encoded_files: refMap(["*"], json())
        .default({})
        .describe("Files by name, as text or bytes: the body is multipart then."),
      multi_part_encoded_files_operations: dataOperations().describe("Operations on files, by name."),
      form_data: refMap(["*"], json()).default({}).describe("Fields of a form, by name."),
      form_data_operations: dataOperations().describe("Operations on fields of the form, by name."),
      request_timeout: orRef(z.int().positive(), "integer").default(2).describe("Seconds to wait for the answer."),
      ...positiveSendingFields(),
    }),
  outputs: { error_status: "boolean", throttling_status: "boolean", message: "string" },
  sink: true,
  needs: ["http", "background", "time", "ids"],
  example: {
    url: "http://192.0.2.5:9000/door",
    method: "POST",
    json_payload: { count: "$steps.model.predictions", place: "door" },
    json_payload_operations: { count: [{ type: "SequenceLength" }] },
    cooldown_seconds: 10,
  },
  prepare: (literals) => ({
    coolDown: new CoolDown(),
    payload: compileDataOperations(literals.json_payload_operations),
    files: compileDataOperations(literals.multi_part_encoded_files_operations),
    form: compileDataOperations(literals.form_data_operations),
  }),
  run(inputs, context) {
    const { prepared, services } = context;
    const { coolDown, payload, files, form } = prepared;
    const pixels = { [PIXELS]: services.pixels };
    return sendBy(inputs, context, coolDown, () => {
      const content = {
        ...inputs,
        json_payload: payload({ ...inputs.json_payload, ...pixels }),
        multi_part_encoded_files: files({ ...inputs.multi_part_encoded_files, ...pixels }),
        form_data: form({ ...inputs.form_data, ...pixels }),
      };
      const request = webhookRequest(content, services.ids.uuid().replaceAll("-", ""));
      return async () => {
        const { status } = await services.http.send({ ...request, timeoutMs: inputs.request_timeout * 1000 });
        if (status >= 400) throw new EffectError("HTTP_STATUS", `the server answered with status ${status}`);
        return `sent, and answered with status ${status}`;
      };
    });
  },
});
