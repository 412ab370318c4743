import { describe, expect, it } from "vitest";
import { readDefinition } from "../../src/definition/document.ts";
import { tell } from "../helpers/tell.ts";

const rest = { inputs: [], steps: [], outputs: [] };

describe("the version of a document", () => {
  it.each([
    "1",
    "1.0",
    "1.0.0",
    "1.3.2",
    "1.14.99",
    "1.15.0",
    "1.16.2",
    "1.17.0",
    "v1.0",
    " 1.0 ",
    "1.0rc1",
    "1.2.dev3",
    "1.17.0.0",
    "",
  ])("is served: %j", (version) => {
    expect(readDefinition({ version, ...rest }).issues).toEqual([]);
  });

  it.each(["1.18.0", "1.17.1", "1.17.0.1", "2.0", "0.9", "10.0", "0"])("is of another engine: %j", (version) => {
    expect(readDefinition({ version, ...rest }).issues).toMatchObject([
      { class: "NotSupportedExecutionEngineError", code: "DEFINITION_VERSION_UNSUPPORTED", path: "/version" },
    ]);
  });

  it.each(["abc", "1.x", "1.", ".1", "1 0", "1.0-beta-beta-beta-beta", 1, 1.5, true, [], {}, ["1.0"]])(
    "is none: %j",
    (version) => {
      expect(readDefinition({ version, ...rest }).issues).toMatchObject([
        { class: "WorkflowDefinitionError", code: "DEFINITION_VERSION", path: "/version" },
      ]);
    },
  );

  it("is reported with what is served, and does not hide other faults", () => {
    expect(
      tell({
        "one of the future": { version: "1.18.0", ...rest },
        "no version": { version: "abc", ...rest },
        "a number": { version: 1, ...rest },
        absent: rest,
        null: { version: null, ...rest },
        "with another fault": { version: 2, ...rest, inputs: [{ type: "WorkflowImage" }] },
      }),
    ).toMatchInlineSnapshot(`
      "
      one of the future
        NotSupportedExecutionEngineError DEFINITION_VERSION_UNSUPPORTED at /version
          version "1.18.0" is not served; this engine serves 1.0 to 1.17.0

      no version
        WorkflowDefinitionError DEFINITION_VERSION at /version
          "version" is "abc", expected a text such as "1.0"

      a number
        WorkflowDefinitionError DEFINITION_VERSION at /version
          "version" is 1, expected a text such as "1.0"

      absent
        WorkflowSyntaxError DEFINITION_SYNTAX at /version
          "version" is missing

      null
        WorkflowSyntaxError DEFINITION_SYNTAX at /version
          "version" is null, expected string

      with another fault
        WorkflowDefinitionError DEFINITION_VERSION at /version
          "version" is 2, expected a text such as "1.0"
        WorkflowSyntaxError DEFINITION_SYNTAX at /inputs/0/name
          "name" is missing
      "
    `);
  });

  it("is read in time that grows with its length only", () => {
    const version = `1${"-rc".repeat(50_000)}!`;
    expect(readDefinition({ version, ...rest }).issues).toMatchObject([{ code: "DEFINITION_VERSION" }]);
  });
});
