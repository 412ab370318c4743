import { ConfigError, UserError } from "../../base/errors.ts";
import { type Issue, pointer } from "../../base/issue.ts";
import { parseConfig } from "../config/config.ts";
import type { Config } from "../config/schema/config-schema.ts";
import { readDefinitionFile } from "../input/read-definition.ts";
import { type Prepared, prepare } from "../prepare/prepare.ts";
import type { CameraPipelineSettings } from "./camera-pipeline.ts";
import { asText, inConfig, modelsInConfig, unknownSettings } from "./settings-text.ts";

export const CAMERA = "camera";
const PIPELINE = "pipeline";

/** The settings as a config of one camera and one pipeline, with all that it refers to; throws a `ConfigError` with every fault. */
export async function preparedSettings(
  settings: CameraPipelineSettings,
): Promise<{ config: Config; prepared: Prepared }> {
  const issues = [...unknownSettings(settings, Object.keys(SETTINGS), "PIPELINE_SETTING"), ...missingCalls(settings)];
  const { config, issues: faults } = parseConfig(asText(documentOf(settings)), {});
  issues.push(...faults.map(asSetting));
  if (config === null || issues.length > 0) throw new ConfigError("PIPELINE_SETTINGS", issues);
  const { workflow } = settings;
  const readDefinition: typeof readDefinitionFile = (path) =>
    typeof workflow === "string" ? readDefinitionFile(path) : Promise.resolve(given(workflow));
  const prepared = await prepare(config, "", { readDefinition }).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new ConfigError("PIPELINE_SETTINGS", error.issues.map(asSetting));
  });
  return { config, prepared };
}

const SETTINGS: Record<keyof CameraPipelineSettings, true> = {
  camera: true,
  workflow: true,
  models: true,
  parameters: true,
  plugins: true,
  maxFps: true,
  pictures: true,
  onResult: true,
  onError: true,
};

/** Of programs in JavaScript, which no compiler checks. */
function missingCalls({ onResult, onError }: Partial<CameraPipelineSettings>): Issue[] {
  const wrong = (name: string, value: unknown): Issue => {
    const message = `"${name}" is ${value === undefined ? "missing" : `a ${typeof value}`}, expected a function`;
    return { code: "PIPELINE_SETTING", path: pointer([name]), message };
  };
  return [
    ...(typeof onResult === "function" ? [] : [wrong("onResult", onResult)]),
    ...(onError === undefined || typeof onError === "function" ? [] : [wrong("onError", onError)]),
  ];
}

function documentOf({ camera, workflow, models = {}, parameters = {}, plugins = [], maxFps }: CameraPipelineSettings) {
  const own = typeof camera === "string" ? { url: camera } : inConfig(camera ?? {});
  return {
    cameras: { [CAMERA]: { pace: "fast", ...own, ...(maxFps === undefined ? {} : { max_fps: maxFps }) } },
    models: modelsInConfig(models),
    plugins,
    pipelines: {
      [PIPELINE]: {
        workflow: typeof workflow === "object" ? "workflow" : workflow,
        cameras: [CAMERA],
        parameters,
        batch_size: 1,
        batch_wait_ms: 0,
      },
    },
    http: null,
  };
}

function given(document: object): Awaited<ReturnType<typeof readDefinitionFile>> {
  return { document, files: [], placed: (issues) => [...issues] };
}

/** Without lines and paths of a config that the user never wrote. */
function asSetting({ line: _, column: __, ...issue }: Issue): Issue {
  const path = issue.path
    .replace(new RegExp(`^/cameras/${CAMERA}`), "/camera")
    .replace(new RegExp(`^/pipelines/${PIPELINE}`), "")
    .replace(/^\/camera\/max_fps$/, "/maxFps")
    .replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return { ...issue, path: issue.path.startsWith("/models") ? issue.path : path };
}
