import type { Topics } from "../../publish/topics/topics.ts";

/** What the config has, as levels of topics. */
export interface Announced {
  cameras: readonly string[];
  engines: readonly string[];
  pipelines: readonly string[];
}

/** Retained topics of things that the config does not have any more: another device or prefix, a camera, a model, a pipeline. */
export function goneTopics(retained: readonly string[], topics: Topics, announced: Announced): string[] {
  const root = topics.status.slice(0, -"status".length);
  const present: Readonly<Record<string, readonly string[]>> = {
    camera: announced.cameras,
    engine: announced.engines,
    workflow: announced.pipelines,
  };
  return retained.filter((topic) => {
    if (!topic.startsWith(root)) return true;
    const [kind = "", id = ""] = topic.slice(root.length).split("/");
    return present[kind] !== undefined && !present[kind].includes(id);
  });
}
