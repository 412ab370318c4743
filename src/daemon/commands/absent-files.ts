import { access } from "node:fs/promises";
import { ConfigError } from "../../base/errors.ts";

/** Throws a `ConfigError` that names all files that are there already. */
export async function mustBeAbsent(
  files: readonly string[],
  { code, hint }: { code: string; hint: string },
): Promise<void> {
  const present = await Promise.all(files.map(isPresent));
  const issues = files
    .filter((_, i) => present[i])
    .map((file) => ({ code, path: "", message: `"${file}" is there already`, hint }));
  if (issues.length > 0) throw new ConfigError("FLAGS", issues);
}

function isPresent(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
