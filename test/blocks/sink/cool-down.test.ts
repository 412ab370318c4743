import { expect, test } from "vitest";
import type { VideoMetadata } from "../../../src/kinds/video-metadata.ts";
import { openPlan } from "../../helpers/open-plan.ts";
import { frame } from "../values.ts";
import { json, openService } from "./service-double.ts";

const LIVE = { comesFromVideoFile: false } as const;
const inFile = (clockS: number): Partial<VideoMetadata> => ({ comesFromVideoFile: true, clockS });

/** What a step that cools down for a minute says of each of these frames, as fast as the engine runs. */
async function throttled(
  frames: readonly { source?: string; of: Partial<VideoMetadata> }[],
  step: Record<string, unknown> = {},
): Promise<unknown[]> {
  const { base } = await openService((_, response) => json(response, {}));
  const { run } = openPlan({
    version: "1.4.0",
    inputs: [{ type: "WorkflowImage", name: "image" }],
    steps: [
      {
        type: "roboflow_core/webhook_sink@v1",
        name: "alert",
        url: base,
        method: "POST",
        cooldown_seconds: 60,
        ...step,
      },
    ],
    outputs: [{ type: "JsonField", name: "throttled", selector: "$steps.alert.throttling_status" }],
  });
  const rows: unknown[] = [];
  for (const [i, { source = "door", of }] of frames.entries()) {
    const result = await run({ image: [frame(i, of)] }, { sources: [source] });
    rows.push(result.rows[0]?.["throttled"]);
  }
  return rows;
}

test("goes by the time of a recording, however fast it is worked through", async () => {
  const seconds = [0, 30, 59.96, 60, 119.96, 120];
  expect(await throttled(seconds.map((s) => ({ of: inFile(s) })))).toEqual([false, true, true, false, true, false]);
});

test("is of each recording by itself", async () => {
  const frames = [
    { source: "a", of: inFile(0) },
    { source: "b", of: inFile(3600) },
    { source: "a", of: inFile(30) },
    { source: "b", of: inFile(3660) },
  ];
  expect(await throttled(frames)).toEqual([false, false, true, false]);
});

test("is one for all live cameras, by the clock of the machine", async () => {
  const frames = [{ source: "a", of: LIVE }, { source: "b", of: LIVE }, { of: { ...LIVE, clockS: 1e6 } }];
  expect(await throttled(frames)).toEqual([false, true, true]);
});

test("starts again where a recording does", async () => {
  expect(await throttled([30, 90, 0, 59, 60].map((s) => ({ of: inFile(s) })))).toEqual([
    false,
    false,
    false,
    true,
    false,
  ]);
});

test("holds for steps inside of a loop, which see no frame of their own", async () => {
  const definition = {
    version: "1.4.0",
    inputs: [{ type: "WorkflowParameter", name: "item" }],
    steps: [
      {
        type: "roboflow_core/webhook_sink@v1",
        name: "alert",
        url: "http://127.0.0.1:9",
        method: "POST",
        json_payload: { item: "$inputs.item" },
        cooldown_seconds: 60,
      },
    ],
    outputs: [{ type: "JsonField", name: "throttled", selector: "$steps.alert.throttling_status" }],
  };
  const { run } = openPlan({
    version: "1.4.0",
    inputs: [
      { type: "WorkflowImage", name: "image" },
      { type: "WorkflowBatchInput", name: "items" },
    ],
    steps: [
      { type: "millrace/for_each@v1", name: "each", over: { item: "$inputs.items" }, workflow_definition: definition },
    ],
    outputs: [{ type: "JsonField", name: "throttled", selector: "$steps.each.throttled" }],
  });
  const rows: unknown[] = [];
  for (const s of [0, 30, 60]) {
    const { rows: found } = await run({ image: [frame(1, inFile(s))], items: [["a", "b"]] });
    rows.push(found[0]?.["throttled"]);
  }
  expect(rows).toEqual([
    [false, true],
    [true, true],
    [false, true],
  ]);
});
