import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Detections } from "../../src/kinds/detections.ts";
import { documentOf } from "../helpers/logic-blocks.ts";
import { openPlan } from "../helpers/open-plan.ts";
import { detections, findPythonCommand, findSupervisionPython, LIMITS, openBlock, picture } from "./child-block.ts";
import { codeBlock } from "./code-in-a-definition.ts";

const supervision = findSupervisionPython();
const INTERPRETERS = [
  ["numpy and supervision", supervision],
  ["numpy alone", findPythonCommand(true)],
  ["neither", findPythonCommand(false)],
] as const;
for (const [what, python] of INTERPRETERS) {
  if (python === null)
    process.stderr.write(`skipped: detections in Python with ${what}, as there is no such interpreter\n`);
}

const three = detections([
  { box: [0, 0, 10, 10], class: "dog", confidence: 0.75, trackerId: 4, data: { speed: 1.5 } },
  { box: [1, 0, 11, 10], class: "dog", confidence: 0.5, trackerId: 5 },
  { box: [100, 0, 110, 10], class: "cat", classId: 1, confidence: 0.25, trackerId: 6 },
]);
const idsOf = (value: unknown) => (value as Detections).items.map(({ detectionId }) => detectionId);

describe.each(INTERPRETERS)("detections in Python with %s", (_, python) => {
  const pythonTest = it.skipIf(python === null);
  const evaluate = (body: string, inputs: Record<string, unknown> = { p: three }) =>
    openBlock(`import copy, pickle, dataclasses\ndef run(self, p):\n    ${body}`, { python: python ?? "" }).call(
      inputs,
    );

  pythonTest("can be copied, and copies are equal to them", async () => {
    const copies = "copy.copy(p), copy.deepcopy(p), pickle.loads(pickle.dumps(p)), p[0:3]";
    expect(await evaluate(`return [p == q for q in (${copies})]`)).toEqual([true, true, true, true]);
    expect(await evaluate(`return [${copies}]`)).toEqual([three, three, three, three]);
  });

  pythonTest("differ in what differs", async () => {
    const changed = [
      "p[0:2]",
      "dataclasses.replace(p, confidence=p.confidence[[2, 1, 0]])",
      "dataclasses.replace(p, tracker_id=None)",
      "dataclasses.replace(p, data={})",
      "1",
    ];
    expect(await evaluate(`return [p == q for q in (${changed.join(", ")})]`)).toEqual(changed.map(() => false));
  });

  pythonTest("do not change with a copy", async () => {
    const body = 'q = copy.deepcopy(p); q["speed"] = [3, 4, 5]; q.tracker_id = None; return p';
    expect(await evaluate(body)).toEqual(three);
  });

  pythonTest("are replaced in part", async () => {
    const found = (await evaluate("return dataclasses.replace(p, confidence=p.confidence[[2, 1, 0]])")) as Detections;
    expect(found.items.map(({ confidence }) => confidence)).toEqual([0.25, 0.5, 0.75]);
    expect(idsOf(found)).toEqual(["id-0", "id-1", "id-2"]);
  });

  pythonTest("of several pictures are merged", async () => {
    const other = { ...three, parentId: "crop", width: 10, height: 20 };
    const source = "def run(self, p, q):\n    return type(p).merge([p, q[1:2]])";
    const found = (await openBlock(source, { python: python ?? "" }).call({ p: three, q: other })) as Detections;
    expect(idsOf(found)).toEqual(["id-0", "id-1", "id-2", "id-1"]);
    expect(found).toMatchObject({ parentId: "door", width: 640, height: 480 });
  });

  pythonTest("of each picture of a batch come back as those of that picture, also when none is left", async () => {
    const other = { ...three, parentId: "crop", width: 10, height: 20, root: { ...three.root, id: "gate" } };
    const source = "def run(self, p):\n    return [{'out': q[0:0]} for q in p[:1]] + [{'out': q[1:2]} for q in p[1:]]";
    const manifest = { batch_oriented_parameters: ["value"] };
    const document = {
      ...documentOf([{ type: "Code", name: "s", value: "$inputs.x" }], { s: "$steps.s.out" }),
      dynamic_blocks_definitions: [
        codeBlock("Code", source.replace("self, p", "self, value").replaceAll("in p[", "in value["), {
          manifest,
          code: { type: "PythonCode" },
        }),
      ],
    };
    const { rows } = await openPlan(document, { python: python ?? "", limits: LIMITS }).run({ x: [other, three] });
    expect(rows).toMatchObject([
      { s: { items: [], parentId: "crop", width: 10, height: 20, root: { id: "gate" } } },
      { s: { items: [{ detectionId: "id-1" }], parentId: "door", width: 640, height: 480, root: { id: "door" } } },
    ]);
  });
});

