import * as nodeModule from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../base/cache-folder.ts";

/** Of Node from 22.1 on. */
interface CodeCache {
  enableCompileCache?: (folder: string) => { directory?: string };
}

/** Lets Node keep compiled code on disk, where it can, so that the next start compiles nothing; threads and processes of this one do too. */
export function keepCompiledCode(
  environment: NodeJS.ProcessEnv,
  { enableCompileCache }: CodeCache = nodeModule as CodeCache,
): void {
  const folder = codeCacheFolder(environment);
  if (folder === null || enableCompileCache === undefined) return;
  const { directory } = enableCompileCache(folder);
  if (directory !== undefined) Object.assign(environment, { NODE_COMPILE_CACHE: folder });
}

/** Never a folder that other users can write to: what lies there is run. Null where Node has been given one, is to have none, or there is no place. */
export function codeCacheFolder(environment: NodeJS.ProcessEnv, home?: string | null): string | null {
  const { NODE_COMPILE_CACHE: given, NODE_DISABLE_COMPILE_CACHE: off } = environment;
  if (given || off) return null;
  const cache = cacheFolder(environment, home);
  return cache === null ? null : join(cache, "code");
}
