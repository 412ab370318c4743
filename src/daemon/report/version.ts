import { readFileSync } from "node:fs";
import { packageFolder } from "../../base/program-files.ts";

const MANIFEST = JSON.parse(readFileSync(new URL("package.json", packageFolder), "utf8")) as { version: string };

/** Version of the program, from its package. */
export const VERSION: string = MANIFEST.version;
