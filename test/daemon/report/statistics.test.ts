import { expect, test } from "vitest";
import { CameraStates } from "../../../src/daemon/report/statistics.ts";

const FACTS = { isStopping: false, broker: "none", cameras: [], counts: {}, uptimeS: 1 } as const;

test("what steps could not send, and files that a budget deleted, are in the health of the daemon", () => {
  const states = new CameraStates();
  const failed = { step: "mail", code: "MAIL_TIMEOUT", message: "no answer", count: 1, pipeline: "gate" };
  for (let i = 0; i < 2; i++) states.observe({ type: "effect_failed", ...failed });
  states.observe({ ...failed, type: "effect_refused", code: "EFFECT_REFUSED" });
  const deleted = { type: "files_deleted", directory: "/var/files", bytes: 5, pipeline: "gate" } as const;
  states.observe({ ...deleted, files: 2, count: 2 });
  states.observe({ ...deleted, files: 3, count: 5 });
  expect(states.health(FACTS)).toMatchObject({
    status: "ok",
    failures: { gate: { mail: { MAIL_TIMEOUT: 2, EFFECT_REFUSED: 1 } } },
    deleted_files: 5,
  });
});
