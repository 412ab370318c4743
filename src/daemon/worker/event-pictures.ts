import { messageOf } from "../../base/errors.ts";
import type { Detection } from "../../kinds/detections.ts";
import { type FrameHandle, FULL_RGB, renditionKey } from "../../kinds/frame.ts";
import type { Region } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { frameImage } from "../input/frame-image.ts";
import { encodeBounded, type JpegBounds } from "./bounded-jpeg.ts";

/** How pictures of events are to be. */
export interface PictureRules {
  crop: boolean;
  /** Around a crop, as a part of the object's width and height. */
  margin: number;
  jpeg: JpegBounds;
}

/** The best picture of an event so far. Plain data. */
export interface EventPicture {
  event: string;
  camera: string;
  jpeg: Uint8Array;
  width: number;
  height: number;
  /** Where the object is in it, as fractions. */
  box: [number, number, number, number];
  confidence: number;
  /** Of its frame, UTC milliseconds. */
  timestamp: number;
}

/** What is said about pictures of events beside the results of frames. */
export type PictureWord =
  | { type: "picture"; picture: EventPicture }
  /** A better frame came while the encoder of its camera was busy, or pictures that wait have all the memory for them. */
  | { type: "skipped"; camera: string; frames: number }
  | { type: "failed"; camera: string; message: string };

/** A tracked object as a frame shows it. */
export interface Sight {
  trackerId: number;
  detection: Detection;
  /** It is an event, or about to be one. */
  isLikely: boolean;
}

interface Best {
  merit: number;
  picture: Omit<EventPicture, "event"> | null;
  /** Id of its event once that has started. */
  event: string | null;
  isEncoding: boolean;
  hasEnded: boolean;
  /** The one that was sent last. */
  sent: Best["picture"];
}

/** A picture is replaced by one that is better by this factor, so that there are few, however long an event lasts. */
const CLEARLY = 1.25;
/** Seconds between two pictures of a camera that show nothing new. */
const LEAST_S = 0.25;
/** Of an object that the border cuts off. */
const CUT_OFF = 0.25;
/** Crops of one frame. */
const MOST_CROPS = 8;
/** Of all pictures of a pipeline that wait for the end of their event. */
const MOST_BYTES = 64 * 2 ** 20;

/**
 * Keeps the best picture of each tracked object. Pixels are copied while the frame is there and encoded beside the next frames, of one frame
 * for each camera at a time: a better frame that comes meanwhile is skipped, and no frame waits.
 */
export class EventPictures {
  readonly #pixels: PixelService;
  readonly #send: (word: PictureWord) => void;
  readonly #best = new Map<string, Best>();
  /** By camera, frames that were skipped since its encoder began. */
  readonly #busy = new Map<string, number>();
  readonly #lastS = new Map<string, number>();
  readonly #encodings = new Set<Promise<void>>();
  #bytes = 0;

  constructor(pixels: PixelService, send: (word: PictureWord) => void) {
    this.#pixels = pixels;
    this.#send = send;
  }

