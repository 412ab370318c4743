import { expect, test } from "vitest";
import type { Outgoing } from "../../../src/publish/broker/broker-link.ts";
import { openOutbox } from "../../../src/publish/outbox/outbox.ts";

test("a state that comes while a connection is not ready yet is sent once it is, and once", async () => {
  const sent: Outgoing[] = [];
  const connection = {
    connected: true,
    room: 10,
    send(message: Outgoing) {
      sent.push(message);
      return "sent" as const;
    },
  };
  const outbox = openOutbox({ connection, report() {} });
  outbox.publish({ class: "camera_status", topic: "camera/gate/status", payload: "starting" });
  expect(sent).toEqual([]);
  outbox.up();
  expect(sent.map(({ payload }) => payload)).toEqual(["starting"]);
  outbox.down();
  outbox.publish({ class: "camera_status", topic: "camera/gate/status", payload: "online" });
  expect(sent).toHaveLength(1);
  outbox.up();
  expect(sent.map(({ payload }) => payload)).toEqual(["starting", "online"]);
  await outbox.close();
});
