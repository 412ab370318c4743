import { keepRecent } from "../../base/keep-recent.ts";
import {
  type FrameHandle,
  FULL_RGB,
  LUMINANCE,
  type RegionCount,
  type RegionRules,
  renditionKey,
} from "../../kinds/frame.ts";
import type { Image, Region } from "../../kinds/image.ts";
import type { DetectParameters, FoundObjects, TaskName } from "../../kinds/model-task.ts";
import { CellBackground } from "../../vision/measures/cell-background.ts";
import { type Size, scaleOf, type WaitingRegion } from "./choose-regions.ts";
import { joinLooks, rowsOf } from "./join-looks.ts";
import { RecentObjects } from "./recent-objects.ts";
import { planRegions, type RegionPlan } from "./region-plan.ts";

/** Questions to models whose last results are known for a camera; a further one takes the place of the least recently asked. */
const MOST_QUESTIONS = 16;
/** A picture that the input shows nearly as large has no small parts. */
const LEAST_SCALE = 1.5;

/** A question to a model about pictures. */
export interface RegionQuestion {
  task: TaskName;
  /** What is asked, the same for the same model, task and parameters. */
  question: string;
  parameters: object;
  /** Size of the model's input, null where it takes pictures as they are or sees only a part of them. */
  input: Size | null;
}

/** Looks at parts of large pictures where something has changed or was found lately, beside the whole. */
export interface RegionLooks {
  /** Whether it is worth while for this picture. */
  covers(image: Image, asked: RegionQuestion): boolean;
  /** The reply about the picture; `ask` gives one reply for each part. */
  look(image: Image, asked: RegionQuestion, ask: (parts: readonly Image[]) => Promise<object[]>): Promise<FoundObjects>;
  /** What was looked at. */
  counts(frame: FrameHandle): RegionCount;
  /** The camera is gone. */
  forget(camera: string): void;
}

/** What is known of one question, after the last frame that was asked about. */
interface Asked {
  objects: RecentObjects;
  waiting: readonly WaitingRegion[];
  wholeAtS: number | null;
  /** Ends with the last look, however that ends: a look begins with what the one before it found. */
  last: Promise<void>;
}

interface CameraSight {
  background: CellBackground;
  /** In the order of use. */
  questions: Map<string, Asked>;
}

export function openRegionLooks(arena: SharedArrayBuffer): RegionLooks {
  const cameras = new Map<string, CameraSight>();
  const changes = new WeakMap<FrameHandle, Uint8Array>();
  const counts = new WeakMap<FrameHandle, RegionCount>();

  return {
    covers(image, { task, input }) {
      const frame = framePictured(image);
      if (frame === null || input === null || !TASKS.has(task)) return false;
      return scaleOf([0, 0, image.width, image.height], input) >= LEAST_SCALE;
    },
    async look(image, asked, ask) {
      // Of `covers`.
      const frame = framePictured(image) as RegionFrame;
      const sight = sightOf(frame.camera);
      const changed = changedIn(frame, sight);
      const known = askedOf(sight, asked.question);
      const before = known.last;
      const reply = before.then(() => lookAt(image, { frame, changed, known, asked, ask }));
      known.last = reply.then(
        () => {},
        () => {},
      );
      return reply;
    },
    counts: (frame) => counts.get(frame) ?? { looked: 0, leftOut: 0 },
    forget: (camera) => void cameras.delete(camera),
  };

  function sightOf(camera: string): CameraSight {
    const sight = cameras.get(camera) ?? { background: new CellBackground(), questions: new Map() };
    cameras.set(camera, sight);
    return sight;
  }

  /** The pixels are the frame's own until its results are out; several models may ask about it. */
  function changedIn(frame: RegionFrame, { background }: CameraSight): Uint8Array {
    const known = changes.get(frame);
    if (known !== undefined) return known;
    const { offset = 0 } = frame.renditions.find(({ key }) => key === LUMINANCE_KEY) ?? {};
    const luminance = new Uint8Array(arena, offset, LUMINANCE.width * LUMINANCE.height);
    const changed = background.changed(luminance, frame.clockS, frame.regions.change);
    changes.set(frame, changed);
    return changed;
  }

  async function lookAt(image: Image, { frame, changed, known, asked, ask }: OneLook): Promise<FoundObjects> {
    const { clockS, regions: rules } = frame;
    const objects = known.objects.at(clockS);
    const age = known.wholeAtS === null ? null : clockS - known.wholeAtS;
    const wholeAgeS = age === null || age < 0 ? Number.POSITIVE_INFINITY : age;
    const picture = { width: image.width, height: image.height };
    const facts = { changed, objects, waiting: known.waiting, wholeAgeS };
    const plan = planRegions(facts, { picture, input: asked.input as Size, rules });
    count(frame, plan);
    known.waiting = plan.leftOut;
    const parts = [...(plan.isWhole ? [null] : []), ...plan.regions];
    const pictures = parts.map((region) => (region === null ? image : partOf(image, region)));
    const replies = parts.length === 0 ? [] : ((await ask(pictures)) as FoundObjects[]);
    if (plan.isWhole) known.wholeAtS = clockS;
    const looks = parts.map((region, i) => ({ region, rows: replies[i]?.rows ?? new Float32Array() }));
    const standing = objects.filter((object) => object.stands && !plan.shows(object));
    const found = joinLooks(looks, standing, { picture, ...(asked.parameters as DetectParameters) });
    known.objects.saw(found, clockS, plan.shows);
    return { rows: rowsOf(found.objects) };
  }

  function count(frame: FrameHandle, { regions, leftOut }: RegionPlan): void {
    const before = counts.get(frame) ?? { looked: 0, leftOut: 0 };
    counts.set(frame, { looked: before.looked + regions.length, leftOut: before.leftOut + leftOut.length });
  }
}

interface OneLook {
  frame: RegionFrame;
  changed: Uint8Array;
  known: Asked;
  asked: RegionQuestion;
  ask: (parts: readonly Image[]) => Promise<object[]>;
}

/** Boxes alone can be put together. */
const TASKS: ReadonlySet<TaskName> = new Set<TaskName>(["detect", "detect_named"]);

const LUMINANCE_KEY = renditionKey(LUMINANCE);
const FULL_KEY = renditionKey(FULL_RGB);

function askedOf({ questions }: CameraSight, question: string): Asked {
  const known = questions.get(question) ?? {
    objects: new RecentObjects(),
    waiting: [],
    wholeAtS: null,
    last: Promise.resolve(),
  };
  return keepRecent(questions, question, known, MOST_QUESTIONS);
}

type RegionFrame = FrameHandle & { regions: RegionRules };

/** The frame that an image shows as the camera gave it, where its parts can be looked at. */
function framePictured({ pixels }: Image): RegionFrame | null {
  if (pixels.type !== "frame" || pixels.region !== null || pixels.frame.regions === undefined) return null;
  const keys = pixels.frame.renditions.map(({ key }) => key);
  return keys.includes(LUMINANCE_KEY) && keys.includes(FULL_KEY) ? (pixels.frame as RegionFrame) : null;
}

/** Only its pixels and its size count for a model. */
function partOf(image: Image, region: Region): Image {
  if (image.pixels.type !== "frame") return image;
  const { width, height } = region;
  return { ...image, width, height, pixels: { ...image.pixels, region } };
}
