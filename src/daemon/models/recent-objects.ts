import { type Box, overlap } from "../../geometry/box-overlap.ts";
import type { FoundBox } from "./join-looks.ts";

/** Seconds that an object is looked for after it was seen last. */
const SOUGHT_S = 1;
/** Seconds that an object stands where no later look showed its place. */
const STANDS_S = 2;
/** Overlap of the boxes of one object in looks that follow. */
const LEAST_OVERLAP = 0.1;

/** An object of the last frames, where it should be now. */
export interface RecentObject extends FoundBox {
  /** Seconds since it was seen. */
  ageS: number;
  /** False where it is only worth a look: an edge cut it off, or the last look did not find it. */
  stands: boolean;
}

interface Known extends FoundBox {
  stands: boolean;
  seenS: number;
  /** Pixels in a second. */
  shift: Shift;
}

type Shift = readonly [number, number];

/** What a model found lately in the pictures of one camera, each moved on by its last shift. */
export class RecentObjects {
  #known: Known[] = [];

  at(clockS: number): RecentObject[] {
    return this.#known
      .map(({ shift, seenS, ...object }) => {
        const ageS = clockS - seenS;
        return { ...object, box: moved(object.box, shift, ageS), ageS };
      })
      .filter(({ ageS, stands }) => ageS >= 0 && ageS < (stands ? STANDS_S : SOUGHT_S));
  }

  /** What looks at a frame found and what edges cut off; `shows` says whether a look showed all of an object. */
  saw(
    { fresh, cut }: { fresh: readonly FoundBox[]; cut: readonly FoundBox[] },
    clockS: number,
    shows: (object: FoundBox) => boolean,
  ): void {
    const left = new Set(this.#known.filter(({ seenS }) => seenS < clockS && clockS - seenS < STANDS_S));
    const found = fresh.map((object): Known => {
      const earlier = nearest(object, left, clockS);
      if (earlier !== null) left.delete(earlier);
      return {
        ...object,
        stands: true,
        seenS: clockS,
        shift: earlier === null ? STILL : shiftOf(earlier, object, clockS),
      };
    });
    const parts = cut.map((object): Known => ({ ...object, stands: false, seenS: clockS, shift: STILL }));
    const others = [...left].map((one): Known => {
      const box = moved(one.box, one.shift, clockS - one.seenS);
      return { ...one, stands: one.stands && !shows({ ...one, box }) };
    });
    this.#known = [...found, ...parts, ...others];
  }
}

const STILL: Shift = [0, 0];

/** The one that should be where this is. */
function nearest({ box, classIndex }: FoundBox, known: ReadonlySet<Known>, clockS: number): Known | null {
  let [best, most]: [Known | null, number] = [null, LEAST_OVERLAP];
  for (const one of known) {
    if (one.classIndex !== classIndex) continue;
    const shared = overlap(box, moved(one.box, one.shift, clockS - one.seenS));
    if (shared > most) [best, most] = [one, shared];
  }
  return best;
}

function shiftOf({ box, seenS }: Known, now: FoundBox, clockS: number): Shift {
  const between = (from: number, to: number) =>
    ((now.box[from] ?? 0) + (now.box[to] ?? 0) - (box[from] ?? 0) - (box[to] ?? 0)) / 2;
  const seconds = clockS - seenS;
  return [between(0, 2) / seconds, between(1, 3) / seconds];
}

function moved([left, top, right, bottom]: Box, [x, y]: Shift, seconds: number): Box {
  return [left + x * seconds, top + y * seconds, right + x * seconds, bottom + y * seconds];
}
