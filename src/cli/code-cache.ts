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
  const folder = codeCacheFolder(environment, homeFolder());
  if (folder === null || enableCompileCache === undefined) return;
  const { directory } = enableCompileCache(folder);
  if (directory !== undefined) Object.assign(environment, { NODE_COMPILE_CACHE: folder });
}

/** Null for a user who is in no table of users and has no HOME, as services and containers may have. */
function homeFolder(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}

/** Never a folder that other users can write to: what lies there is run. Null where Node has been given one, is to have none, or there is no place. */
export function codeCacheFolder(environment: NodeJS.ProcessEnv, home: string | null): string | null {
  const { NODE_COMPILE_CACHE: given, NODE_DISABLE_COMPILE_CACHE: off, CACHE_DIRECTORY, XDG_CACHE_HOME } = environment;
  if (given || off) return null;
  const own = [CACHE_DIRECTORY, XDG_CACHE_HOME].find((path) => path && isAbsolute(path));
  const cache = own ?? (home === null ? null : join(home, ".cache"));
  return cache === null ? null : join(cache, "millrace", "code");
}
