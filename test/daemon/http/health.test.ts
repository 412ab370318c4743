import { expect, onTestFinished, test } from "vitest";
import { openHttp } from "../../../src/daemon/http/http.ts";
import type { Flow } from "../../../src/daemon/report/liveness.ts";
import type { CameraHealth, Health } from "../../../src/daemon/report/statistics.ts";
import { HEALTHY, HEALTHY_PAGES } from "../../helpers/healthy.ts";

const camera = (state: CameraHealth["state"], error: string | null = null): CameraHealth => {
  return { state, error, decoded: 0, published: 0, dropped: 0, fps_out: 0, share: 1 };
};

async function answersOf(health: Partial<Health>, flow: Flow = { stalled: [], live: true }) {
  const server = await openHttp({
    ...{ host: "127.0.0.1", port: 0, device: "box", pictures: () => undefined },
    ...{ live: undefined as never, raw: undefined as never, expansions: async () => ({}) },
    ...HEALTHY_PAGES,
    health: () => ({ ...HEALTHY, ...health }),
    flow: () => flow,
  });
  onTestFinished(() => server.close());
  return async (path: string) => {
    const response = await fetch(`${server.url}${path}`);
    const isJson = response.headers.get("content-type") === "application/json";
    return [response.status, isJson ? await response.json() : await response.text()];
  };
}

test("a daemon is ready when every camera has given a frame and nothing is degraded", async () => {
  const ask = await answersOf({ cameras: { gate: camera("online"), clip: camera("ended") } });
  expect(await ask("health/ready")).toEqual([200, { ready: true, status: "ok", degraded: [] }]);
  expect(await ask("health/live")).toEqual([200, { live: true, stalled: [] }]);
  expect(await ask("health/other")).toEqual([404, "there is nothing here"]);
});

test("one that is not says what is degraded and lives", async () => {
  const degraded = [{ what: "config", message: "line 3" }];
  const ask = await answersOf({ status: "degraded", degraded, cameras: { gate: camera("starting") } });
  const missing = { what: "camera gate", message: "it has given no frame yet" };
  expect(await ask("health/ready")).toEqual([
    503,
    { ready: false, status: "degraded", degraded: [...degraded, missing] },
  ]);
  expect((await ask("health"))[0]).toBe(200);
  expect((await ask("health/live"))[0]).toBe(200);
});

test("one that stops is not ready and lives", async () => {
  const ask = await answersOf({ status: "stopping", ok: false });
  expect([(await ask("health/ready"))[0], (await ask("health/live"))[0], (await ask("health"))[0]]).toEqual([
    503, 200, 503,
  ]);
});

test("one that processes no frames is not live, and names the cameras", async () => {
  const ask = await answersOf({}, { stalled: ["gate"], live: false });
  expect(await ask("health/live")).toEqual([503, { live: false, stalled: ["gate"] }]);
});
