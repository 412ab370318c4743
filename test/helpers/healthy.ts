import type { PageState } from "../../src/daemon/http/page-state.ts";
import type { Health } from "../../src/daemon/report/statistics.ts";
import { FrameTimes, latencyFields } from "../../src/daemon/timing/frame-times.ts";

/** What a daemon without cameras says of itself. */
export const HEALTHY: Health = {
  ok: true,
  status: "ok",
  degraded: [],
  version: "0.0.0",
  uptime_s: 1,
  broker: "none",
  cameras: {},
  video_out: [],
  archive: null,
  snapshots: {},
  clips: {},
  failures: {},
  host: {},
  deleted_files: 0,
  decoders_given_up: 0,
};

/** Of a server in a test. */
export const HEALTHY_PAGES = {
  events: { page: () => ({ entries: [], next: null }), file: () => null },
  zones: { all: () => [], one: () => null, fits: () => [], isKept: () => false, change: undefined },
  report: () => {},
  plan: () => undefined,
  state: async (): Promise<PageState> => ({
    device: "box",
    version: "0.0.0",
    uptime_s: 1,
    status: "ok",
    degraded: [],
    warnings: [],
    broker: { state: "none", address: null, waiting: 0, dropped: 0 },
    cameras: [],
    pipelines: [],
    models: [],
    video_out: [],
    latency: latencyFields(new FrameTimes().read()),
    last_crash: null,
  }),
  health: () => HEALTHY,
  flow: () => ({ stalled: [], live: true }),
  metrics: { contentType: "text/plain", text: async () => "" },
};
