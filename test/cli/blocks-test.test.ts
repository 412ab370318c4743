import { writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { codeBlock } from "../dynamic/code-in-a-definition.ts";
import { millrace, ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

// One block of a definition alone, as its author runs it.

const folder = useFolder();
const COUNTER = `${ROOT}/examples/code-blocks/counter.json`;

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  const image = { type: "DynamicInputDefinition", selector_types: ["input_image"] };
  const boxes = {
    type: "DynamicInputDefinition",
    selector_types: ["step_output"],
    selector_data_kind: { step_output: ["object_detection_prediction"] },
  };
  const limit = { type: "DynamicInputDefinition", value_types: ["float"] };
  const look = codeBlock(
    "Look",
    `function run({ image, boxes, limit }, { pixels }) {
  console.log("looking");
  const { rgb } = pixels.view(image);
  return { out: [image.width, rgb[0] > 200, boxes.items.filter((box) => box.confidence > limit).length] };
}`,
    { inputs: { image, boxes, limit } },
  );
  const document = { version: "1.0", inputs: [], steps: [], outputs: [], dynamic_blocks_definitions: [look] };
  await writeFile(folder.path("look.json"), JSON.stringify(document));
  const { default: sharp } = await import("sharp");
  await sharp({ create: { width: 40, height: 30, channels: 3, background: "white" } }).toFile(folder.path("white.png"));
});

const test = (...args: string[]) => millrace(["blocks", "test", ...args], { cwd: folder.path("."), limitMs: 50_000 });

describe("millrace blocks test", () => {
  it("calls the block once for each input, with the same variables", async () => {
    const { code, stdout } = await test(COUNTER, "--input", '{"input_value": 2}', "--input", '{"input_value": 5}');
    expect(code).toBe(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { run_count: 1, current: 4, previous: null },
      { run_count: 2, current: 10, previous: 4 },
    ]);
  });

  it.each([[[]], [["--isolated"]]])(
    "gives it pictures, detections and literals (%j), and shows what it prints",
    async (flags) => {
      const detection = {
        x: 5,
        y: 5,
        width: 2,
        height: 2,
        confidence: 0.9,
        class: "a",
        class_id: 0,
        detection_id: "1",
      };
      const boxes = {
        image: { width: 40, height: 30 },
        predictions: [detection, { ...detection, confidence: 0.1, detection_id: "2" }],
      };
      const input = JSON.stringify({ image: "white.png", boxes, limit: 0.5 });
      const { code, stdout, stderr } = await test("look.json", "--input", input, ...flags);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ out: [40, true, 1] });
      expect(stderr).toContain("looking");
    },
  );

  it("shows the lines around a failure, and what the block was given", async () => {
    const { code, stderr } = await test(COUNTER, "--input", '{"input_value": {"a": 1}}');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Error in line 8(, column \d+)?, in run: TypeError/);
    expect(stderr).toMatch(/^ {4}> {2}8 \| {5}last_result = input_value \* 2$/m);
    expect(stderr).toContain("inputs: input_value: object with a");
  });

  it("tells what is wrong with its arguments, all at once", async () => {
    const wrong = async (...args: string[]) => {
      const { code, stderr } = await test(...args);
      expect(code).toBe(2);
      expect(stderr).not.toContain("    at ");
      return stderr;
    };
    expect(await wrong(COUNTER, "--input", "x", "--input", "[1]")).toMatch(
      /--input is "x".*\n.*\n.*--input is "\[1\]"/,
    );
    expect(await wrong(COUNTER, "--input", '{"input_valeu": 1}')).toContain('did you mean "input_value"?');
    expect(await wrong(COUNTER, "--block", "Countre")).toContain('did you mean "Counter"?');
    expect(await wrong("look.json", "--input", '{"image": "none.png", "boxes": null, "limit": 1}')).toContain("image");
    expect(await wrong("absent.json")).toContain("there is no such file");
  });
});
