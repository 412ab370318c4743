import { z } from "zod";
import { CompileError, messageOf } from "../../base/errors.ts";
import { compileDataOperations, dataOperations } from "../../query/operated-data.ts";
import { PIXELS } from "../../query/operation.ts";
import { defineBlock } from "../contract/block.ts";
import { orRef, refMap } from "../contract/fields.ts";
import { parseTemplate, type Template } from "./template.ts";

export const stringTemplateV1 = defineBlock({
  type: "roboflow_core/string_template@v1",
  category: "data",
  summary: "Fills the places of a text with values.",
  inputs: () =>
    z.object({
      template: orRef(z.string(), "string").describe(
        "Text with places such as {count} or {speed:.1f}, in Python's format language; {{ and }} are braces.",
      ),
      data: refMap(["*"], z.union([z.string(), z.number(), z.boolean()]))
        .default({})
        .describe("Values by the names of their places."),
      data_operations: dataOperations().describe("Operations on the values, by name, done before the text is filled."),
    }),
  outputs: { output: "string" },
  example: {
    template: "{count} on {camera}",
    data: { count: "$steps.model.predictions", camera: "yard" },
    data_operations: { count: [{ type: "SequenceLength" }] },
  },
  prepare: ({ template, data_operations }) => ({
    operate: compileDataOperations(data_operations),
    parsed: template === undefined ? null : { text: template, template: parseLiteral(template) },
  }),
  run: ({ template, data }, { prepared, services }) => {
    const { operate, parsed } = prepared;
    const { fill } = parsed?.text === template ? parsed.template : parseTemplate(template);
    return { output: fill(operate({ ...data, [PIXELS]: services.pixels })) };
  },
});

function parseLiteral(text: string): Template {
  try {
    return parseTemplate(text);
  } catch (thrown) {
    const issue = { code: "TEMPLATE_MALFORMED", path: "/template", message: messageOf(thrown) };
    throw new CompileError("TEMPLATE_MALFORMED", [issue]);
  }
}
