import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { type Block, defineBlock, defineFamily, nextRow, no, orRef, ref, refTo, z } from "../../src/library.ts";
import {
  BlockStep,
  blockFaults,
  constantModel,
  decodeModel,
  detection,
  detections,
  frame,
  runCases,
} from "../../src/testing.ts";
import { ROOT } from "../helpers/cli.ts";
import { useFolder } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000 });

const folder = useFolder();

const tally = defineBlock({
  type: "kit/tally@v1",
  summary: "Counts sure objects since the start.",
  inputs: z.object({
    predictions: ref("object_detection_prediction").describe("Objects."),
    least: orRef(z.number(), "float").default(0.5).describe("Lowest confidence that counts."),
  }),
  outputs: { count: "integer" },
  example: { predictions: "$steps.model.predictions", least: 0.3 },
  state: () => ({ count: 0 }),
  run: ({ predictions, least }, { state }) => {
    state.count += predictions.items.filter(({ confidence }) => confidence >= least).length;
    return { count: state.count };
  },
});

describe("a block as a step", () => {
  it("reads literals with their defaults and keeps state for each camera", async () => {
    const step = new BlockStep(tally);
    const predictions = detections([detection([0, 0, 9, 9]), detection([0, 0, 9, 9], { confidence: 0.4 })]);
    expect(await step.run({ predictions }, "gate")).toEqual({ count: 1 });
    expect(await step.run({ predictions, least: 0.3 }, "gate")).toEqual({ count: 3 });
    expect(await step.run({ predictions }, "yard")).toEqual({ count: 1 });
  });

  it("refuses a literal that the schema refuses", async () => {
    const call = new BlockStep(tally).run({ predictions: detections([]), least: "much" });
    await expect(call).rejects.toMatchObject({
      code: "KIT_PROPERTY",
      message: expect.stringMatching(/property "least"/),
    });
  });

  it("runs blocks for whole batches, that need services and initialisation parameters", async () => {
    const sender = defineBlock({
      type: "kit/send@v1",
      summary: "Sends.",
      inputs: z.object({ image: ref("image").describe("Picture.") }),
      outputs: { status: "integer" },
      needs: ["http"],
      init: ["address"],
      sink: true,
      example: { image: "$inputs.image" },
      runMany: (elements, contexts) =>
        Promise.all(
          elements.map(async (_, i) => {
            const { services, init } = contexts[i] as {
              services: { http: { send(request: object): Promise<{ status: number }> } };
              init: { address: string };
            };
            const request = { method: "GET", url: init.address, headers: {}, body: null, timeoutMs: 1000 };
            return { status: (await services.http.send(request)).status };
          }),
        ),
    });
    const asked: string[] = [];
    const http = { send: async ({ url }: { url: string }) => ({ status: asked.push(url) + 200, text: "" }) };
    const step = new BlockStep(sender, { services: { http }, init: { address: "http://there" } });
    expect(await step.run({ image: frame(1) })).toEqual({ status: 201 });
    expect(asked).toEqual(["http://there"]);
  });
});

describe("the rules of blocks", () => {
  it("are kept by a block in order", async () => {
    expect(await blockFaults(tally)).toEqual([]);
  });

  it("take kinds, codecs and initialisers of its plugin", async () => {
    const greet = defineBlock({
      type: "kit/greet@v1",
      summary: "Greets.",
      inputs: z.object({ guest: refTo(["guest"], z.string()).describe("Whom.") }),
      outputs: { text: "string" },
      init: ["word"],
      example: { guest: "$inputs.guest" },
      run: ({ guest }, { init }) => ({ text: `${init.word} ${guest}` }),
    });
    const plugin = { kinds: { guest: { serialise: String } }, initialisers: { word: () => "hello" } };
    expect(await blockFaults(greet, { plugin, samples: { guest: ["Ann", "Ben"] } })).toEqual([]);
    expect(await blockFaults(greet)).toContain('its property "guest" is of the unknown kind "guest"');
  });

  it.each<[string, Block, RegExp]>([
    [
      "has no description",
      change({ inputs: z.object({ predictions: ref("object_detection_prediction") }) }),
      /"predictions" has no description/,
    ],
    ["has a type without a version", change({ type: "tally" }), /its type is "tally"/],
    [
      "shows an example that its schema refuses",
      change({ example: { predictions: "$steps.model.predictions", least: "x" } }),
      /its example: least/,
    ],
    ["gives another kind", change({ run: () => ({ count: "three" as never }) }), /gives for count/],
    [
      "fails without a code",
      change({ run: () => ({ count: (undefined as never as number[])[0] as number }) }),
      /Cannot read/,
    ],
  ])("find a block that %s", async (_, block, fault) => {
    expect(await blockFaults(block)).toContainEqual(expect.stringMatching(fault));
  });
});

