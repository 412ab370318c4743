import { existsSync } from "node:fs";

/** Whether the sources themselves run, as in development, and not what the build made of them. */
export const isSource: boolean = import.meta.url.endsWith(".ts");

/** The folder of the package. In a build this module may be part of any file below `dist`. */
export const packageFolder: URL = folderWithManifest(new URL(".", import.meta.url));

/** A file of the program by its path below `src`; a module has the ending `.js` in a build. */
export function programFile(path: string): URL {
  return new URL(isSource ? `src/${path}` : `dist/${path.replace(/\.ts$/, ".js")}`, packageFolder);
}

function folderWithManifest(folder: URL): URL {
  return existsSync(new URL("package.json", folder)) ? folder : folderWithManifest(new URL("..", folder));
}
