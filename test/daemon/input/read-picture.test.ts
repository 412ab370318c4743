import { readFile, writeFile } from "node:fs/promises";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../../../src/base/errors.ts";
import { readPicture } from "../../../src/daemon/input/read-picture.ts";
import { useFolder } from "../../stream/clip.ts";

const folder = useFolder();
let base64 = "";

beforeAll(async () => {
  const picture = sharp({ create: { width: 9, height: 7, channels: 3, background: "teal" } });
  await picture.png().toFile(folder.path("scene.png"));
  await writeFile(folder.path("text.txt"), "no picture");
  base64 = (await readFile(folder.path("scene.png"))).toString("base64");
});

async function refused(json: unknown): Promise<string> {
  const message = await readPicture(json, "image").then(() => "taken", messageOf);
  return message.replaceAll(folder.path("."), "<folder>");
}

describe("a picture as JSON", () => {
  it("is base64, with or without its type, or the path of a file", async () => {
    const file = await readPicture(folder.path("scene.png"), "image");
    const forms = [base64, `data:image/png;base64,${base64}`, { type: "base64", value: base64 }];
    for (const json of [...forms, { type: "file", value: folder.path("scene.png") }]) {
      expect(await readPicture(json, "image")).toEqual(file);
    }
    expect(file).toMatchObject({ parentId: "image", parent: null, video: null, root: { id: "image", offsetX: 0 } });
    expect(await readPicture(file, "other")).toBe(file);
  });

  it("may tell its video, and where it was cut from", async () => {
    const json = {
      type: "base64",
      value: base64,
      video_metadata: { video_identifier: "gate", frame_number: 7, frame_timestamp: "2026-01-31T12:00:00Z", fps: 25 },
      parent_id: "d1",
      parent_origin: { offset_x: 1, offset_y: 2, width: 300, height: 200 },
      root_parent_id: "gate",
      root_parent_origin: { offset_x: 11, offset_y: 12, width: 1920, height: 1080 },
    };
    expect(await readPicture(json, "image")).toMatchObject({
      parentId: "d1",
      parent: { id: "gate", offsetX: 1, offsetY: 2, width: 300, height: 200 },
      root: { id: "gate", offsetX: 11, offsetY: 12, width: 1920, height: 1080 },
      video: { videoIdentifier: "gate", frameNumber: 7, fps: 25, frameTimestamp: Date.UTC(2026, 0, 31, 12) },
    });
  });

  it("is refused with the reason", async () => {
    const wrong = [
      5,
      { type: "base64" },
      { type: "base64", value: 5 },
      { type: "numpy", value: base64 },
      { type: "url", value: "x" },
      "https://example.org/a.png",
      "nowhere.png",
      "AAAA",
      folder.path("text.txt"),
      { type: "file", value: "nowhere.png" },
      { type: "file", value: folder.path(".") },
      { type: "file", value: "/dev/zero" },
      { type: "base64", value: base64, video_metadata: { video_identifier: 5 } },
      { type: "base64", value: base64, parent_id: 5 },
      { type: "base64", value: base64, parent_origin: { offset_x: 1 } },
    ];
    const told = await Promise.all(wrong.map(refused));
    expect(`\n${told.join("\n")}\n`).toMatchInlineSnapshot(`
      "
      is 5, expected a picture: base64, the path of a file, or {"type": "base64", "value": ...}
      is {"type":"base64"}, expected a picture: base64, the path of a file, or {"type": "base64", "value": ...}
      has the value 5, expected a text
      has the type "numpy", expected base64 or file
      is an address, and pictures are not fetched from the network: give a file or base64
      is an address, and pictures are not fetched from the network: give a file or base64
      is "nowhere.png", which is neither a file nor base64
      is no picture that can be read: it has an unsupported image format; JPEG, PNG, WebP, GIF, TIFF, AVIF and SVG can
      is no picture that can be read: it has an unsupported image format; JPEG, PNG, WebP, GIF, TIFF, AVIF and SVG can
      is no picture that can be read: there is no such file
      is no picture that can be read: it is no file
      is no picture that can be read: it is no file
      has a wrong "video_metadata": /video_identifier expected a text
      has 5 for "parent_id", expected a text
      has {"offset_x":1} for "parent_origin", expected an object with offset_x, offset_y, width and height
      "
    `);
  });
});

describe("a picture with transparency", () => {
  it("shows the colours of its pixels, however transparent they are", async () => {
    const rgba = Uint8Array.from([200, 100, 50, 0, 10, 20, 30, 128]);
    const file = await sharp(rgba, { raw: { width: 2, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    const { pixels } = await readPicture(file.toString("base64"), "image");
    expect(pixels).toMatchObject({ rgb: Uint8Array.from([200, 100, 50, 10, 20, 30]) });
  });

  it("keeps how opaque its pixels are, unless all are", async () => {
    const pixelsOf = async (alpha: number) => {
      const rgba = Uint8Array.from([200, 100, 50, 255, 10, 20, 30, alpha]);
      const raw = { width: 2, height: 1, channels: 4 } as const;
      const file = await sharp(rgba, { raw }).png().toBuffer();
      return (await readPicture(file.toString("base64"), "image")).pixels;
    };
    expect(await pixelsOf(128)).toMatchObject({ alpha: Uint8Array.from([255, 128]) });
    expect(await pixelsOf(255)).not.toHaveProperty("alpha");
  });
});

describe("a small file of a large picture", () => {
  it("is refused before memory is taken for its pixels", async () => {
    const file = emptyPng(16_000, 16_000);
    expect(file.length).toBeLessThan(300);
    const message = "has 16000 x 16000 pixels, at most 67108864 are read";
    expect(await refused(file.toString("base64"))).toBe(message);
    await writeFile(folder.path("large.png"), file);
    expect(await refused(folder.path("large.png"))).toBe(message);
  });
});

/** With a true header and next to no pixels. */
function emptyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(100))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
