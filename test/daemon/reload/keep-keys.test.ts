import { expect, it } from "vitest";
import { type Config, ConfigSchema } from "../../../src/daemon/config/schema/config-schema.ts";
import type { PreparedConfig } from "../../../src/daemon/reload/config-changes.ts";
import { keepKeys } from "../../../src/daemon/reload/keep-keys.ts";
import { NOTHING_DRAWN } from "../../../src/daemon/zones/zone-file.ts";

const of = (given: object, models: [string, unknown][] = []): PreparedConfig => ({
  config: ConfigSchema.parse({ device: "dock", cameras: {}, pipelines: {}, ...given }) as Config,
  prepared: {
    pipelines: [],
    warnings: [],
    awaited: [],
    drawn: NOTHING_DRAWN,
    models: new Map(models) as PreparedConfig["prepared"]["models"],
  },
});

it("keeps the keys that are named, and takes all others", () => {
  const before = of({ ffmpeg: "/a", mqtt: { url: "mqtt://one", prefix: "one" } });
  const next = of({ state_dir: "/b", mqtt: { url: "mqtt://two", prefix: "two" } });
  const kept = keepKeys(next, before, ["ffmpeg", "state_dir", "mqtt.prefix"]).config;
  expect(kept).toMatchObject({ ffmpeg: "/a", mqtt: { url: "mqtt://two", prefix: "one" } });
  expect(kept.state_dir).toBeUndefined();
});

it("keeps what is known of the files of models", () => {
  const kept = keepKeys(of({}, [["a.b/1", "new"]]), of({}, [["a.b/1", "old"]]), ["models.a.b/1"]);
  expect(kept.prepared.models.get("a.b/1")).toBe("old");
});
