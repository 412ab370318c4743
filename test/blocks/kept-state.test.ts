import { expect, it } from "vitest";
import { BLOCKS } from "../../src/blocks/block-list.ts";
import type { Block, Context } from "../../src/blocks/contract/block.ts";
import { packState, unpackState } from "../../src/engine/state-graph.ts";
import type { Detection } from "../../src/kinds/detections.ts";
import { testServices } from "../helpers/no-services.ts";
import { detection, detections, picture, video } from "./values.ts";

// A state that is kept goes on where it was.

const FRAMES = 24;
const LINE = [[200, 0], [200, 400]]; // biome-ignore format: points
const ZONE = [[100, 0], [300, 0], [300, 400], [100, 400]]; // biome-ignore format: points

/** What steps are given beside the frame and its objects; a type without any has its defaults. */
const LITERALS: Readonly<Record<string, Record<string, unknown>>> = {
  buffer: { length: 4 },
  cache_get: { key: "k" },
  cache_set: { key: "k" },
  data_aggregator: {
    data_operations: {},
    aggregation_mode: { n: ["sum", "avg", "min", "max", "count", "distinct", "values_counts", "values_difference"] },
    interval: 7,
    interval_unit: "runs",
  },
  continue_if: {
    stop_delay: 0.2,
    next_steps: ["$steps.next"],
    condition_statement: {
      type: "StatementGroup",
      statements: [
        {
          type: "BinaryStatement",
          left_operand: { type: "DynamicOperand", operand_name: "n" },
          comparator: { type: "(Number) >" },
          right_operand: { type: "StaticOperand", value: 20 },
        },
      ],
    },
  },
  delta_filter: { next_steps: ["$steps.next"] },
  detection_event_log: { frame_threshold: 2, flush_interval: 3, stale_frames: 4 },
  frame_delay: { offset: -2 },
  identify_changes: { warmup: 3 },
  identify_outliers: { warmup: 3 },
  line_counter: { line_segment: LINE },
  path_deviation_analytics: { reference_path: LINE },
  rate_limiter: { cooldown_seconds: 0.2, next_steps: ["$steps.next"] },
  time_in_zone: { zone: ZONE },
  track_class_lock: { min_votes: 2, lead_margin: 1, switch_after: 2, reattach_window: 3, state_ttl: 5 },
};

const KEPT = BLOCKS.filter(({ keeps }) => keeps !== undefined);
const familyOf = ({ type }: Block) => type.replace(/^.*\/|@v\d+$/g, "");

it.each(KEPT.map((block) => [block.type, block] as const))(
  "%s goes on after a restart at any frame",
  async (_, block) => {
    const { outputs, changes } = await play(block, null);
    expect(changes).toBeGreaterThan(0);
    for (const restart of [1, 5, 11, 17]) expect((await play(block, restart)).outputs).toEqual(outputs);
  },
);

it("state that is not kept is of pictures, or of a camera that moves", () => {
  const others = BLOCKS.filter(({ stateful, keeps }) => stateful && keeps === undefined);
  expect(others.map(familyOf).toSorted()).toEqual([
    "background_subtraction",
    "heatmap_visualization",
    "image_stack",
    "motion_detection",
    "onvif_sink",
  ]);
});

/** Outputs of two cameras frame by frame; before one frame the step is opened again with what it had saved. */
async function play(block: Block, restart: number | null) {
  const literals = literalsOf(block);
  let step = open(block, literals);
  const outputs: unknown[] = [];
  for (let frame = 0; frame < FRAMES; frame++) {
    if (frame === restart) {
      const forms = (of: typeof step) => ({ classes: block.keeps ?? [], outside: of.prepared as object | null });
      const saved = JSON.parse(JSON.stringify(packState(step.states, forms(step))));
      const next = open(block, literals);
      step = { ...next, states: unpackState(saved, forms(next)) as typeof step.states };
    }
    for (const source of ["gate", "yard"]) {
      const state = step.states.get(source) ?? block.state?.();
      step.states.set(source, state);
      const context: Context = {
        step: "s",
        source,
        state,
        prepared: step.prepared,
        init: {},
        services: testServices({}),
      };
      const inputs = { ...literals, ...dataOf(block, frame, source) };
      const result = await (block.run ? block.run(inputs, context) : block.runMany?.([inputs], [context]));
      outputs.push(JSON.parse(JSON.stringify(result ?? null, (key, value) => (key === "pixels" ? undefined : value))));
    }
  }
  return { outputs, changes: new Set(outputs.map((output) => JSON.stringify(output))).size };
}

function open(block: Block, literals: Record<string, unknown>) {
  return { prepared: block.prepare?.(literals) ?? null, states: new Map<string, unknown>() };
}

function literalsOf(block: Block): Record<string, unknown> {
  const given = LITERALS[familyOf(block)] ?? {};
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(block.schema.shape)) {
    const value = schema.safeParse(given[name]);
    if (value.success && value.data !== undefined) parsed[name] = value.data;
  }
  return parsed;
}

/** Data for the properties that take any. */
function dataOf(block: Block, frame: number, source: string): Record<string, unknown> {
  const metadata = video(frame, { videoIdentifier: source, fps: 25 });
  const image = picture(4, 4, { video: metadata });
  const seen = detections(walkers(frame, source), 400, 400);
  const number = frame * (source === "gate" ? 3 : 5) - (frame % 4) * 7;
  const values: Record<string, unknown> = {
    image,
    metadata,
    detections: seen,
    predictions: seen,
    embedding: [1, Math.sin(frame), Math.cos(frame * 2)],
    value: number > 20 ? "high" : "low",
    data: familyOf(block) === "data_aggregator" ? { n: number } : number,
    video_reference_image: image,
    evaluation_parameters: { n: number, image },
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => block.ports[name] !== undefined));
}

/** Three objects that come and go, and change their classes. */
function walkers(frame: number, source: string): Detection[] {
  return [0, 1, 2].flatMap((i) => {
    if ((frame + i * 3) % 9 === 8) return [];
    const x = 20 + i * 60 + frame * (8 + i) + (source === "gate" ? 0 : 15);
    const classId = (frame >> 2) % 2;
    const item = { classId, class: `c${classId}`, confidence: 0.9, detectionId: `${source}-${frame}-${i}` };
    return [detection([x, 40 + i * 90, x + 50, 110 + i * 90], { ...item, trackerId: i + 1 })];
  });
}
