import { resolve } from "node:path";
import type { Config } from "./schema/config-schema.ts";

/** Paths in the file are meant from where the file is. */
export function resolvePaths(config: Config, base: string): Config {
  const local = (path: string) => (/^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(base, path));
  const entries = <T>(record: Record<string, T>, change: (value: T) => T) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
  const optional = <K extends string>(key: K, path: string | undefined) =>
    path === undefined ? {} : { [key]: local(path) };
  const { mqtt } = config;
  return {
    ...config,
    cameras: entries(config.cameras, (camera) => ({
      ...camera,
      url: local(camera.url),
      ...optional("ca_file", camera.ca_file),
    })),
    models: entries(config.models, (model) => ({
      ...model,
      ...optional("path", model.path),
      ...(typeof model.classes === "string" ? { classes: local(model.classes) } : {}),
    })),
    pipelines: entries(config.pipelines, (pipeline) => ({
      ...pipeline,
      workflow: local(pipeline.workflow),
      video_out: pipeline.video_out.map((entry) => ({
        ...entry,
        ...optional("hls", entry.hls),
        ...optional("ca_file", entry.ca_file),
      })),
    })),
    inference: {
      ...config.inference,
      tensorrt: { ...config.inference.tensorrt, ...optional("cache_dir", config.inference.tensorrt.cache_dir) },
    },
    host: { ...config.host, root: local(config.host.root) },
    ...optional("state_dir", config.state_dir),
    archive: { ...config.archive, ...optional("directory", config.archive.directory) },
    block_files: { ...config.block_files, ...optional("directory", config.block_files.directory) },
    ...(mqtt === undefined
      ? {}
      : {
          mqtt: {
            ...mqtt,
            ...optional("ca_file", mqtt.ca_file),
            ...optional("cert_file", mqtt.cert_file),
            ...optional("key_file", mqtt.key_file),
          },
        }),
  };
}
