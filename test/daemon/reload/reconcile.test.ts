import { expect, onTestFinished, test } from "vitest";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import type { Refusal } from "../../../src/daemon/reload/attempt.ts";
import type { ConfigChanges, PreparedConfig } from "../../../src/daemon/reload/config-changes.ts";
import { Reconciler } from "../../../src/daemon/reload/reconcile.ts";
import type { DaemonEvent } from "../../../src/daemon/report/events.ts";
import { NOTHING_DRAWN } from "../../../src/daemon/zones/zone-file.ts";

const camera = (url: string) => ({ url });
const BASE = {
  device: "dock",
  cameras: { gate: camera("a") },
  pipelines: { one: { workflow: "w", cameras: ["gate"] } },
};

function of(changes: object = {}): PreparedConfig {
  const config = ConfigSchema.parse({ ...BASE, ...changes }) as Config;
  const pipelines = Object.entries(config.pipelines).map(([id, pipeline]) => {
    const prepared = { id, config: pipeline, plan: {}, plugins: [], revision: "1", detections: null, picture: null };
    return prepared as unknown as PreparedConfig["prepared"]["pipelines"][number];
  });
  return { config, prepared: { pipelines, warnings: [], awaited: [], models: new Map(), drawn: NOTHING_DRAWN } };
}

/** A reconciler whose parts are refused as long as a test says so. */
function open() {
  const events: DaemonEvent[] = [];
  const asked: ConfigChanges[] = [];
  const refusing = new Set<string>();
  let wake = () => {};
  const reconciler = new Reconciler({
    inForce: of(),
    async apply(changes) {
      asked.push(changes);
      queueMicrotask(() => wake());
      return [...refusing].map((part): Refusal => ({ part, code: "HTTP_UNAVAILABLE", message: `${part} is in use` }));
    },
    inTurn: (work) => work(),
    report: (event) => void events.push(event),
    retry: { firstMs: 5, longestMs: 10 },
  });
  onTestFinished(() => reconciler.close());
  const attempts = async (count: number) => {
    while (asked.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const told = (type: DaemonEvent["type"]) => events.filter((event) => event.type === type);
  return { reconciler, asked, refusing, attempts, told };
}

test("a refused part is as before, and is tried again until it is taken; the others are taken once", async () => {
  const { reconciler, asked, refusing, attempts, told } = open();
  refusing.add("http");
  const next = of({ http: { port: 1 }, stats_interval_s: 3, cameras: { gate: camera("b") } });
  expect(await reconciler.want(next)).toBe(true);
  expect(reconciler.inForce.config.http?.port).toBe(8480);
  expect(reconciler.inForce.config.stats_interval_s).toBe(3);
  expect(reconciler.isBehind).toBe(true);
  await attempts(4);
  expect(asked[0]).toMatchObject({ page: ["http.port"], statistics: ["stats_interval_s"] });
  expect(asked[3]).toMatchObject({ page: ["http.port"], statistics: [], cameras: new Map() });
  expect(told("change_refused")).toHaveLength(1);
  expect(told("config_applied")).toMatchObject([{ cameras: ["gate"], keys: ["stats_interval_s"], refused: ["http"] }]);

  refusing.clear();
  const count = asked.length;
  await attempts(count + 1);
  await new Promise(setImmediate);
  expect(reconciler.inForce.config.http?.port).toBe(1);
  expect(reconciler.isBehind).toBe(false);
  expect(told("config_applied")).toHaveLength(2);
  expect(told("config_applied")[1]).toMatchObject({ keys: ["http.port"], cameras: [], refused: [] });
});

test("a definition that was refused is remembered as the one before, also where only a parameter differs", async () => {
  const { reconciler, asked, refusing } = open();
  refusing.add("pipelines.one");
  const next = of({ pipelines: { one: { ...BASE.pipelines.one, parameters: { least: 2 } } } });
  await reconciler.want(next);
  expect(reconciler.inForce.config.pipelines["one"]?.parameters).toEqual({});
  refusing.clear();
  await reconciler.want(next);
  expect(asked[1]?.pipelines.swapped).toEqual(["one"]);
  expect(reconciler.inForce.config.pipelines["one"]?.parameters).toEqual({ least: 2 });
});

test("a pipeline that did not open is not there, and nothing of it is wanted when the next config is without it", async () => {
  const { reconciler, asked, refusing } = open();
  refusing.add("pipelines.two");
  const cameras = { gate: camera("a"), yard: camera("b") };
  await reconciler.want(of({ cameras, pipelines: { ...BASE.pipelines, two: { workflow: "w", cameras: ["yard"] } } }));
  expect(Object.keys(reconciler.inForce.config.pipelines)).toEqual(["one"]);
  refusing.clear();
  await reconciler.want(of());
  expect(asked[1]?.pipelines).toEqual({ added: [], removed: [], reopened: [], swapped: [] });
  expect(reconciler.isBehind).toBe(false);
});

test("what takes a daemon that is reopened touches nothing", async () => {
  const { reconciler, asked, told } = open();
  expect(await reconciler.want(of({ device: "other", http: null }))).toBe(false);
  expect(asked).toEqual([]);
  expect(told("config_needs_restart")).toMatchObject([{ keys: ["device"] }]);
  expect(reconciler.inForce.config.device).toBe("dock");
});

test("parts of the first config that could not be opened are tried again", async () => {
  const { reconciler, asked, attempts } = open();
  const none = { ...of(), config: { ...of().config, http: null } };
  reconciler.begin([{ part: "http", code: "HTTP_UNAVAILABLE", message: "in use" }], none);
  expect(reconciler.inForce.config.http).toBeNull();
  await attempts(1);
  await new Promise(setImmediate);
  expect(asked[0]?.page).toEqual(["http"]);
  expect(reconciler.inForce.config.http?.port).toBe(8480);
});
