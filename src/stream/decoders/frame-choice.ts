import type { PassingPicture } from "../relay/passing-pictures.ts";
import type { DecodedFrames, SourceSettings } from "../source-settings.ts";

/** Groups of pictures, from keyframe to keyframe, that have to be alike. */
const ALIKE = 3;
/** Pictures that are remembered; with longer groups all are decoded. */
const MOST_PICTURES = 4000;
/** Part of the wanted time between two frames by which a frame may be off. */
const SLACK = 0.05;
/** The stamps of a stream are believed while they go as fast as time does. */
const TRUST_S = 0.5;
/** Keyframes that are later than this many gaps no longer come regularly. */
const LATE = 1.5;

interface Seen extends PassingPicture {
  arrivedS: number;
}

/** What is decoded, and the seconds between two of these frames where they are fewer than all. */
export interface ChosenFrames {
  frames: DecodedFrames;
  gapS: number;
}

const ALL: ChosenFrames = { frames: "all", gapS: 0 };

/**
 * Learns from the packets of a live stream which frames have to be decoded for `maxFps`: fewer where a part of them comes so
 * evenly that it gives the wanted rate by itself. A stream that changes afterwards is decoded in full for good.
 */
export class FrameChoice {
  readonly #wantedS: number;
  readonly #changed: (chosen: ChosenFrames) => void;
  #seen: Seen[] = [];
  #chosen = ALL;
  #isSettled = false;

  constructor(maxFps: number, changed: (chosen: ChosenFrames) => void) {
    this.#wantedS = 1 / maxFps;
    this.#changed = changed;
  }

  /** What the next run is to be opened with. */
  get settings(): Pick<SourceSettings, "decode" | "decodedEveryS"> {
    const { frames, gapS } = this.#chosen;
    return frames === "all" ? {} : { decode: frames, decodedEveryS: gapS };
  }

  /** Another connection counts from another beginning. */
  restart(): void {
    this.#seen = [];
  }

  /** `arrivedS` is in seconds of any steady clock. */
  picture(picture: PassingPicture, arrivedS: number): void {
    if (this.#isSettled || (this.#seen.length === 0 && !picture.isKey)) return;
    this.#seen.push({ ...picture, arrivedS });
    if (this.#seen.length > MOST_PICTURES || this.#isLate(arrivedS)) this.#settle();
    else if (picture.isKey) this.#look();
  }

  #isLate(nowS: number): boolean {
    const { frames, gapS } = this.#chosen;
    const lastKey = this.#seen.findLast(({ isKey }) => isKey);
    return frames === "keyframes" && lastKey !== undefined && nowS - lastKey.arrivedS > LATE * gapS + TRUST_S;
  }

  #look(): void {
    const from = this.#seen.flatMap(({ isKey }, at) => (isKey ? [at] : [])).at(-1 - ALIKE);
    if (from === undefined) return;
    this.#seen = this.#seen.slice(from);
    const chosen = framesFor(this.#seen, this.#wantedS);
    if (chosen.frames === this.#chosen.frames) return;
    if (this.#chosen.frames !== "all") {
      this.#settle();
      return;
    }
    this.#chosen = chosen;
    this.#changed(chosen);
  }

  #settle(): void {
    const hadFewer = this.#chosen.frames !== "all";
    this.#isSettled = true;
    this.#seen = [];
    this.#chosen = ALL;
    if (hadFewer) this.#changed(ALL);
  }
}

/** The fewest frames that do as well as all: of pictures from one keyframe to another, for the seconds wanted between two. */
export function framesFor(pictures: readonly Seen[], wantedS: number): ChosenFrames {
  const [first, last] = [pictures[0], pictures.at(-1)];
  if (first === undefined || last === undefined || pictures.length < 2) return ALL;
  const spanS = last.atS - first.atS;
  if (Math.abs(spanS - (last.arrivedS - first.arrivedS)) > TRUST_S) return ALL;
  const frameS = spanS / (pictures.length - 1);
  for (const [frames, chosen] of [
    ["keyframes", pictures.filter(({ isKey }) => isKey)],
    ["referenced", pictures.filter(({ isReferenced }) => isReferenced)],
  ] as const) {
    const gapS = chosen.length < pictures.length ? evenGap(chosen, frameS) : null;
    if (gapS !== null && isMultiple(wantedS, gapS, frameS)) return { frames, gapS };
  }
  return ALL;
}

/** Null where they do not come evenly. */
function evenGap(pictures: readonly Seen[], frameS: number): number | null {
  const times = pictures.map(({ atS }) => atS).toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const gapS = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return gaps.every((gap) => Math.abs(gap - gapS) < frameS / 2) ? gapS : null;
}

/** To within one frame of the stream, as frames that are chosen from all of them are. */
function isMultiple(wantedS: number, gapS: number, frameS: number): boolean {
  const each = Math.max(1, Math.round(wantedS / gapS));
  return Math.abs(each * gapS - wantedS) <= Math.min(frameS, SLACK * wantedS);
}
