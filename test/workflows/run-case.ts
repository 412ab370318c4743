import type { LoadedWorkflow } from "../../src/daemon/commands/one-workflow.ts";
import type { FrameResult } from "../../src/daemon/worker/result-writer.ts";
import type { Workflow } from "../../src/daemon/worker/workflow.ts";
import { createArena } from "../../src/stream/frames/arena.ts";
import { assetPath } from "../helpers/assets.ts";
import { ROOT } from "../helpers/cli.ts";
import { feedBoxes } from "./feed-boxes.ts";
import { feedScene } from "./feed-scene.ts";
import { feedValues } from "./feed-values.ts";
import { feedVideo } from "./feed-video.ts";
import { type GoldenCase, pathIn, repositoryFile } from "./golden-case.ts";
import { modelStores, oneWorkflow, workflows } from "./program.ts";

export type Row = Record<string, unknown>;

/** What came out of a run. */
export interface Outcome {
  /** Rows of a batch, or of the frames of each camera in order. */
  rows: Record<string, Row[]>;
  faults: FrameResult["faults"];
}

/** What a feed works with. */
export interface Bench {
  loaded: LoadedWorkflow;
  golden: GoldenCase;
  workflow: Workflow;
  arena: ReturnType<typeof createArena>;
}

const ARENA_BYTES = 2 ** 24;

/** Runs golden cases with one store of models between them; every case has a thread of its own. */
export function openRuns() {
  const arena = createArena({ sizeBytes: ARENA_BYTES, configKey: "frame_memory_mb" });
  const inference = { providers: ["cpu"], sessions: 1, maxBatch: 8, maxWaitMs: 0 } as const;
  const models = modelStores.openModels({ arena: arena.memory, descriptions: new Map(), inference, report: () => {} });

  async function openWorkflow(loaded: LoadedWorkflow, { on_error, parameters }: GoldenCase): Promise<Workflow> {
    models.learn(loaded.descriptions);
    return workflows.openWorkflow({
      plan: loaded.plan,
      models,
      arena: arena.memory,
      parameters,
      onError: on_error,
      concurrency: 1,
      timeoutMs: 60_000,
      writer: { publish: null, outputs: true, picture: null },
    });
  }

  return {
    async run(name: string, golden: GoldenCase): Promise<Outcome> {
      const { parameters, feed } = golden;
      const definition =
        golden.definition === undefined ? pathIn(name, "workflow.json") : `${ROOT}${golden.definition}`;
      const settings = { definition, parameters, models: modelFiles(golden) };
      if (feed.type === "video") return feedVideo(feed, settings);
      const { loaded, issues } = await oneWorkflow.inspectWorkflow(settings);
      if (issues.length > 0) throw new Error(issues.map(({ message }) => message).join("\n"));
      const workflow = await openWorkflow(loaded, golden);
      try {
        const bench: Bench = { loaded, golden, workflow, arena };
        if (feed.type === "scene") return await feedScene(feed, bench);
        return await (feed.type === "boxes" ? feedBoxes(feed, bench) : feedValues(feed, bench));
      } finally {
        await workflow.close(2000);
      }
    },
    close: () => models.close(),
  };
}

function modelFiles({ models }: GoldenCase): Record<string, { path: string }> {
  const entries = Object.entries(models).map(([id, file]) => {
    return [id, { path: repositoryFile(file) ?? assetPath(file) ?? file }] as const;
  });
  return Object.fromEntries(entries);
}
