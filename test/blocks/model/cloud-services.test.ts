import type { ServerResponse } from "node:http";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { googleVisionOcrV1 } from "../../../src/blocks/model/cloud/google-vision-ocr.ts";
import { stabilityAiImageGenV1 } from "../../../src/blocks/model/cloud/stability-image-gen.ts";
import { stabilityAiInpaintingV1 } from "../../../src/blocks/model/cloud/stability-inpainting.ts";
import { stabilityAiOutpaintingV1 } from "../../../src/blocks/model/cloud/stability-outpainting.ts";
import type { Detections } from "../../../src/kinds/detections.ts";
import type { Image } from "../../../src/kinds/image.ts";
import { maskOf } from "../../../src/kinds/mask.ts";
import { openSink, picture } from "../sink/open-sink.ts";
import { type Asked, json, openService } from "../sink/service-double.ts";

const KEY = "key-of-a-test";

describe("google_vision_ocr", () => {
  const found = {
    responses: [
      {
        textAnnotations: [
          {
            locale: "de",
            description: "Tür auf",
            boundingPoly: { vertices: [{}, { x: 15 }, { x: 15, y: 7 }, { y: 7 }] },
          },
          { description: "Tür", boundingPoly: { vertices: [{ x: 1 }, { x: 6, y: 1 }, { x: 5, y: 7 }, { y: 6 }] } },
          {
            description: "auf",
            boundingPoly: {
              vertices: [
                { x: 8, y: 2 },
                { x: 15, y: 2 },
                { x: 15, y: 7 },
              ],
            },
          },
        ],
      },
    ],
  };
  const literals = { ocr_type: "text_detection", api_key: KEY };

  test("sends the picture and the languages, and gives the text and its words", async () => {
    const { base, asked } = await openService((_, response) => json(response, found));
    const variables = { GOOGLE_VISION_BASE_URL: base };
    const step = openSink(googleVisionOcrV1, { ...literals, language_hints: ["de"] }, { variables });
    const { text, language, predictions } = await step.run({ image: picture(32, 16) });
    expect([text, language]).toEqual(["Tür auf", "de"]);
    expect((predictions as Detections).items.map(({ box, class: name }) => [name, box])).toEqual([
      ["Tür", [0, 0, 6, 7]],
      ["auf", [8, 2, 15, 7]],
    ]);
    const { path, headers, body } = asked[0] as Asked;
    expect([path, headers["x-goog-api-key"]]).toEqual(["/v1/images:annotate", KEY]);
    const [request] = JSON.parse(body.toString()).requests;
    expect(request).toMatchObject({ features: [{ type: "TEXT_DETECTION" }], imageContext: { languageHints: ["de"] } });
    const sent = await sharp(Buffer.from(request.image.content, "base64")).metadata();
    expect([sent.format, sent.width, sent.height]).toEqual(["jpeg", 32, 16]);
  });

  test("gives nothing for a picture without text, and takes the key of the environment", async () => {
    const { base, asked } = await openService((_, response) => json(response, { responses: [{}] }));
    const variables = { GOOGLE_VISION_BASE_URL: base, GOOGLE_VISION_API_KEY: "own" };
    const step = openSink(googleVisionOcrV1, { ocr_type: "ocr_text_detection" }, { variables });
    expect(await step.run({ image: picture() })).toMatchObject({ text: "", language: "", predictions: { items: [] } });
    expect(asked[0]?.headers["x-goog-api-key"]).toBe("own");
    expect(asked[0]?.body.toString()).toContain("DOCUMENT_TEXT_DETECTION");
  });

  test("fails where the picture is refused within a good answer, and where there is no key", async () => {
    const error = { code: 3, message: "Bad image data." };
    const { base } = await openService((_, response) => json(response, { responses: [{ error }] }));
    const step = openSink(googleVisionOcrV1, literals, { variables: { GOOGLE_VISION_BASE_URL: base } });
    await expect(step.run({ image: picture() })).rejects.toMatchObject({
      code: "CLOUD_REFUSED",
      message: "Google Vision refused the picture: Bad image data.",
    });
    const keyless = openSink(googleVisionOcrV1, { ocr_type: "text_detection" });
    await expect(keyless.run({ image: picture() })).rejects.toMatchObject({ code: "CLOUD_NO_KEY" });
  });

  test.each([
    ["no JSON", (response: ServerResponse) => response.end("<html>")],
    ["JSON of another form", (response: ServerResponse) => json(response, { responses: "none" })],
  ])("fails where the answer is %s", async (_, answer) => {
    const { base } = await openService((__, response) => void answer(response));
    const step = openSink(googleVisionOcrV1, literals, { variables: { GOOGLE_VISION_BASE_URL: base } });
    await expect(step.run({ image: picture() })).rejects.toMatchObject({ code: "CLOUD_ANSWER" });
  });
});

