import type { PreparedPipeline } from "../prepare/prepare.ts";
import type { CameraPictures } from "./picture-routes.ts";

/** What a camera shows by the pipeline that has it; undefined where none has. */
export function cameraPictures(
  camera: string,
  { pipelines }: { pipelines: readonly PreparedPipeline[] },
): CameraPictures | undefined {
  const pipeline = pipelines.find(({ config }) => config.cameras.includes(camera));
  if (pipeline === undefined) return undefined;
  const outputs = pipeline.plan.outputs.filter(({ picture }) => picture).map(({ name }) => name);
  return { outputs, shown: pipeline.picture, mjpeg: new Map(), hls: new Map() };
}
