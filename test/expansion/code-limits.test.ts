import { expect, it } from "vitest";
import type { Issue } from "../../src/base/issue.ts";
import { checkToRun } from "../../src/compiler/compile.ts";
import { Definition } from "../../src/definition/document.ts";
import { CODE } from "../../src/expansion/library-of.ts";
import { openLibrary } from "../../src/expansion/open-library.ts";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { dynamicWorkflow, planDocument, returning } from "./documents.ts";

it("code that generated workflows use has the time for a call that the config gives, and what generates them its own", () => {
  const block = codeBlock("Slow", "function run() { return { out: 1 }; }");
  const document = planDocument(dynamicWorkflow("Plan", returning([], {})), { blocks: [block] });
  const library = openLibrary({ allowCode: true, code: { ...CODE, callMs: 700 }, isExamined: false });
  const { plan, issues: faults } = checkToRun(document, library);
  expect(faults).toEqual([]);
  const [step] = plan?.steps ?? [];
  if (step?.subworkflow?.type !== "dynamic") throw new Error("no step that generates workflows");
  expect(step.code?.limits.callMs).toBe(250);
  // In a workflow's thread, whose library knows nothing of the config.
  const issues: Issue[] = [];
  const there = openLibrary({ allowCode: true, isExamined: false });
  const { code } = there.dynamicBlocks(Definition().parse(document), issues, step.subworkflow.code);
  expect([issues, code.get("Slow")?.limits.callMs]).toEqual([[], 700]);
});
