import { steadyMs } from "../../base/steady-clock.ts";
import { encodeJpeg } from "../../blocks/encode-jpeg.ts";
import type { Plan } from "../../compiler/plan.ts";
import type { EngineResult, StepFault } from "../../engine/batch.ts";
import type { KindCodecs } from "../../kinds/codec.ts";
import type { FrameHandle, RegionCount } from "../../kinds/frame.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import type { SerialisedImage } from "../../kinds/serialise.ts";
import type { Message } from "../../publish/messages/message-class.ts";
import type { FrameStages } from "../timing/frame-times.ts";
import type { EventPictures } from "./event-pictures.ts";
import {
  type FrameTiming,
  openFramePublisher,
  type PublisherMemory,
  type PublishSettings,
  type SilenceReason,
} from "./frame-publisher.ts";
import { type LastValue, LastValues } from "./last-values.ts";
import { makePictures, packedPixels } from "./make-picture.ts";
import type { MadePicture, PictureWish } from "./picture-wish.ts";
import { outputSerialiser, type SerialiseOutput } from "./serialise-output.ts";

// What leaves a workflow worker: messages ready to be sent, JSON results, JPEG pictures. Made here to keep the main thread free.

export interface WriterSettings {
  /** null: results only, nothing to publish. */
  publish: PublishSettings | null;
  /** Whether every frame's outputs are wanted as JSON. */
  outputs: boolean;
  /** Output whose picture is shown where none is named. */
  picture: string | null;
  /** Pictures in the outputs stay null, and nothing is encoded for them. */
  withoutPictures?: boolean;
}

/** What became of one frame. */
export interface FrameResult {
  messages: Message[];
  outputs: Record<string, unknown> | null;
  /** Those that were wanted, in the order of the wishes for its camera. */
  pictures: readonly (MadePicture | null)[];
  faults: StepFault[];
  /** Objects in the published detections. */
  objects: number;
  timing: FrameStages;
  /** Models that answered with their last result, one for each answer. */
  reused: readonly string[];
  regions: RegionCount;
}

export interface WriterTools {
  pixels: PixelService;
  /** Of the kinds of plugins. */
  codecs: KindCodecs;
  pictures: EventPictures | null;
  /** What a writer remembered whose place this one takes. */
  before?: Partial<PublisherMemory>;
}

export interface ResultWriter {
  /** What a writer in its place would have to know; empty where nothing is published. */
  readonly memory: Partial<PublisherMemory>;
  /** What outputs gave last, by camera. */
  lastValues(): Record<string, LastValue[]>;
  write(frames: readonly FrameHandle[], result: EngineResult, timing: Timing): Promise<FrameResult[]>;
  writeRows(result: EngineResult): Promise<FrameResult[]>;
  /** Ends the tracks of a camera (null: of all). */
  end(camera: string | null, reason: "reset" | "shutdown"): FrameResult;
  /** Ends the tracks of a camera that gave no frame until `clockS`, as far as they are not kept for that long. */
  silence(camera: string, clockS: number, reason: SilenceReason): FrameResult;
  /** The camera is gone. */
  forget(camera: string): void;
}

interface Timing extends FrameTiming {
  /** Pictures that are wanted. */
  wishes: readonly PictureWish[];
}

export function openResultWriter(
  settings: WriterSettings,
  plan: Plan,
  { pixels, codecs, pictures, before }: WriterTools,
): ResultWriter {
  const serialise = outputSerialiser(plan, codecs);
  const tools = { serialise, pictures, ...(before === undefined ? {} : { before }) };
  const publisher = settings.publish === null ? null : openFramePublisher(settings.publish, plan, tools);
  const values = new LastValues(plan);
  const jpeg = (image: Image) => encodeJpeg(packedPixels(image, pixels), image, { quality: RESULT_QUALITY });
  const encode = settings.withoutPictures === true ? null : jpeg;

  async function results(
    row: Record<string, unknown>,
    wishes: readonly PictureWish[],
  ): Promise<Pick<FrameResult, "outputs" | "pictures">> {
    const pictures = await makePictures(wishes, row, { shown: settings.picture, pixels });
    return { outputs: settings.outputs ? await serialiseRow(row, plan, { serialise, encode }) : null, pictures };
  }

  return {
    memory: publisher?.memory ?? {},
    lastValues: () => values.view(),
    async write(frames, { rows, faults, recovered = [] }, timing) {
      return Promise.all(
        frames.map(async (frame, i) => {
          const row = rows[rows.length === 1 ? 0 : i] ?? {};
          values.note(frame.camera, row);
          const messages = publisher?.messages(frame, row, timing) ?? [];
          const own = [...faults, ...recovered].filter(({ element }) => element === i || element === null);
          const objects = publisher?.objects(row) ?? 0;
          return {
            messages,
            objects,
            faults: own,
            timing: stages(frame, timing),
            reused: timing.reused?.(frame) ?? [],
            regions: timing.regions?.(frame) ?? NO_REGIONS,
            ...(await results(
              row,
              timing.wishes.filter(({ camera }) => camera === frame.camera),
            )),
          };
        }),
      );
    },
    async writeRows({ rows, faults }) {
      const found = await Promise.all(rows.map((row) => results(row, [])));
      return found.map((result, i) => ({
        messages: [],
        objects: 0,
        timing: NO_TIME,
        reused: [],
        regions: NO_REGIONS,
        faults: faults.filter(({ element }) => (element ?? 0) === i),
        ...result,
      }));
    },
    end: (camera, reason) => resultOf(publisher?.end(camera, reason)),
    silence: (camera, clockS, reason) => resultOf(publisher?.silence(camera, clockS, reason)),
    forget(camera) {
      values.forget(camera);
      publisher?.forget(camera);
    },
  };
}

/** Messages that belong to no frame. */
function resultOf(messages: Message[] = []): FrameResult {
  return {
    messages,
    outputs: null,
    pictures: [],
    faults: [],
    objects: 0,
    timing: NO_TIME,
    reused: [],
    regions: NO_REGIONS,
  };
}

const NO_REGIONS: RegionCount = { looked: 0, leftOut: 0 };
const NO_TIME: FrameStages = { queueMs: 0, threadMs: 0, sessionMs: 0, inferMs: 0, workflowMs: 0 };

function stages(frame: FrameHandle, { startedAt, takenAt, inferMs, waitMs }: Timing): FrameStages {
  const queueMs = Math.max(0, startedAt - frame.decodedAt);
  return { queueMs, threadMs: takenAt - startedAt, sessionMs: waitMs, inferMs, workflowMs: steadyMs() - startedAt };
}

/** Values of a row in their JSON form, images as base64 JPEG. */
async function serialiseRow(
  row: Record<string, unknown>,
  plan: Plan,
  { serialise, encode }: { serialise: SerialiseOutput; encode: ((image: Image) => Promise<Uint8Array>) | null },
) {
  const pending: Promise<void>[] = [];
  const onImage = (image: Image, json: SerialisedImage) => {
    if (encode === null) return;
    const encoding = encode(image).then((bytes) => {
      json.value = Buffer.from(bytes).toString("base64");
    });
    pending.push(encoding);
  };
  const outputs = plan.outputs.map((output) => [output.name, serialise(output, row[output.name], { onImage })]);
  await Promise.all(pending);
  return Object.fromEntries(outputs) as Record<string, unknown>;
}

/** The quality of the reference's results. */
const RESULT_QUALITY = 95;