  /** Takes the pixels of what a frame shows better than any before. */
  observe(frame: FrameHandle, sights: readonly Sight[], rules: PictureRules): void {
    const { camera, clockS } = frame;
    const better = sights.filter((sight) => this.#isBetter(frame, sight));
    if (better.length === 0 || !hasPixels(frame)) return;
    const skipped = this.#busy.get(camera);
    if (skipped !== undefined) return void this.#busy.set(camera, skipped + 1);
    const isNew = better.some(({ trackerId }) => !this.#best.has(keyOf(camera, trackerId)));
    const sinceS = Math.abs(clockS - (this.#lastS.get(camera) ?? Number.NEGATIVE_INFINITY));
    if (!isNew && sinceS < LEAST_S) return;
    if (this.#bytes > MOST_BYTES) return void this.#send({ type: "skipped", camera, frames: 1 });
    this.#lastS.set(camera, clockS);
    this.#encode(camera, this.#take(frame, better, rules), rules.jpeg);
  }

  /** Whether an object has a picture, or is about to. */
  has(camera: string, trackerId: number | undefined): boolean {
    const best = this.#best.get(keyOf(camera, trackerId));
    return best !== undefined && (best.picture !== null || best.isEncoding);
  }

  started(camera: string, trackerId: number | undefined, event: string): void {
    const best = this.#best.get(keyOf(camera, trackerId));
    if (best === undefined) return;
    best.event = event;
    this.#tell(best);
  }

  ended(camera: string, trackerId: number): void {
    const best = this.#best.get(keyOf(camera, trackerId));
    if (best === undefined) return;
    this.#best.delete(keyOf(camera, trackerId));
    best.hasEnded = true;
    if (!best.isEncoding) this.#finish(best);
  }

  /** Resolves when nothing is being encoded. */
  async settled(): Promise<void> {
    await Promise.all(this.#encodings);
  }

  #isBetter(frame: FrameHandle, { trackerId, detection, isLikely }: Sight): boolean {
    const merit = this.#best.get(keyOf(frame.camera, trackerId))?.merit ?? 0;
    return isLikely && meritOf(detection, frame) > merit * CLEARLY;
  }

  #take(frame: FrameHandle, better: readonly Sight[], { crop, margin }: PictureRules): Shot[] {
    const whole = { x: 0, y: 0, width: frame.width, height: frame.height };
    const parts = crop
      ? better
          .slice(0, MOST_CROPS)
          .map((sight) => ({ region: around(sight.detection, margin, frame), sights: [sight] }))
      : [{ region: whole, sights: better }];
    return parts.map(({ region, sights }) => {
      const { width, height } = region;
      const rgb = this.#pixels.copy({ ...frameImage(frame), width, height, pixels: { type: "frame", frame, region } });
      const shown = sights.map((sight) => this.#shown(frame, sight, region));
      return { rgb, width, height, timestamp: frame.timestamp, camera: frame.camera, shown };
    });
  }

  #shown(frame: FrameHandle, { trackerId, detection }: Sight, region: Region): Shown {
    const key = keyOf(frame.camera, trackerId);
    const before = this.#best.get(key);
    const best = before ?? { merit: 0, picture: null, event: null, isEncoding: false, hasEnded: false, sent: null };
    this.#best.set(key, best);
    best.merit = meritOf(detection, frame);
    best.isEncoding = true;
    return { best, box: within(detection.box, region), confidence: detection.confidence };
  }

  #encode(camera: string, shots: readonly Shot[], bounds: JpegBounds): void {
    this.#busy.set(camera, 0);
    const encoding = this.#encodeAll(shots, bounds)
      .catch((error: unknown) => this.#send({ type: "failed", camera, message: messageOf(error) }))
      .then(() => {
        this.#encodings.delete(encoding);
        for (const { best } of shots.flatMap(({ shown }) => shown)) this.#encoded(best);
        const frames = this.#busy.get(camera) ?? 0;
        this.#busy.delete(camera);
        if (frames > 0) this.#send({ type: "skipped", camera, frames });
      });
    this.#encodings.add(encoding);
  }

  async #encodeAll(shots: readonly Shot[], bounds: JpegBounds): Promise<void> {
    for (const { rgb, camera, timestamp, shown, ...size } of shots) {
      const made = await encodeBounded(rgb, size, bounds);
      for (const { best, box, confidence } of shown) {
        this.#bytes += made.jpeg.length - (best.picture?.jpeg.length ?? 0);
        best.picture = { camera, ...made, box, confidence, timestamp };
      }
    }
  }

  #encoded(best: Best): void {
    best.isEncoding = false;
    // Another frame may do what this one did not.
    if (best.picture === null) best.merit = 0;
    if (best.hasEnded) this.#finish(best);
    else if (best.sent === null) this.#tell(best);
  }

  #finish(best: Best): void {
    this.#tell(best);
    this.#bytes -= best.picture?.jpeg.length ?? 0;
  }

  #tell(best: Best): void {
    const { event, picture, sent } = best;
    if (event === null || picture === null || picture === sent) return;
    best.sent = picture;
    this.#send({ type: "picture", picture: { event, ...picture } });
  }
}

interface Shown {
  best: Best;
  box: EventPicture["box"];
  confidence: number;
}

interface Shot {
  rgb: Uint8Array;
  width: number;
  height: number;
  timestamp: number;
  camera: string;
  shown: Shown[];
}

function keyOf(camera: string, trackerId: number | undefined): string {
  return `${camera} ${trackerId}`;
}

function hasPixels({ renditions }: FrameHandle): boolean {
  return renditions.some(({ key }) => key === FULL);
}

const FULL = renditionKey(FULL_RGB);

/** Score times visible area; an object at the border is most likely cut off. */
function meritOf({ box, confidence }: Detection, { width, height }: FrameHandle): number {
  const [x1, y1, x2, y2] = clipped(box, { width, height });
  const isCut = x1 <= 1 || y1 <= 1 || x2 >= width - 1 || y2 >= height - 1;
  return confidence * Math.max(0, x2 - x1) * Math.max(0, y2 - y1) * (isCut ? CUT_OFF : 1);
}

function around({ box }: Detection, margin: number, frame: FrameHandle): Region {
  const [x1, y1, x2, y2] = box;
  const [right, down] = [(x2 - x1) * margin, (y2 - y1) * margin];
  const [left, top, end, bottom] = clipped([x1 - right, y1 - down, x2 + right, y2 + down], frame);
  const [x, y] = [Math.min(Math.floor(left), frame.width - 1), Math.min(Math.floor(top), frame.height - 1)];
  return { x, y, width: Math.max(1, Math.ceil(end) - x), height: Math.max(1, Math.ceil(bottom) - y) };
}

function clipped(
  [x1, y1, x2, y2]: Detection["box"],
  { width, height }: { width: number; height: number },
): Detection["box"] {
  const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
  return [inside(x1, width), inside(y1, height), inside(x2, width), inside(y2, height)];
}

function within([x1, y1, x2, y2]: Detection["box"], { x, y, width, height }: Region): EventPicture["box"] {
  const part = (value: number, size: number) => Math.round(Math.min(1, Math.max(0, value / size)) * 1e5) / 1e5;
  return [part(x1 - x, width), part(y1 - y, height), part(x2 - x, width), part(y2 - y, height)];
}
