import { EffectError } from "../../base/errors.ts";
import type { Image } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import type { Context } from "../contract/block.ts";
import type { LanguageQuestion } from "../contract/services.ts";
import { encodeJpeg } from "../encode-jpeg.ts";
import { type LanguageTask, languagePrompt } from "./language-prompt.ts";

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
}

/** A frame waits no longer, with all its questions. */
const TIMEOUT_MS = 20_000;
const MOST_AT_ONCE = 4;
const QUALITY = 90;

/** Places for questions of one step that are under way at once. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number | null | undefined) {
    this.#free = Math.max(1, most ?? MOST_AT_ONCE);
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** Asks a language model about an image. */
export async function askLanguage(
  inputs: AskInputs,
  settings: AskSettings,
  { prepared, services }: Pick<Context<undefined, Slots>, "prepared" | "services">,
) {
  const { language, pixels, time } = services;
  const { system, text } = languagePrompt(inputs);
  const startedMs = time.steadyMs();
  return prepared.use(async () => {
    const timeoutMs = TIMEOUT_MS - (time.steadyMs() - startedMs);
    if (timeoutMs <= 0)
      throw new EffectError("LANGUAGE_TIMEOUT", "questions of the step before it took all of its time");
    const { provider, model, imageDetail = "auto", maxSide = 1024, extra = {} } = settings;
    const { api_key: key, max_tokens: maxTokens, temperature } = inputs;
    const image = await encoded(inputs.images, pixels, maxSide);
    const answer = await language.ask({
      ...{ provider, model, key, system, text, image, imageDetail, maxTokens, temperature, extra, timeoutMs },
    });
    return { output: answer.text, classes: [...(inputs.classes ?? [])], thinking: answer.thinking };
  });
}

/** The image as JPEG, made smaller where one side is longer than it may be. */
export function encoded(image: Image, pixels: PixelService, maxSide: number): Promise<Uint8Array> {
  return encodeJpeg(pixels.copy(image), image, { quality: QUALITY, within: { width: maxSide, height: maxSide } });
}
