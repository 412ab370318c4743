import { moved } from "../../engine/moved.ts";
import { type Given, type KernelName, type Made, runKernel } from "../../vision/kernels.ts";

// Root of the thread that runs the heavy kernels of one workflow.

export interface KernelTask<N extends KernelName = KernelName> {
  name: N;
  given: Given<N>;
}

export default async function runKernelTask({ name, given }: KernelTask): Promise<Made<KernelName>> {
  const made = ownOf(await runKernel(name, given));
  return moved(made, buffersOf(made));
}

/** A kernel with nothing to do may give back what it got, which lies in memory that others write to later. */
function ownOf<T>(made: T): T {
  if (!isRaster(made) || !(made.data.buffer instanceof SharedArrayBuffer)) return made;
  return { ...made, data: made.data.slice() };
}

/** Of a picture, or of all features together. */
function buffersOf(made: Made<KernelName>): ArrayBuffer[] {
  const bytes = isRaster(made) ? made.data : Array.isArray(made) ? descriptorIn(made[0]) : null;
  return bytes?.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}

function descriptorIn(first: object | undefined): Uint8Array | null {
  return first !== undefined && "descriptor" in first ? (first.descriptor as Uint8Array) : null;
}

function isRaster(value: unknown): value is { data: Uint8Array } {
  return typeof value === "object" && value !== null && "stride" in value;
}
