import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Of Node from 22.1 on. */
interface CodeCache {
  enableCompileCache?: (folder: string) => { directory?: string };
}

/** Lets Node keep compiled code on disk, where it can, so that the next start compiles nothing; threads and processes of this one do too. */
export function keepCompiledCode(
  environment: NodeJS.ProcessEnv,
  { enableCompileCache }: CodeCache = nodeModule as CodeCache,
): void {
  const folder = codeCacheFolder(environment, homedir());
  if (folder === null || enableCompileCache === undefined) return;
  const { directory } = enableCompileCache(folder);
  if (directory !== undefined) Object.assign(environment, { NODE_COMPILE_CACHE: folder });
}

/** Never a folder that other users can write to: what lies there is run. Null where Node has been given one, or is to have none. */
export function codeCacheFolder(environment: NodeJS.ProcessEnv, home: string): string | null {
  const { NODE_COMPILE_CACHE: given, NODE_DISABLE_COMPILE_CACHE: off, CACHE_DIRECTORY, XDG_CACHE_HOME } = environment;
  if (given || off) return null;
  const own = [CACHE_DIRECTORY, XDG_CACHE_HOME].find((path) => path && isAbsolute(path));
  return join(own ?? join(home, ".cache"), "millrace", "code");
}
