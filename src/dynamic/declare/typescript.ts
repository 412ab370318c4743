import { createRequire } from "node:module";
import { z } from "zod";
import { messageOf } from "../../base/errors.ts";

/** A fault in source text; lines and columns count from 1, null where they are not known. */
export interface SourceFault {
  line: number | null;
  column: number | null;
  what: string;
}

/**
 * TypeScript to JavaScript by blanking the types, so that every line and column stays. What would need code of its own
 * (enums, namespaces, parameter properties) is a fault.
 */
export function stripTypes(source: string): { code: string } | SourceFault {
  try {
    return { code: stripper().transformSync(source, { mode: "strip-only" }).code };
  } catch (error) {
    const { data } = SwcError.safeParse(error);
    if (data === undefined) return { line: null, column: null, what: messageOf(error) };
    return {
      line: data.startLine,
      column: data.startColumn + 1,
      what: data.message.replace(UNSUPPORTED, NOT_BY_BLANKING),
    };
  }
}

const UNSUPPORTED = / is not supported in strip-only mode$/;
const NOT_BY_BLANKING = " does not run: types are left out, and no code is put in their place";

const SwcError = z.object({ message: z.string(), startLine: z.number(), startColumn: z.number() });

let loaded: typeof import("@swc/wasm-typescript") | undefined;

/** Loaded on first use: it has megabytes of WebAssembly that most definitions do not need. */
function stripper(): typeof import("@swc/wasm-typescript") {
  loaded ??= createRequire(import.meta.url)("@swc/wasm-typescript") as typeof import("@swc/wasm-typescript");
  return loaded;
}