describe("the blocks of Stability AI", () => {
  /** A server that answers with a picture of one colour. */
  async function openStability(width: number, height: number) {
    const background = { r: 10, g: 20, b: 30 };
    const png = await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
    const answer = { image: png.toString("base64"), finish_reason: "SUCCESS", seed: 1 };
    const { base, asked } = await openService((_, response) => json(response, answer));
    return { variables: { STABILITY_BASE_URL: base }, asked };
  }

  test("outpainting asks for the sides that are given, and answers with the larger picture", async () => {
    const { variables, asked } = await openStability(24, 8);
    const literals = { api_key: KEY, right: 8, creativity: 0.25, prompt: "Größe", preset: "anime" };
    const { image } = await openSink(stabilityAiOutpaintingV1, literals, { variables }).run({ image: picture(16, 8) });
    expect(image).toMatchObject({ width: 24, height: 8, parentId: "gate" });
    expect(firstPixel(image)).toEqual([10, 20, 30]);
    expect(asked[0]?.path).toBe("/v2beta/stable-image/edit/outpaint");
    expect(asked[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, accept: "application/json" });
    const { image: sent, ...fields } = await formOf(asked[0] as Asked);
    expect(fields).toEqual({
      right: "8",
      creativity: "0.25",
      prompt: "Größe",
      style_preset: "anime",
      output_format: "png",
    });
    expect(await sharp(sent as Buffer).metadata()).toMatchObject({ format: "png", width: 16, height: 8 });
  });

  test("inpainting sends what the masks cover as white, or the rest of the picture", async () => {
    const { variables, asked } = await openStability(16, 8);
    const mask = maskOf(new Uint8Array(8).fill(1), { x: 2, y: 1, width: 4, height: 2 });
    const segmentation_mask = objects([{ mask }, { box: [14, 6, 20, 12] }]);
    for (const invert_segmentation_mask of [false, true]) {
      const literals = { api_key: KEY, prompt: "grass", invert_segmentation_mask, seed: 7 };
      const step = openSink(stabilityAiInpaintingV1, literals, { variables });
      expect(await step.run({ image: picture(16, 8), segmentation_mask })).toMatchObject({ image: { width: 16 } });
    }
    const whites = await Promise.all(asked.map(async (one) => whitePixels((await formOf(one))["mask"] as Buffer)));
    expect(whites).toEqual([8 + 4, 16 * 8 - 12]);
    expect(await formOf(asked[0] as Asked)).toMatchObject({ prompt: "grass", seed: "7" });
  });

  test("inpainting without anything to paint over asks for nothing and gives the picture as it is", async () => {
    const { variables, asked } = await openStability(16, 8);
    const step = openSink(stabilityAiInpaintingV1, { api_key: KEY, prompt: "grass" }, { variables });
    const image = picture(16, 8);
    expect(await step.run({ image, segmentation_mask: objects([]) })).toEqual({ image });
    expect(asked).toEqual([]);
  });

  test("a picture is made from a text, or from a text and a picture by the models that take one", async () => {
    const { variables, asked } = await openStability(32, 32);
    const open = (literals: object) =>
      openSink(stabilityAiImageGenV1, { api_key: KEY, prompt: "a shelf", ...literals }, { variables });
    const { image } = await open({}).run();
    expect(image).toMatchObject({ width: 32, parent: null, root: { width: 32, height: 32 } });
    await open({ model: "sd3", strength: 0.6 }).run({ image: picture() });
    await expect(open({}).run({ image: picture() })).rejects.toThrow(/"core" takes no image/);
    expect(asked.map(({ path }) => path)).toEqual([
      "/v2beta/stable-image/generate/core",
      "/v2beta/stable-image/generate/sd3",
    ]);
    expect(await formOf(asked[1] as Asked)).toMatchObject({ mode: "image-to-image", strength: "0.6" });
  });

  test("a refusal is reported in the service's words without the key, and a filtered picture is none", async () => {
    const answers = [
      (response: ServerResponse) => json(response, { name: "unauthorized", errors: [`no key ${KEY}`] }, 401),
      (response: ServerResponse) => json(response, { image: "", finish_reason: "CONTENT_FILTERED" }),
      (response: ServerResponse) => json(response, { image: "bm8gcGljdHVyZQ==", finish_reason: "SUCCESS" }),
    ];
    const { base } = await openService((_, response) => answers.shift()?.(response));
    const literals = { api_key: KEY, prompt: "a shelf" };
    const step = openSink(stabilityAiImageGenV1, literals, { variables: { STABILITY_BASE_URL: base } });
    await expect(step.run()).rejects.toThrow("Stability AI answered with status 401: no key ***");
    await expect(step.run()).rejects.toThrow("Stability AI did not paint the picture: CONTENT_FILTERED");
    await expect(step.run()).rejects.toThrow("Stability AI answered with what is no picture");
  });

  test("what cannot be asked is found in the definition", () => {
    const of = (block: typeof stabilityAiOutpaintingV1.check, literals: object) => block?.(literals as never);
    expect(of(stabilityAiOutpaintingV1.check, { left: null, right: 0, up: null, down: null })).toHaveLength(1);
    expect(of(stabilityAiOutpaintingV1.check, { left: null, right: undefined, up: null, down: null })).toEqual([]);
    expect(stabilityAiImageGenV1.check?.({ model: "sd9" } as never)).toMatchObject([{ property: "model" }]);
  });
});

function objects(items: object[]): Detections {
  const root = { id: "gate", width: 16, height: 8, offsetX: 0, offsetY: 0 };
  const whole = items.map((item) => ({
    box: [0, 0, 1, 1],
    confidence: 1,
    class: "a",
    classId: 0,
    detectionId: "d",
    ...item,
  }));
  return { kind: "detections", items: whole as never, width: 16, height: 8, parentId: "gate", parent: null, root };
}

function firstPixel(value: unknown): number[] {
  const { pixels } = value as Image;
  return pixels.type === "owned" ? [...pixels.rgb.subarray(0, 3)] : [];
}

async function whitePixels(png: Buffer): Promise<number> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return data.filter((value, i) => i % info.channels === 0 && value === 255).length;
}

/** The fields of a form as texts, its files as bytes. */
async function formOf({ headers, body }: Asked): Promise<Record<string, string | Buffer>> {
  const type = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const entries = [...form].map(async ([name, value]): Promise<[string, string | Buffer]> => {
    return [name, typeof value === "string" ? value : Buffer.from(await value.arrayBuffer())];
  });
  return Object.fromEntries(await Promise.all(entries));
}
