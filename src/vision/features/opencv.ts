import { createRequire } from "node:module";

export type OpenCv = typeof import("@techstark/opencv-js");

/**
 * OpenCV, loaded on the first call of a thread, where it takes some 80 MB. It comes in an object, as the module itself has a `then` that
 * answers with itself: waiting for it never ends.
 */
export function loadOpenCv(): Promise<{ cv: OpenCv }> {
  loaded ??= new Promise((resolve) => {
    const cv = createRequire(import.meta.url)("@techstark/opencv-js") as OpenCv;
    if ((cv as Partial<OpenCv>).Mat !== undefined) resolve({ cv });
    else cv.onRuntimeInitialized = () => resolve({ cv });
  });
  return loaded;
}

let loaded: Promise<{ cv: OpenCv }> | undefined;

/** What OpenCV allocates outside of the memory that is collected. */
interface Allocated {
  delete(): void;
}

/** Runs work that allocates with `own`, all of which is deleted at the end, however it ends. */
export function withOwned<T>(work: (own: <A extends Allocated>(allocated: A) => A) => T): T {
  const owned: Allocated[] = [];
  try {
    return work((allocated) => {
      owned.push(allocated);
      return allocated;
    });
  } finally {
    for (const allocated of owned.reverse()) allocated.delete();
  }
}
