import { createScene } from "../../src/demo/scene.ts";
import { SCENE } from "../helpers/scene.ts";
import { type Corners, foundIn, overlap } from "./compare-detections.ts";
import { readBoxes } from "./feed-boxes.ts";
import type { Feed, GoldenCase } from "./golden-case.ts";
import type { Row } from "./run-case.ts";

interface TrueObject {
  id: string;
  box: Corners;
}

/** How tracks follow the objects that are really there. */
export interface TrackFacts {
  /** Objects that were matched at all. */
  objects: number;
  /** Share of the true boxes that a track lies on (IoU 0.5). */
  found: number;
  /** Times that another id takes over an object. */
  switches: number;
  /** Ids that more than one object had. */
  shared: number;
}

/** Compares the tracks in an output of a camera's rows, frame by frame, with the truth of what was fed. */
export async function trackFacts(rows: readonly Row[], output: string, truth: TrueObject[][]): Promise<TrackFacts> {
  const idOf = new Map<string, number>();
  const objectsOf = new Map<number, Set<string>>();
  const facts = { boxes: 0, matched: 0, switches: 0 };
  for (const [i, row] of rows.entries()) {
    const objects = truth[i] ?? [];
    facts.boxes += objects.length;
    for (const { id, track } of matched(objects, foundIn(row[output]) ?? [])) {
      facts.matched++;
      if (idOf.has(id) && idOf.get(id) !== track) facts.switches++;
      idOf.set(id, track);
      objectsOf.set(track, (objectsOf.get(track) ?? new Set()).add(id));
    }
  }
  const shared = [...objectsOf.values()].filter((objects) => objects.size > 1).length;
  return { objects: idOf.size, found: facts.matched / facts.boxes, switches: facts.switches, shared };
}

/** Pairs of an object and a track, the best overlap first; each is in one pair at most. */
function matched(objects: readonly TrueObject[], tracks: NonNullable<ReturnType<typeof foundIn>>) {
  const pairs = objects.flatMap(({ id, box }) => {
    return tracks.map(({ json, box: at }) => ({ id, track: Number(json["tracker_id"]), iou: overlap(at, box) }));
  });
  const chosen: typeof pairs = [];
  for (const pair of pairs.toSorted((a, b) => b.iou - a.iou)) {
    if (pair.iou < 0.5 || chosen.some(({ id, track }) => id === pair.id || track === pair.track)) continue;
    chosen.push(pair);
  }
  return chosen;
}

/** What is really in the frames of a camera: of the scene all that is mostly visible, of a file its boxes. */
export async function truthOf({ feed }: GoldenCase, camera: string): Promise<TrueObject[][]> {
  if (feed.type === "scene") return sceneTruth(feed, camera);
  if (feed.type !== "boxes") throw new Error(`there is no truth for ${feed.type}`);
  return (await readBoxes(feed.file)).map((items) =>
    items.map(({ detectionId, box }) => ({ id: objectOf(detectionId), box })),
  );
}

function sceneTruth({ cameras, rounds }: Feed<"scene">, camera: string): TrueObject[][] {
  const { seed = 0, first = 0, every = 1 } = cameras[camera] ?? {};
  const scene = createScene({ ...SCENE, seed });
  return Array.from({ length: Math.ceil(rounds / every) }, (_, i) => {
    return scene.truthAt(first + i * every).filter(({ visible }) => visible >= 0.6);
  });
}

/** Boxes are named `frame-object`. */
function objectOf(detectionId: string): string {
  return detectionId.split("-")[1] ?? "";
}
