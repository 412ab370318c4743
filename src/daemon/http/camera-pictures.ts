import type { PreparedPipeline } from "../prepare/prepare.ts";
import { hlsFolder, publishedCameras } from "../prepare/video-targets.ts";
import type { CameraPictures } from "./picture-routes.ts";

/** What a camera shows by the pipeline that has it; undefined where none has. */
export function cameraPictures(
  camera: string,
  { pipelines }: { pipelines: readonly PreparedPipeline[] },
): CameraPictures | undefined {
  const pipeline = pipelines.find(({ config }) => config.cameras.includes(camera));
  if (pipeline === undefined) return undefined;
  const { config, plan, picture: shown } = pipeline;
  const outputs = plan.outputs.filter(({ picture }) => picture).map(({ name }) => name);
  const published = config.video_out
    .filter((entry) => publishedCameras(entry, config).includes(camera))
    .map((entry) => ({ ...entry, output: entry.output ?? shown ?? "" }));
  const mjpeg = published
    .filter((entry) => entry.mjpeg)
    .map(({ output, max_fps: maxFps, quality, width = null }) => {
      return [output, { maxFps, form: { as: "jpeg", quality, width } as const }] as const;
    });
  const hls = published.flatMap(({ output, hls: folder }) => {
    return folder === undefined ? [] : [[output, hlsFolder(folder, camera, output)] as const];
  });
  return { outputs, shown, mjpeg: new Map(mjpeg), hls: new Map(hls) };
}
