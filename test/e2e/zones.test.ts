import { readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { ZoneView } from "../../src/daemon/control/zone-views.ts";
import { baseConfig, startDaemon, type TestDaemon, within } from "../helpers/daemon.ts";
import { lineWorkflow } from "../helpers/line-workflow.ts";
import { useFolder, writeNumberedClip } from "../stream/clip.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folder = useFolder();
const ACROSS = { line: [[0, 0.5], [1, 0.5]] }; // biome-ignore format: points
const DOWN = { line: [[0.5, 0], [0.5, 1]] }; // biome-ignore format: points
const AREA = { polygon: [[0, 0], [1, 0], [1, 1]] }; // biome-ignore format: points

describe("zones over HTTP", () => {
  let daemon: TestDaemon | undefined;

  beforeAll(async () => {
    await writeNumberedClip(folder.path("clip.mkv"), 60, "320x192", 10);
    await writeFile(folder.path("line.json"), JSON.stringify(lineWorkflow()));
  });
  afterEach(async () => {
    await daemon?.stop();
  });

  const configOf = (changes: object = {}, parameters: object = { line: { zone: "kerb" } }) => ({
    ...baseConfig,
    state_dir: "state",
    cameras: { gate: { url: "clip.mkv", loop: true } },
    zones: { kerb: ACROSS },
    pipelines: { one: { workflow: "line.json", cameras: ["gate"], parameters } },
    ...changes,
  });
  const start = async (config: object = configOf()) => {
    daemon = await startDaemon(folder.path("millrace.yaml"), config);
    await daemon.url();
    return daemon;
  };

  async function ask(path: string, init: RequestInit = {}) {
    const response = await fetch(`${await (daemon as TestDaemon).url()}api/zones${path}`, init);
    const { zone, zones, fits, error } = (await response.json()) as {
      zone?: ZoneView | null;
      zones?: ZoneView[];
      fits?: unknown;
      error?: { code: string; message: string };
    };
    return { status: response.status, tag: response.headers.get("etag") ?? "", zone, zones, fits, error };
  }
  const put = (id: string, zone: object, match: Record<string, string>) =>
    ask(`/${id}`, {
      method: "PUT",
      headers: { "content-type": "application/json", ...match },
      body: JSON.stringify(zone),
    });
  const remove = (id: string, revision: string) =>
    ask(`/${id}`, { method: "DELETE", headers: { "if-match": revision } });
  const NEW = { "if-none-match": "*" };

  test("stand over those of the config, are taken while it runs, outlive a restart, and give way when deleted", async () => {
    const running = await start();
    await running.frames("gate", 3);
    const before = await ask("/kerb");
    expect(before.zone).toMatchObject({
      origin: "config",
      kind: "line",
      used_by: [{ pipeline: "one", parameter: "line" }],
    });
    const drawn = await put("kerb", DOWN, { "if-match": before.tag });
    expect(drawn).toMatchObject({ status: 200, zone: { origin: "drawn", over_config: true, points: DOWN.line } });
    const { health } = running;
    expect(running.log("workflow_swapped")).toHaveLength(1);
    expect(running.log("cameras_reopened")).toHaveLength(0);
    const dropped = (await health()).cameras["gate"]?.dropped;
    await running.frames("gate", 3);
    expect(dropped).toBe(0);
    await running.stop();

    await start();
    expect((await ask("/kerb")).zone).toMatchObject({ origin: "drawn", points: DOWN.line });
    expect((await ask("")).zones).toHaveLength(1);
    expect((await remove("kerb", drawn.tag)).zone).toMatchObject({ origin: "config", points: ACROSS.line });
    expect((await remove("kerb", "*")).status).toBe(404);
    expect(JSON.parse(await readFile(folder.path("state/zones.json"), "utf8")).zones).toEqual({});
  });

  test("are not replaced by who has not seen them", async () => {
    await start();
    const first = await put("yard", AREA, NEW);
    expect(first).toMatchObject({ status: 201, zone: { in_force: true, used_by: [] } });
    const again = await put("yard", AREA, NEW);
    expect([again.status, again.error?.message]).toEqual([412, 'there is a zone "yard" already']);
    const others = { polygon: [[0, 0], [0.5, 0], [1, 1]] }; // biome-ignore format: points
    const [one, other] = await Promise.all([
      put("yard", others, { "if-match": first.tag }),
      put("yard", { ...AREA, camera: "gate" }, { "if-match": first.tag }),
    ]);
    expect([one.status, other.status].toSorted()).toEqual([200, 412]);
    expect((await remove("yard", first.tag)).status).toBe(412);
    const now = await ask("/yard");
    expect((await remove("yard", now.tag)).status).toBe(200);
    const gone = await put("yard", AREA, { "if-match": now.tag });
    expect([gone.status, gone.error?.message]).toEqual([412, 'zone "yard" was deleted meanwhile']);
  });

  test("are refused where a pipeline would not take them, and nothing is changed", async () => {
    const running = await start();
    const polygon = await put("kerb", AREA, { "if-match": "*" });
    expect([polygon.status, polygon.error?.message]).toEqual([409, expect.stringContaining("expected a line")]);
    const elsewhere = await put("yard", { ...AREA, camera: "gaet" }, NEW);
    expect([elsewhere.status, elsewhere.error?.message]).toEqual([
      409,
      expect.stringContaining('did you mean "gate"?'),
    ]);
    expect((await ask("/kerb")).zone?.origin).toBe("config");
    expect((await ask("")).zones).toHaveLength(1);
    expect(running.log("workflow_swapped")).toEqual([]);
    expect((await running.health()).status).toBe("ok");
  });

  test("are named by parameters although the config has none, and cannot be deleted from under them", async () => {
    const running = await start();
    const drawn = await put("fence", DOWN, NEW);
    expect(drawn.fits).toEqual([{ pipeline: "one", parameter: "line", value: { zone: "fence" } }]);
    await writeFile(running.config, JSON.stringify(configOf({ zones: {} }, { line: { zone: "fence" } })));
    await running.logged("workflow_swapped");
    const refused = await remove("fence", drawn.tag);
    expect([refused.status, refused.error?.message]).toEqual([409, expect.stringContaining('no zone "fence"')]);
    await running.frames("gate", 3);
    await running.stop();
    const again = await startDaemon(running.config, configOf({ zones: {} }, { line: { zone: "fence" } }));
    daemon = again;
    await again.frames("gate", 3);
    await again.stop();

    await writeFile(folder.path("state/zones.json"), '{"version": 1, "zon');
    const lost = await startDaemon(running.config, configOf({ zones: {} }, { line: { zone: "fence" } }));
    daemon = lost;
    await lost.logged("daemon_started");
    await within(
      async () => (await lost.health()).degraded.some(({ message }) => message.includes('no zone "fence"')),
      () => "the zone is missed",
    );
    expect(
      lost
        .log("config_warning")
        .map(({ msg }) => msg)
        .join("\n"),
    ).toContain("zones.json");
    expect(await put("fence", DOWN, NEW)).toMatchObject({ status: 201 });
    await lost.frames("gate", 3);
    expect((await lost.health()).status).toBe("ok");
    expect(await readFile(folder.path("state/zones.json.broken"), "utf8")).toContain('"zon');
  });

  test("are set aside while their camera is not there", async () => {
    const running = await start();
    await put("yard", { ...AREA, camera: "gate" }, NEW);
    const cameras = { yard: { url: "clip.mkv", loop: true } };
    const pipelines = { one: { workflow: "line.json", cameras: ["yard"], parameters: { line: { zone: "kerb" } } } };
    await writeFile(running.config, JSON.stringify(configOf({ cameras, pipelines })));
    await running.logged("config_warning", ({ msg }) => msg.includes("set aside"));
    expect((await ask("/yard")).zone).toMatchObject({ in_force: false });
    await remove("yard", "*");
  });

  test("need the token, which no log has", async () => {
    process.env["ZONE_TEST_TOKEN"] = "s3cret-of-this-box";
    const running = await start(configOf({ http: { port: 0, host: "0.0.0.0", token: "\u0024{ZONE_TEST_TOKEN}" } }));
    const url = (await running.url()).replace("0.0.0.0", "127.0.0.1");
    const send = (token: string) =>
      fetch(`${url}api/zones/kerb`, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-match": "*", authorization: `Bearer ${token}` },
        body: JSON.stringify(DOWN),
      });
    expect((await send("s3cret-of-another")).status).toBe(401);
    expect((await send("s3cret-of-this-box")).status).toBe(200);
    await running.logged("http_change_refused");
    await running.stop();
    expect(running.output()).not.toContain("s3cret");
  });
});
