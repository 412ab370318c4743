import { readFile, stat } from "node:fs/promises";
import sharp from "sharp";
import { MillraceError, messageOf } from "../../base/errors.ts";
import { fileFault } from "../../base/file-fault.ts";
import { brief } from "../../definition/brief.ts";
import { deserialise } from "../../kinds/deserialise.ts";
import { type Image, isImage, type RootPlacement } from "../../kinds/image.ts";
import { ORIGIN } from "../../kinds/json-fields.ts";
import type { VideoMetadata } from "../../kinds/video-metadata.ts";
import { pictureImage } from "./frame-image.ts";

/**
 * A picture from JSON or from the bytes of a file: base64, the path of a file, or `{type, value}` with what the reference writes beside it. `id` is
 * the identity of one that has none of its own. Throws `MillraceError` with the end of a sentence.
 */
export async function readPicture(json: unknown, id: string): Promise<Image> {
  if (isImage(json)) return json;
  if (json instanceof Uint8Array) return decode(json, id);
  if (typeof json === "string") return decode(await bytesOf(json), id);
  if (!isMap(json) || json["value"] === undefined) throw unreadable(`is ${brief(json)}, expected a picture: ${FORMS}`);
  const image = await decode(await typed(json), id);
  return placed({ ...image, video: videoOf(json["video_metadata"]) }, json);
}

const FORMS = 'base64, the path of a file, or {"type": "base64", "value": ...}';

function unreadable(what: string): MillraceError {
  return new MillraceError("RUN_INPUT", what);
}

async function typed({ type, value }: Record<string, unknown>): Promise<Uint8Array | string> {
  if (typeof value !== "string") throw unreadable(`has the value ${brief(value)}, expected a text`);
  if (type === "url") throw remote();
  if (type === "file") return value;
  if (type === "base64") return base64(value);
  throw unreadable(`has the type ${brief(type)}, expected base64 or file`);
}

/** A text without a type: an address, the path of a file that is there, or else base64. */
async function bytesOf(text: string): Promise<Uint8Array | string> {
  if (/^https?:\/\//i.test(text)) throw remote();
  const isFile = text.length < LONGEST_PATH && (await stat(text).catch(() => null))?.isFile();
  return isFile ? text : base64(text);
}

const LONGEST_PATH = 4096;

function remote(): MillraceError {
  return unreadable("is an address, and pictures are not fetched from the network: give a file or base64");
}

function base64(text: string): Uint8Array {
  const body = text.replace(/^data:[^,]*;base64,/, "");
  if (/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(body)) return Buffer.from(body, "base64");
  throw unreadable(`is ${brief(text)}, which is neither a file nor base64`);
}

const READABLE = "JPEG, PNG, WebP, GIF, TIFF, AVIF and SVG";

/** Transparency is kept apart, as the reference looks at it for icons alone: elsewhere the colour of a transparent pixel shows. */
async function decode(source: Uint8Array | string, id: string): Promise<Image> {
  try {
    const bytes = typeof source === "string" ? await fileBytes(source) : source;
    await checkSize(bytes);
    const upright = sharp(bytes, { limitInputPixels: MOST_PIXELS }).rotate().toColourspace("srgb");
    const { data, info } = await upright.clone().removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const image = pictureImage(new Uint8Array(data), { width: info.width, height: info.height }, id);
    return (await hasAlpha(bytes)) ? withAlpha(image, await upright.extractChannel("alpha").raw().toBuffer()) : image;
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    const reason = messageOf(error).replace("Input buffer contains", "it has an");
    const readable = /unsupported image format/.test(reason) ? `; ${READABLE} can` : "";
    throw noPicture(`${reason}${readable}`, error);
  }
}

function noPicture(why: string, cause?: unknown): MillraceError {
  return new MillraceError("RUN_INPUT", `is no picture that can be read: ${why}`, {}, { cause });
}

/** Read here: asked for a path, sharp may answer with the fault of another file that is read at the same time. */
async function fileBytes(path: string): Promise<Uint8Array> {
  const status = await stat(path).catch((error) => {
    throw noPicture(fileFault(error), error);
  });
  if (!status.isFile()) throw noPicture("it is no file");
  if (status.size > MOST_BYTES) throw noPicture(`it has ${status.size} bytes, at most ${MOST_BYTES} are read`);
  return readFile(path);
}

async function hasAlpha(source: Uint8Array): Promise<boolean> {
  return (await sharp(source, { limitInputPixels: MOST_PIXELS }).metadata()).hasAlpha;
}

function withAlpha(image: Image, alpha: Uint8Array): Image {
  if (image.pixels.type !== "owned" || alpha.every((opacity) => opacity === 255)) return image;
  return { ...image, pixels: { ...image.pixels, alpha: new Uint8Array(alpha) } };
}

/** A small file may hold a picture of gigabytes. */
const MOST_PIXELS = 64 * 2 ** 20;
const MOST_BYTES = 4 * MOST_PIXELS;

/** Decodes no more than the beginning. */
async function checkSize(source: Uint8Array): Promise<void> {
  const { width, height } = await sharp(source, { limitInputPixels: false }).metadata();
  if (width * height <= MOST_PIXELS) return;
  throw unreadable(`has ${width} x ${height} pixels, at most ${MOST_PIXELS} are read`);
}

function videoOf(json: unknown): VideoMetadata | null {
  if (json === undefined || json === null) return null;
  const answer = deserialise(json, ["video_metadata"]);
  if ("value" in answer) return answer.value as VideoMetadata;
  throw unreadable(`has a wrong "video_metadata": ${answer.reasons.join("; ")}`);
}

/** Identity and place of a crop. */
function placed(image: Image, json: Record<string, unknown>): Image {
  const parentId = textOf(json, "parent_id") ?? image.parentId;
  const rootId = textOf(json, "root_parent_id") ?? parentId;
  const root = placeOf(json, "root_parent_origin", rootId) ?? { ...image.root, id: rootId };
  return { ...image, parentId, parent: placeOf(json, "parent_origin", rootId), root };
}

function textOf(json: Record<string, unknown>, key: string): string | undefined {
  const value = json[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw unreadable(`has ${brief(value)} for "${key}", expected a text`);
}

function placeOf(json: Record<string, unknown>, key: string, id: string): RootPlacement | null {
  const value = json[key];
  if (value === undefined || value === null) return null;
  const parsed = ORIGIN().safeParse(value);
  if (parsed.success) return { id, ...parsed.data };
  throw unreadable(`has ${brief(value)} for "${key}", expected an object with offset_x, offset_y, width and height`);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
