import { join } from "node:path";
import { downloadFault } from "../../base/download-address.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import type { Config, ModelConfig } from "./schema/config-schema.ts";

/** What is wrong with where models come from: exactly one source, an address that is safe, and a place for what is downloaded. */
export function modelSourceIssues({ models, state_dir: directory }: Pick<Config, "models" | "state_dir">): Issue[] {
  return Object.entries(models).flatMap(([id, model]) => {
    const faults = model.url === undefined ? fileFaults(model) : urlFaults(model, model.url, directory);
    return faults.map(({ key, ...fault }) => ({ ...fault, path: pointer(["models", id, ...key]) }));
  });
}

/** Where a downloaded file is kept, by its content. */
export function cachedModelPath(directory: string, sha256: string): string {
  return join(directory, "models", `${sha256.toLowerCase()}.onnx`);
}

interface Fault {
  code: string;
  key: string[];
  message: string;
  hint?: string;
}

function fileFaults({ path, ...others }: ModelConfig): Fault[] {
  if (path === undefined) {
    const hint = 'give "path", an ONNX file or a folder with one, or "url" and "sha256"';
    return [{ code: "CONFIG_MISSING", key: [], message: 'it has neither "path" nor "url"', hint }];
  }
  const isAddress = /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
  const hint = 'write it as "url", with its "sha256"; `millrace models add` does both';
  const address = isAddress ? [refused("path", '"path" is an address, expected a file or a folder', hint)] : [];
  const keys = (["sha256", "username", "password", "password_file"] as const).filter(
    (key) => others[key] !== undefined,
  );
  return [...address, ...keys.map((key) => refused(key, `"${key}" belongs to "url", and here is "path"`))];
}

function urlFaults({ path, sha256 }: ModelConfig, url: string, directory: string | undefined): Fault[] {
  const faults: Fault[] = [];
  // An address that could not be read was reported as it was read.
  const what = url === "" ? null : downloadFault(url);
  if (what !== null) faults.push(refused("url", `"url" ${what}`));
  if (path !== undefined) faults.push(refused("path", '"path" stands beside "url"', "leave one of them out"));
  if (sha256 === undefined) {
    const hint = "`millrace models add` computes it, and so does sha256sum";
    const message = '"url" has no "sha256" beside it: nothing is downloaded without a checksum';
    faults.push({ code: "CONFIG_MISSING", key: ["url"], message, hint });
  }
  if (directory === undefined) {
    const message = 'a downloaded model needs a place, but the config has no "state_dir"';
    faults.push({ code: "CONFIG_STATE_DIR", key: ["url"], message, hint: "add  state_dir: /var/lib/millrace" });
  }
  return faults;
}

function refused(key: string, message: string, hint?: string): Fault {
  return { code: "CONFIG_VALUE", key: [key], message, ...(hint === undefined ? {} : { hint }) };
}
