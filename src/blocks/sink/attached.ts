import { StepError } from "../../base/errors.ts";
import { isImage } from "../../kinds/image.ts";
import type { PixelService } from "../../kinds/pixel-service.ts";
import { pythonText } from "../../query/python-text.ts";
import { snapshot } from "./snapshot.ts";

export interface Attached {
  name: string;
  /** Encodes a picture, whose pixels are copied already. */
  content: () => Promise<Uint8Array> | Uint8Array;
}

/** Files to send beside a message, by their names: texts, bytes, and pictures as JPEG. */
export function attachedFiles(files: Readonly<Record<string, unknown>>, pixels: PixelService): Attached[] {
  return Object.entries(files)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => attached(name, value, pixels));
}

function attached(name: string, value: unknown, pixels: PixelService): Attached {
  if (isImage(value)) {
    const named = /\.jpe?g$/i.test(name) ? name : `${name.replace(/\.[^.]*$/, "")}.jpg`;
    return { name: named, content: snapshot(value, pixels) };
  }
  if (value instanceof Uint8Array) return { name, content: () => value };
  if (typeof value === "string") return { name, content: () => Buffer.from(value) };
  throw new StepError("SINK_FILE", `attachment "${name}" is ${pythonText(value)}, expected text, bytes or an image`);
}
