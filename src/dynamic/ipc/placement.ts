import { MillraceError } from "../../base/errors.ts";
import type { RootPlacement } from "../../kinds/image.ts";

/** Where a picture lies in another one, under the names of IPC messages. */
export function placementToIpc(placement: RootPlacement | null): Record<string, unknown> | null {
  if (placement === null) return null;
  const { id, width, height, offsetX, offsetY } = placement;
  return { id, width, height, offset_x: offsetX, offset_y: offsetY };
}

export function placementFromIpc(json: unknown): RootPlacement {
  const fields = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  const { id, width, height, offset_x: offsetX, offset_y: offsetY } = fields;
  if (typeof id === "string" && isNumber(width) && isNumber(height) && isNumber(offsetX) && isNumber(offsetY)) {
    return { id, width, height, offsetX, offsetY };
  }
  throw new MillraceError(
    "DYNAMIC_PROTOCOL",
    "the process of a code block sent a place in a picture without its parts",
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
