import { register } from "node:module";
import { programFile } from "../../base/program-files.ts";

// Plugins import from "millrace". One that lies outside of the folder that millrace is installed in, being linked or
// used with a global installation, would not find it.

let isOffered = false;

/** Makes "millrace" this program for modules of this thread that have no other. */
export function offerOwnLibrary(): void {
  if (isOffered) return;
  isOffered = true;
  register(`data:text/javascript,${encodeURIComponent(HOOK)}`, { data: programFile("library.ts").href });
}

const HOOK = `
let library;
export function initialize(url) {
  library = url;
}
export async function resolve(specifier, context, next) {
  if (specifier !== "millrace") return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch {
    return { url: library, format: "module", shortCircuit: true };
  }
}
`;
