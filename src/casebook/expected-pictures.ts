import { isAbsolute, join } from "node:path";
import { messageOf } from "../base/errors.ts";
import { decodePicture, type Picture } from "./picture.ts";

/** Pictures of an expected value by the objects that name them, or why they cannot be read. */
export type ExpectedPictures = ReadonlyMap<object, Picture | { fault: string }>;

/** Decodes every picture in an expected value: files beside the case, and base64. */
export async function readExpectedPictures(value: unknown, folder: string): Promise<ExpectedPictures> {
  const found = new Map<object, Picture | { fault: string }>();
  const pending: Promise<void>[] = [];
  visit(value, (object) => {
    const source = sourceOf(object, folder);
    if (source !== null) pending.push(read(source).then((picture) => void found.set(object, picture)));
  });
  await Promise.all(pending);
  return found;
}

/** Where the file of a `$png` lies. */
export function besideCase(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function sourceOf({ $png, type, value }: Record<string, unknown>, folder: string): string | Buffer | null {
  if (typeof $png === "string") return besideCase($png, folder);
  return type === "base64" && typeof value === "string" ? Buffer.from(value, "base64") : null;
}

async function read(source: string | Buffer): Promise<Picture | { fault: string }> {
  try {
    return await decodePicture(source);
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

function visit(value: unknown, see: (object: Record<string, unknown>) => void): void {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) see(value as Record<string, unknown>);
  for (const item of Object.values(value)) visit(item, see);
}
