import { z } from "zod";
import { EffectError } from "../../../base/errors.ts";
import { lazy } from "../../../base/lazy.ts";
import type { PixelService } from "../../../kinds/pixel-service.ts";
import type { Raster } from "../../../vision/raster.ts";
import type { Context } from "../../contract/block.ts";
import { orRef, ref } from "../../contract/fields.ts";
import { type FormPart, multipart } from "../../sink/multipart.ts";
import { neededKey } from "../language/language-fields.ts";
import type { Slots } from "../slots.ts";
import { askCloud } from "./ask-cloud.ts";
import { decodePicture, encodePng } from "./picture-files.ts";

// What the blocks of Stability AI share: api.stability.ai, version v2beta, whose requests are forms and whose answers are JSON.

const PRESETS = [
  ...[
    "3d-model",
    "analog-film",
    "anime",
    "cinematic",
    "comic-book",
    "digital-art",
    "enhance",
    "fantasy-art",
    "isometric",
  ],
  ...["line-art", "low-poly", "modeling-compound", "neon-punk", "origami", "photographic", "pixel-art", "tile-texture"],
] as const;

export const imageField = lazy(() => ref("image").describe("Image to change; each one is a request that costs money."));
export const keyField = neededKey;
export const negativePrompt = lazy(() =>
  orRef(z.string(), "string").nullable().default(null).describe("What the picture is not to show."),
);
export const presetField = lazy(() => z.enum(PRESETS).nullable().default(null).describe("Style of what is painted."));
export const seedField = lazy(() =>
  orRef(z.int().min(0).max(4_294_967_294), "integer")
    .nullable()
    .default(null)
    .describe("Makes the answer the same each time; by chance otherwise."),
);

/** A picture as a file of a form. */
export async function pictureFile(name: string, raster: Raster): Promise<FormPart> {
  return { name, file: `${name}.png`, content: await encodePng(raster) };
}

type Fields = Readonly<Record<string, string | number | null>>;
type Asking = Context<undefined, Slots> & { services: { pixels: PixelService } };

/** What is asked; fields that are null are left out. */
export interface PaintRequest {
  path: string;
  key: string;
  fields: Fields;
  files: () => Promise<FormPart[]>;
}

/** Asks for a picture; gives its pixels. */
export async function paint({ path, key, fields, files }: PaintRequest, context: Asking): Promise<Raster> {
  const { ids } = context.services;
  const request = async () => {
    const texts = Object.entries({ ...fields, output_format: "png" }).flatMap(([name, value]): FormPart[] =>
      value === null ? [] : [{ name, content: Buffer.from(String(value)) }],
    );
    const form = multipart(ids.uuid().replaceAll("-", ""), [...(await files()), ...texts]);
    return { provider: "stability_ai", path: `/v2beta/stable-image/${path}`, key, ...form } as const;
  };
  return pictureOf(await askCloud(request, context));
}

const ANSWER = lazy(() => z.object({ image: z.string(), finish_reason: z.string().default("SUCCESS") }));

async function pictureOf(json: unknown): Promise<Raster> {
  const answer = ANSWER().safeParse(json);
  if (!answer.success)
    throw new EffectError("CLOUD_ANSWER", `Stability AI answered in another form: ${z.prettifyError(answer.error)}`);
  const { image, finish_reason } = answer.data;
  // A picture that was filtered comes blurred.
  if (finish_reason !== "SUCCESS")
    throw new EffectError("CLOUD_REFUSED", `Stability AI did not paint the picture: ${finish_reason}`);
  try {
    return await decodePicture(Buffer.from(image, "base64"));
  } catch (error) {
    throw new EffectError("CLOUD_ANSWER", "Stability AI answered with what is no picture", {}, { cause: error });
  }
}
