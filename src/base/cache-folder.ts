import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where the user of this process keeps what may be lost; null where there is no place. */
export function cacheFolder(environment: NodeJS.ProcessEnv, home: string | null = homeFolder()): string | null {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME } = environment;
  const own = [CACHE_DIRECTORY, XDG_CACHE_HOME].find((path) => path && isAbsolute(path));
  const cache = own ?? (home === null ? null : join(home, ".cache"));
  return cache === null ? null : join(cache, "millrace");
}

/** Null for a user who is in no table of users and has no HOME, as services and containers may have. */
function homeFolder(): string | null {
  try {
    return homedir();
  } catch {
    return null;
  }
}