/** The block with one part in another way. */
function change(part: object): Block {
  const { schema: _, ...rest } = tally;
  const inputs = z.object({
    predictions: ref("object_detection_prediction").describe("Objects."),
    least: orRef(z.number(), "float").default(0.5).describe("Lowest confidence that counts."),
  });
  const declaration = { ...rest, inputs, outputs: { count: "integer" }, state: () => ({ count: 0 }) } as const;
  return defineBlock({
    ...declaration,
    keeps: [],
    prepare: undefined,
    runMany: undefined,
    reference: undefined,
    dynamicOutputs: undefined,
    ...part,
  } as never);
}

describe("a family of models", () => {
  const spots = defineFamily({
    name: "spots",
    task: "detect",
    preprocessing: { order: "rgb", scale: 1, mean: [0, 0, 0], std: [1, 1, 1], fit: "stretch", pad: 114 },
    needsSuppression: false,
    match: ({ file }) =>
      file.outputs[0]?.name === "spots"
        ? { matches: true, classCount: 2, reason: "has an output spots" }
        : no("no spots"),
    decode({ outputs, confidence }, into) {
      const [{ data } = { data: new Float32Array() }] = outputs;
      for (let i = 0; i < data.length; i += 4) {
        const [x = 0, y = 0, score = 0, classId = 0] = data.subarray(i, i + 4);
        if (score >= confidence) into.rows.set([x - 4, y - 4, x + 4, y + 4, score, classId], nextRow(into, i));
      }
    },
  });
  const file = constantModel({
    outputs: {
      spots: [
        [
          [10, 20, 0.75, 1],
          [40, 40, 0.25, 0],
        ],
      ],
    },
  });

  it("is decoded from the outputs of a file of a few nodes", async () => {
    const settings = { families: [spots], statement: { classes: ["dot", "ring"] } };
    const { family, task, boxes } = await decodeModel(file, settings);
    expect({ family, task }).toEqual({ family: "spots", task: "detect" });
    expect(boxes).toEqual([{ box: [6, 16, 14, 24], confidence: 0.75, classId: 1, class: "ring" }]);
    const all = await decodeModel(file, { ...settings, parameters: { confidence: 0.1 } });
    expect(all.boxes).toHaveLength(2);
    const picture = { rgb: new Uint8Array(128 * 64 * 3), width: 128, height: 64 };
    expect((await decodeModel(file, { ...settings, picture })).boxes[0]?.box).toEqual([12, 16, 28, 24]);
  });

  it("is named with its reasons where it does not take the file", async () => {
    await expect(decodeModel(file)).rejects.toMatchObject({ code: "MODEL_FAMILY_UNKNOWN" });
  });
});

describe("cases", () => {
  it("are run with their verdicts", async () => {
    const definition = {
      version: "1.0",
      inputs: [{ type: "WorkflowParameter", name: "word" }],
      steps: [],
      outputs: [{ type: "JsonField", name: "said", selector: "$inputs.word" }],
    };
    const one = (said: string) => ({
      definition,
      runs: [{ word: "hello" }],
      expected: { runs: [{ rows: [{ said }] }] },
    });
    writeFileSync(folder.path("a.case.json"), JSON.stringify(one("hello")));
    writeFileSync(folder.path("b.case.json"), JSON.stringify(one("bye")));
    const verdicts = await runCases([folder.path("a.case.json"), folder.path("b.case.json")]);
    expect(verdicts.map(({ status }) => status)).toEqual(["same", "different"]);
    expect(verdicts[1]?.differences).toMatchObject([{ expected: "bye", found: "hello" }]);
  });
});

it("the plugin of the examples is tested with it, in a project that has the package", () => {
  mkdirSync(folder.path("project/node_modules"), { recursive: true });
  symlinkSync(ROOT, folder.path("project/node_modules/millrace"));
  cpSync(`${ROOT}examples/plugin-loitering`, folder.path("project/plugin"), { recursive: true });
  const { status, stdout } = spawnSync(process.execPath, ["--test", "--test-reporter=tap", "plugin/"], {
    cwd: folder.path("project"),
    encoding: "utf8",
  });
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(status, stdout).toBe(0);
});