describe.skipIf(supervision === null)("where supervision is installed", () => {
  const run = (body: string, inputs: Record<string, unknown> = { p: three }) =>
    openBlock(`def run(self, p):\n    ${body}`, { python: supervision ?? "" }).call(inputs);

  it("detections are of its class, whatever the code names", async () => {
    expect(await run("return [type(p).__module__.split('.')[0], type(p).__name__]")).toEqual([
      "supervision",
      "Detections",
    ]);
  });

  it("they have what that class has", async () => {
    expect(idsOf(await run("return p.with_nms(threshold=0.5)"))).toEqual(["id-0", "id-2"]);
    expect(((await run("return p.with_nmm(0.5)")) as Detections).items).toHaveLength(2);
    expect(idsOf(await run("return p[p.class_id == 1]"))).toEqual(["id-2"]);
  });

  it("they tell whose picture they are by their columns, when the block made them itself", async () => {
    const other = { ...three, parentId: "crop", width: 10, height: 20, root: { ...three.root, id: "gate" } };
    const source = `
def run(self, p, q):
    return sv.Detections(xyxy=q.xyxy, class_id=q.class_id, confidence=q.confidence, data=q.data)`;
    const found = await openBlock(source, { python: supervision ?? "" }).call({ p: three, q: other });
    expect(found).toMatchObject({ parentId: "crop", width: 10, root: { id: "gate" } });
  });

  it("a block prints nothing of its own about it", async () => {
    const { call, events } = openBlock("def run(self, p):\n    return len(p)", { python: supervision ?? "" });
    expect(await call({ p: three })).toBe(3);
    expect(events.filter(({ type }) => type === "block_output")).toEqual([]);
  });
});

describe.each(INTERPRETERS.slice(0, 2))("pictures in Python with %s", (_, python) => {
  const pythonTest = it.skipIf(python === null);
  const open = (body: string) =>
    openBlock(`import copy\nkept = []\ndef run(self, image):\n    ${body}`, { python: python ?? "" });
  const given = picture(8, 4);
  const rgbOf = (image: unknown) => [...(image as { pixels: { rgb: Uint8Array } }).pixels.rgb];

  pythonTest("may be drawn on, and come back with what was drawn", async () => {
    const { call } = open("image.numpy_image[0, 0] = (3, 2, 1)\n    return image");
    const drawn = await call({ image: given });
    expect(rgbOf(drawn)).toEqual([1, 2, 3, ...rgbOf(given).slice(3)]);
    expect(drawn).toMatchObject({ width: 8, height: 4, parentId: "door", root: given.root, video: given.video });
    // The next picture lies in the same memory.
    expect(rgbOf(await call({ image: picture(8, 4, 7) }))).toEqual([1, 2, 3, ...rgbOf(picture(8, 4, 7)).slice(3)]);
  });

  pythonTest("come back as themselves when nothing was drawn", async () => {
    const { call } = open("image.numpy_image.sum()\n    return image");
    expect(await call({ image: given })).toBe(given);
  });

  pythonTest("are new to each call, whatever an earlier one drew", async () => {
    const { call } = open("before = int(image.numpy_image.sum())\n    image.numpy_image[:] = 0\n    return before");
    const sum = rgbOf(given).reduce((a, b) => a + b);
    expect([await call({ image: given }), await call({ image: given })]).toEqual([sum, sum]);
  });

  pythonTest("keep what was drawn for as long as the block keeps them", async () => {
    const body =
      "image.numpy_image[:] = len(kept)\n    kept.append(image.numpy_image)\n    return [int(k.sum()) for k in kept]";
    const { call } = open(body);
    await call({ image: given });
    await call({ image: given });
    expect(await call({ image: given })).toEqual([0, 96, 192]);
  });

  pythonTest("are one picture where several inputs are", async () => {
    const source = "def run(self, a, b):\n    a.numpy_image[:] = 1\n    return int(b.numpy_image.sum())";
    expect(await openBlock(source, { python: python ?? "" }).call({ a: given, b: given })).toBe(96);
  });

  pythonTest("have copies with pixels of their own", async () => {
    const body = "other = copy.deepcopy(image)\n    other.numpy_image[:] = 9\n    return [image, other]";
    const [first, second] = (await open(body).call({ image: given })) as unknown[];
    expect(first).toBe(given);
    expect(new Set(rgbOf(second))).toEqual(new Set([9]));
  });
});

describe.skipIf(INTERPRETERS.every(([, python]) => python === null))("a block of Python", () => {
  const python = INTERPRETERS.find(([, command]) => command !== null)?.[1] ?? "";

  it("finds what it imports in run loaded before its first call, whose deadline is that of any other", async () => {
    const home = mkdtempSync(join(tmpdir(), "millrace-library-"));
    onTestFinished(() => rmSync(home, { recursive: true }));
    spawnSync(python, ["-m", "venv", "--without-pip", home]);
    const [version] = readdirSync(join(home, "lib"));
    const library = join(home, "lib", String(version), "site-packages", "slow_library.py");
    writeFileSync(library, "import time\ntime.sleep(2.5)\nready = True\n");
    const source = "def run(self):\n    import slow_library\n    return slow_library.ready";
    const { call } = openBlock(source, { python: join(home, "bin", "python"), limits: { ...LIMITS, callMs: 2000 } });
    expect(await call()).toBe(true);
  });

  it("knows its step and the run that it is part of", async () => {
    const source = "def run(self, value):\n    return {'out': self.get_workflow_context()}";
    const steps = ["s", "t"].map((name) => ({ type: "Code", name, value: "$inputs.x" }));
    const document = {
      ...documentOf(steps, { s: "$steps.s.out", t: "$steps.t.out" }),
      dynamic_blocks_definitions: [codeBlock("Code", source, { code: { type: "PythonCode" } })],
    };
    const { run } = openPlan(document, { python, limits: LIMITS });
    const contexts: Record<string, unknown>[] = [];
    for (const x of [[1, 2], [3]]) {
      const { rows } = await run({ x });
      contexts.push(...rows.flatMap((row) => Object.values(row) as Record<string, unknown>[]));
    }
    expect(contexts[0]).toEqual({
      step_name: "s",
      step_selector: "$steps.s",
      block_type: "Code",
      workflow_execution_id: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const ids = contexts.map((context) => context["workflow_execution_id"]);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(new Set(ids).size).toBe(2);
  });
});
