import { keepRecent } from "../../base/keep-recent.ts";
import type { FrameHandle } from "../../kinds/frame.ts";
import type { Image } from "../../kinds/image.ts";
import { PictureMemory, type SeenPicture } from "./picture-memory.ts";

/** Questions to models whose last replies are kept for a camera; a further one takes the place of the least recently asked. */
const MOST_QUESTIONS = 16;
/** Frames without a change that a model looks at before its result stands: a picture often comes to rest after what is seen in it. */
const SETTLING = 2;

/** Last replies of models about whole pictures of cameras, which stand while the picture does not change. */
export interface ReplyMemory {
  /** Whether a reply about this picture may be kept, or one that was kept be given. */
  covers(image: Image): boolean;
  /** A copy of the reply that is valid for this picture; null where the model has to look. Rejects where that reply failed. */
  standing(image: Image, question: string): Promise<object> | null;
  /** The model looks at this picture. */
  asked(image: Image, question: string, reply: Promise<object>): void;
  /** The camera is gone. */
  forget(camera: string): void;
}

interface Kept extends SeenPicture {
  reply: Promise<object>;
  /** Frames in a row without a change that the model looked at. */
  steady: number;
}

interface CameraMemory {
  pictures: PictureMemory;
  /** In the order of use. */
  questions: Map<string, Kept>;
}

export function openReplyMemory(arena: SharedArrayBuffer): ReplyMemory {
  const cameras = new Map<string, CameraMemory>();

  const memoryOf = (camera: string): CameraMemory => {
    const known = cameras.get(camera) ?? { pictures: new PictureMemory(arena), questions: new Map() };
    cameras.set(camera, known);
    return known;
  };

  return {
    covers: (image) => wholeFrame(image) !== null,
    standing(image, question) {
      const frame = wholeFrame(image);
      if (frame === null) return null;
      const { pictures, questions } = memoryOf(frame.camera);
      const seen = pictures.see(frame);
      const kept = questions.get(question);
      if (seen === null || kept === undefined || kept.steady < SETTLING) return null;
      if (!isYoung(kept.frame, frame) || !pictures.isLike(seen, kept, frame.reuse.change)) return null;
      keepRecent(questions, question, kept, MOST_QUESTIONS);
      return kept.reply.then((reply) => structuredClone(reply));
    },
    asked(image, question, reply) {
      const frame = wholeFrame(image);
      if (frame === null) return;
      const { pictures, questions } = memoryOf(frame.camera);
      const seen = pictures.see(frame);
      if (seen === null) return;
      const before = questions.get(question);
      const isSteady = before !== undefined && pictures.isLike(seen, before, frame.reuse.change);
      // Whoever gets the reply may change it.
      const own = reply.then((found) => structuredClone(found));
      const kept = { ...seen, reply: own, steady: isSteady ? before.steady + 1 : 0 };
      questions.delete(question);
      questions.set(question, kept);
      own.catch(() => {
        if (questions.get(question) === kept) questions.delete(question);
      });
    },
    forget: (camera) => void cameras.delete(camera),
  };
}

type ReusableFrame = FrameHandle & Required<Pick<FrameHandle, "reuse">>;

/** The frame that an image shows as the camera gave it, where its models may answer with their last result. */
function wholeFrame({ pixels }: Image): ReusableFrame | null {
  if (pixels.type !== "frame" || pixels.region !== null || pixels.frame.reuse === undefined) return null;
  return pixels.frame as ReusableFrame;
}

/** Stamps of a file that starts again go back. */
function isYoung(earlier: FrameHandle, { clockS, reuse }: ReusableFrame): boolean {
  const age = clockS - earlier.clockS;
  return age > 0 && age < reuse.maxAgeS;
}
