import { EffectError } from "../../../base/errors.ts";
import type { Image } from "../../../kinds/image.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import type { Context } from "../../contract/block.ts";
import type { LanguageAnswer, LanguageQuestion } from "../../contract/services.ts";
import { longestEdge, type Size } from "../../data/answers/upload-size.ts";
import { encodeJpeg } from "../../encode-jpeg.ts";
import type { Slots } from "../slots.ts";
import { BOX_FORMATS, type BoxFormatName } from "./box-formats.ts";
import { type LanguageTask, languagePrompt } from "./language-prompt.ts";
import { readAnswer } from "./read-answer.ts";

/** What the blocks of all language models are given. */
export interface AskInputs {
  images: Image;
  task_type: LanguageTask;
  prompt: string | null;
  output_structure: Readonly<Record<string, string>> | null;
  classes: readonly string[] | null;
  api_key: string;
  max_tokens: number | null;
  temperature: number | null;
}

/** What differs from provider to provider. */
export interface AskSettings extends Pick<LanguageQuestion, "provider" | "model"> {
  imageDetail?: string;
  /** Longest side of the image that is sent. */
  maxSide?: number;
  extra?: Readonly<Record<string, unknown>>;
  /** The form of boxes that the model is best at. */
  boxes?: BoxFormatName;
}

interface Wanted extends AskSettings {
  /** Outputs of the block, by name. A block with a status never fails over what the provider does. */
  outputs: Readonly<Record<string, unknown>>;
}

type Asking = Pick<Context<undefined, Slots>, "prepared" | "services" | "step">;

/** A frame waits no longer, with all its questions. */
const TIMEOUT_MS = 20_000;
const QUALITY = 90;
const LONGEST_SIDE = 1024;

/** Asks a language model about an image, and reads what it answers. */
export async function askLanguage(inputs: AskInputs, wanted: Wanted, context: Asking) {
  const { step, services } = context;
  const { ids, background } = services;
  const hasStatus = "error_status" in wanted.outputs;
  const about = { classes: [...(inputs.classes ?? [])], inference_id: ids.uuid() };
  try {
    const ask = () => answerTo(inputs, wanted, context);
    // A failure that is an output is counted; any other is one of the step.
    const { answer, sent } = await (hasStatus ? background.attend(step, ask) : ask());
    const { text: output, thinking, inputTokens: input_tokens, outputTokens: output_tokens } = answer;
    const format = BOX_FORMATS[wanted.boxes ?? "named_normalized"];
    const reading = { classes: about.classes, format, sent, ids, inferenceId: about.inference_id };
    const read = "predictions" in wanted.outputs ? readAnswer(output, inputs, reading) : {};
    return { output, thinking, input_tokens, output_tokens, ...read, ...about };
  } catch (error) {
    if (!(hasStatus && error instanceof EffectError)) throw error;
    return { output: null, thinking: null, input_tokens: null, output_tokens: null, ...FAILED, ...about };
  }
}

const FAILED = { predictions: null, error_status: true };

async function answerTo(inputs: AskInputs, wanted: AskSettings, { prepared, services }: Asking) {
  const { language, pixels, time } = services;
  const startedMs = time.steadyMs();
  return prepared.use(async (): Promise<{ answer: LanguageAnswer; sent: Size }> => {
    const timeoutMs = TIMEOUT_MS - (time.steadyMs() - startedMs);
    if (timeoutMs <= 0)
      throw new EffectError("LANGUAGE_TIMEOUT", "questions of the step before it took all of its time");
    const { provider, model, imageDetail = "auto", maxSide = LONGEST_SIDE, extra = {}, boxes } = wanted;
    const { api_key: key, max_tokens: maxTokens, temperature } = inputs;
    const image = await encoded(inputs.images, pixels, maxSide);
    const sent = longestEdge(inputs.images, maxSide);
    const { system, text } = languagePrompt(inputs, BOX_FORMATS[boxes ?? "named_normalized"].form(sent));
    const answer = await language.ask({
      ...{ provider, model, key, system, text, image, imageDetail, maxTokens, temperature, extra, timeoutMs },
    });
    return { answer, sent };
  });
}

/** The image as JPEG, made smaller where one side is longer than it may be. */
export function encoded(image: Image, pixels: PixelService, maxSide: number): Promise<Uint8Array> {
  return encodeJpeg(pixels.copy(image), image, { quality: QUALITY, within: { width: maxSide, height: maxSide } });
}
