import { describe, expect, test } from "vitest";
import { steadyMs } from "../../../src/base/steady-clock.ts";
import { compile } from "../../../src/compiler/compile.ts";
import { LIVE_FORM, type PictureWish } from "../../../src/daemon/worker/picture-wish.ts";
import { openResultWriter, type WriterSettings } from "../../../src/daemon/worker/result-writer.ts";
import { openLibrary } from "../../../src/expansion/open-library.ts";
import type { FrameHandle } from "../../../src/kinds/frame.ts";
import { openSequence } from "../../../src/publish/messages/sequence.ts";
import { detection, detections, picture } from "../../blocks/values.ts";
import { trackingWorkflow } from "../../helpers/daemon.ts";

const plan = compile(trackingWorkflow(), openLibrary({ allowCode: true }));
const TIMING = { startedAt: 0, takenAt: 0, inferMs: 3, waitMs: 0, wishes: [] as PictureWish[] };

function open(publish: object = {}, settings: Partial<WriterSettings> = {}) {
  const pixels = {
    view: () => ({ rgb: new Uint8Array(), stride: 0, width: 0, height: 0 }),
    copy: () => new Uint8Array(),
  };
  const all: WriterSettings["publish"] = {
    prefix: "millrace",
    device: "dock",
    boot: "dead",
    sequence: openSequence().memory,
    workflow: { id: "count", revision: "abc" },
    detections: "tracks",
    frames: true,
    counts: false,
    values: false,
    events: true,
    tracks: { confirmFrames: 1, confirmScore: 0, updateEveryS: 5, lostAfterS: 3, maxOpen: 1000 },
    outputs: "changed",
    pictures: null,
    ...publish,
  };
  const writer = openResultWriter({ publish: all, outputs: false, picture: "picture", ...settings }, plan, {
    pixels,
    codecs: new Map(),
    pictures: null,
  });
  return {
    writer,
    async messages(frame: FrameHandle, row: Record<string, unknown>) {
      const [result] = await writer.write([frame], { rows: [row], faults: [] }, TIMING);
      return (result?.messages ?? []).map(({ topic, payload }) => ({ topic, ...fieldsOf(String(payload)) }));
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: payloads are compared as they are
function fieldsOf(text: string): any {
  return text.startsWith("{") ? JSON.parse(text) : { text };
}

function frameOf(sequence: number, camera = "gate"): FrameHandle {
  return {
    camera,
    sequence,
    pts: sequence / 10,
    timestamp: 1_700_000_000_000 + sequence * 100,
    timestampSource: "arrival",
    clockS: sequence / 10,
    startS: 0.1,
    decodedAt: steadyMs(),
    width: 1280,
    height: 720,
    fps: 10,
    measuredFps: 10,
    renditions: [],
    slot: 0,
  };
}

const tracked = detections([detection([0, 0, 128, 72], { trackerId: 1 })]);
const topicsOf = (messages: { topic: string }[]) => messages.map(({ topic }) => topic.replace("millrace/dock/", ""));

describe("what leaves a workflow worker for a frame", () => {
  test("is its detections, the start of its tracks, and its other outputs, but no picture", async () => {
    const [frame, start, output, ...rest] = await open().messages(frameOf(1), {
      tracks: tracked,
      frames: 1,
      picture: null,
    });
    expect(frame).toMatchObject({
      topic: "millrace/dock/camera/gate/detections",
      workflow: { id: "count", revision: "abc", lineage: ["gate"] },
      frame: { id: 1, width: 1280, height: 720 },
      latency_ms: { infer: 3 },
      objects: [{ track: 1, class: "person", box: [0, 0, 0.1, 0.1] }],
    });
    expect(start).toMatchObject({ topic: "millrace/dock/camera/gate/events", phase: "start" });
    expect(output).toMatchObject({ topic: "millrace/dock/workflow/count/output/frames", name: "frames", value: 1 });
    expect(rest).toEqual([]);
  });

  test("says on which frames a model answered with its last result", async () => {
    const { writer } = open();
    const [old, young] = [frameOf(1), frameOf(2)];
    const reused = (frame: FrameHandle) => (frame === young ? ["coco/1"] : []);
    const row = { tracks: tracked, frames: 1, picture: null };
    const results = await writer.write([old, young], { rows: [row, row], faults: [] }, { ...TIMING, reused });
    expect(results.map((result) => result.reused)).toEqual([[], ["coco/1"]]);
    const said = results.map(({ messages }) => fieldsOf(String(messages[0]?.payload)).reused);
    expect(said).toEqual([undefined, true]);
  });

  test("says how many parts of a frame were looked at", async () => {
    const { writer } = open();
    const [whole, parted] = [frameOf(1), frameOf(2)];
    const regions = (frame: FrameHandle) => ({ looked: frame === parted ? 3 : 0, leftOut: 1 });
    const row = { tracks: tracked, frames: 1, picture: null };
    const results = await writer.write([whole, parted], { rows: [row, row], faults: [] }, { ...TIMING, regions });
    expect(results.map((result) => result.regions.leftOut)).toEqual([1, 1]);
    const said = results.map(({ messages }) => fieldsOf(String(messages[0]?.payload)).regions);
    expect(said).toEqual([undefined, 3]);
  });

  test("repeats an output only when it changed, for each camera by itself", async () => {
    const { messages } = open({ frames: false, events: false });
    const row = { tracks: tracked, frames: 5, picture: null };
    expect(topicsOf(await messages(frameOf(1), row))).toEqual(["workflow/count/output/frames"]);
    expect(await messages(frameOf(2), row)).toEqual([]);
    expect(await messages(frameOf(1, "yard"), row)).toMatchObject([{ camera: "yard", value: 5 }]);
    expect(await messages(frameOf(3), { ...row, frames: null })).toMatchObject([{ camera: "gate", value: null }]);
  });

  test("has every output, or none, where that is asked for", async () => {
    const row = { tracks: tracked, frames: 5, picture: null };
    const every = open({ frames: false, events: false, outputs: "every_frame" });
    for (const sequence of [1, 2]) expect(await every.messages(frameOf(sequence), row)).toHaveLength(1);
    expect(await open({ frames: false, events: false, outputs: "none" }).messages(frameOf(1), row)).toEqual([]);
  });

  test("are plain values and counts too, each as often as it changes", async () => {
    const { messages, writer } = open({ frames: false, outputs: "none", counts: true, values: true });
    const plain = async (...given: Parameters<typeof messages>) =>
      (await messages(...given))
        .filter(({ topic }) => /count|value/.test(topic))
        .map(({ topic, text }) => `${topic} ${text}`);
    const root = "millrace/dock/camera/gate";
    expect(await plain(frameOf(1), { tracks: tracked, frames: 5, picture: null })).toEqual([
      `${root}/count/all/all 1`,
      `${root}/count/all/person 1`,
      `${root}/output/frames/value 5`,
    ]);
    expect(await plain(frameOf(2), { tracks: tracked, frames: 5, picture: null })).toEqual([]);
    expect(await plain(frameOf(3), { tracks: tracked, frames: null, picture: null })).toEqual([
      `${root}/output/frames/value `,
    ]);
    const ends = writer.end("gate", "reset").messages.filter(({ class: of }) => of === "count");
    expect(ends.map(({ topic, payload }) => `${topic} ${payload}`)).toEqual([
      `${root}/count/all/all 0`,
      `${root}/count/all/person 0`,
    ]);
  });

  test("leaves further detections, which change with every frame, to the topic of every frame", async () => {
    const row = { tracks: tracked, frames: tracked, picture: null };
    expect(await open({ frames: false, events: false }).messages(frameOf(1), row)).toEqual([]);
    expect(await open({ frames: false, events: false, outputs: "every_frame" }).messages(frameOf(1), row)).toHaveLength(
      1,
    );
  });

  test("has detections also when there are none, so that a consumer knows that the frame was looked at", async () => {
    const [message] = await open().messages(frameOf(1), { tracks: null, frames: null, picture: null });
    expect(message).toMatchObject({ topic: "millrace/dock/camera/gate/detections", objects: [] });
  });

  test("ends with the tracks of a camera, or of all", async () => {
    const { writer, messages } = open({ frames: false, outputs: "none" });
    await messages(frameOf(1), { tracks: tracked });
    await messages(frameOf(1, "yard"), {
      tracks: { ...tracked, parentId: "yard", root: { ...tracked.root, id: "yard" } },
    });
    expect(topicsOf(writer.end("yard", "reset").messages)).toEqual(["camera/yard/events", "camera/yard/tracks"]);
    const last = writer.end(null, "shutdown").messages;
    expect(topicsOf(last)).toEqual(["camera/gate/events", "camera/gate/tracks"]);
    expect(JSON.parse(String(last[0]?.payload))).toMatchObject({ phase: "end", reason: "shutdown" });
  });

  test("is a JPEG of the picture output for those who watch its camera", async () => {
    const { writer } = open({}, { publish: null });
    const rows = [{ picture: picture(8, 6) }, { picture: picture(8, 6) }];
    const frames = [frameOf(1), frameOf(1, "yard")];
    const wishes = [{ camera: "yard", output: null, form: LIVE_FORM }];
    const [gate, yard] = await writer.write(frames, { rows, faults: [] }, { ...TIMING, wishes });
    expect(gate?.pictures).toEqual([]);
    expect([...(yard?.pictures[0]?.jpeg ?? [])].slice(0, 2)).toEqual([0xff, 0xd8]);
  });

  test("tells which of a batch's faults are its own", async () => {
    const fault = { step: "counter", type: "Counter", code: "DYNAMIC_CODE", message: "no way" };
    const faults = [
      { ...fault, element: 1 },
      { ...fault, element: null },
    ];
    const frames = [frameOf(1), frameOf(1, "yard")];
    const [gate, yard] = await open().writer.write(frames, { rows: [{}, {}], faults }, TIMING);
    expect(gate?.faults.map(({ element }) => element)).toEqual([null]);
    expect(yard?.faults.map(({ element }) => element)).toEqual([1, null]);
  });
});
