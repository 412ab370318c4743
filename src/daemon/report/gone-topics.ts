import type { Topics } from "../../publish/topics/topics.ts";

/** What the config has, as levels of topics. */
export interface Announced {
  cameras: readonly string[];
  /** Outputs of each camera with a plain value, and whether its objects are counted. */
  plain: Readonly<Record<string, { outputs: readonly string[]; counts: boolean }>>;
  /** Topics of other programs that hold something of ours. */
  elsewhere: readonly string[];
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
    if (!topic.startsWith(root)) return !announced.elsewhere.includes(topic);
    const [kind = "", id = "", what = "", name = ""] = topic.slice(root.length).split("/");
    if (kind === "camera" && what === "output") return !announced.plain[id]?.outputs.includes(name);
    if (kind === "camera" && what === "count") return announced.plain[id]?.counts !== true;
    return present[kind] !== undefined && !present[kind].includes(id);
  });
}
