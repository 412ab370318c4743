import { access, constants, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Issue, pointer } from "../../base/issue.ts";
import { isLive } from "../../stream/source-settings.ts";
import { usedStreams } from "../config/config-warnings.ts";
import type { Config } from "../config/schema/config-schema.ts";

/** Files of cameras that cannot be read: unlike a camera, none appears by waiting for it. */
export async function cameraFileIssues(config: Pick<Config, "cameras" | "pipelines">): Promise<Issue[]> {
  const files = usedStreams(config).flatMap((id) => {
    const { url = "", ca_file: authority } = config.cameras[id] ?? {};
    const path = /^file:\/\//i.test(url) ? fileURLToPath(url) : url;
    const video = isLive({ url }) ? [] : [{ id, key: "url", path }];
    return authority === undefined ? video : [...video, { id, key: "ca_file", path: authority }];
  });
  const issues = files.map(async ({ id, key, path }) => {
    const what = await faultOf(path);
    const message = `camera "${id}": "${path}" ${what}`;
    return what === null ? [] : [{ code: "CONFIG_CAMERA", path: pointer(["cameras", id, key]), message }];
  });
  return (await Promise.all(issues)).flat();
}

async function faultOf(path: string): Promise<string | null> {
  try {
    await access(path, constants.R_OK);
    return (await stat(path)).isDirectory() ? "is a folder" : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES") return "may not be read: check the permissions of the file and its folders";
    return code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
  }
}
