import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import sharp from "sharp";
import { ConfigError, messageOf } from "../../../base/errors.ts";
import { blot } from "../../../base/secrets.ts";
import { probeBroker } from "../../../publish/broker/probe.ts";
import { findFfmpeg } from "../../../stream/ffmpeg/ffmpeg-binary.ts";
import { brokerSettings } from "../../config/broker-config.ts";
import { parseConfig } from "../../config/config.ts";
import type { Config } from "../../config/schema/config-schema.ts";
import { loadConfig } from "../../prepare/load-config.ts";
import { mustBeAbsent } from "../absent-files.ts";
import { type FirstConfig, type FirstFiles, firstFiles } from "./first-config.ts";
import { tryCamera } from "./try-camera.ts";

export interface InitSettings extends Omit<FirstConfig, "workflow"> {
  /** Where the config is written. */
  file: string;
  /** A definition that is there; null: one is written beside the config. */
  workflow: string | null;
  /** Replaces files that are there. */
  isForced: boolean;
  /** Whether cameras and broker are tried. */
  isTried: boolean;
  tell: (text: string, isWell: boolean) => void;
}

export interface Initialised {
  files: string[];
  /** Cameras and broker that did not answer. */
  failures: number;
}

const HINT = "--force replaces it; --config writes elsewhere";
const SECRETS = "secrets.env";
const WORKFLOW = "first-workflow.json";

/** Writes a first config with what belongs to it, once it is known to be in order, and tries what it names. */
export async function init(settings: InitSettings): Promise<Initialised> {
  const file = resolve(settings.file);
  const folder = dirname(file);
  const files = firstFiles({ ...settings, ...paths(settings, folder) });
  const config = parsed(files, file);
  const written = pathsOf(settings, files, folder);
  if (!settings.isForced) await mustBeAbsent(written, { code: "INIT_FILE_EXISTS", hint: HINT });
  await mkdir(folder, { recursive: true });
  if (settings.workflow === null)
    await writeFile(join(folder, WORKFLOW), `${JSON.stringify(files.workflow, null, 2)}\n`);
  if (Object.keys(files.secrets).length > 0) await writeSecrets(join(folder, SECRETS), files.secrets);
  await writeFile(file, files.config);
  await loadConfig(file, { environment: { ...process.env, ...files.secrets } });
  const failures = settings.isTried ? await tryAll(config, folder, settings) : 0;
  return { files: written, failures };
}

/** As the config names them, from its folder. */
function paths({ model, workflow }: InitSettings, folder: string): Pick<FirstConfig, "model" | "workflow"> {
  const local = (path: string) => relative(folder, resolve(path)) || path;
  return {
    model: model === null ? null : { ...model, path: local(model.path) },
    workflow: workflow === null ? WORKFLOW : local(workflow),
  };
}

function pathsOf({ file, workflow }: InitSettings, { secrets }: FirstFiles, folder: string): string[] {
  return [
    resolve(file),
    ...(workflow === null ? [join(folder, WORKFLOW)] : []),
    ...(Object.keys(secrets).length === 0 ? [] : [join(folder, SECRETS)]),
  ];
}

/** Faults of what was given, before anything is written. */
function parsed({ config: text, secrets }: FirstFiles, file: string): Config {
  const { config, issues } = parseConfig(text, { ...process.env, ...secrets }, dirname(file));
  if (config !== null) return config;
  throw new ConfigError(
    "CONFIG",
    issues.map(({ line: _line, column: _column, ...issue }) => issue),
  );
}

/** For this user alone. */
async function writeSecrets(file: string, secrets: FirstFiles["secrets"]): Promise<void> {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${quoted(value)}\n`);
  await writeFile(file, lines.join(""), { mode: 0o600 });
}

/** For shells and systemd alike. */
function quoted(value: string): string {
  return /^[\w.@%+:,/-]+$/.test(value) ? value : `"${value.replace(/["\\`$]/g, "\\$&")}"`;
}

async function tryAll(config: Config, folder: string, { tell }: InitSettings): Promise<number> {
  const ffmpeg = await findFfmpeg();
  let failures = 0;
  const note = (isWell: boolean, text: string) => {
    if (!isWell) failures++;
    tell(text, isWell);
  };
  for (const [id, camera] of Object.entries(config.cameras)) {
    const { failure, picture, stream } = await tryCamera(id, camera, { ffmpeg, wantsPicture: true });
    if (failure !== null || picture === null) note(false, `camera ${id}: ${blot(failure ?? "no picture")}`);
    else {
      const file = join(folder, `${id}.jpg`);
      const { rgb, width, height } = picture;
      await sharp(rgb, { raw: { width, height, channels: 3 } })
        .jpeg()
        .toFile(file);
      note(true, `camera ${id}: ${width}x${height} ${stream?.codec ?? ""}, its picture is in ${file}`);
    }
  }
  const { mqtt, device } = config;
  if (mqtt === undefined) return failures;
  try {
    const { refusal } = await probeBroker(await brokerSettings(mqtt, device), `${mqtt.prefix}/${device}/doctor`);
    note(refusal === null, `broker: ${refusal === null ? "it takes messages" : blot(refusal)}`);
  } catch (error) {
    note(false, `broker: ${blot(messageOf(error))}`);
  }
  return failures;
}
