import { describe, expect, test } from "vitest";
import { readCommand } from "../../../src/daemon/control/read-command.ts";

const command = (verb: string, payload: unknown) =>
  readCommand({ type: "command", verb }, Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)));
const switchTo = (text: string) => readCommand({ type: "camera_enabled", camera: "gate" }, Buffer.from(text));

describe("a command", () => {
  test("has the id of its payload, or its verb", () => {
    expect(command("reload", "")).toEqual({ id: "reload", verb: "reload", command: { verb: "reload" }, fault: null });
    expect(command("reload", { id: "17" })).toMatchObject({ id: "17", command: { verb: "reload" } });
  });

  test("may be wrong, and still says where its result goes", () => {
    expect(command("log_level", { id: "a1", level: "loud" })).toMatchObject({
      id: "a1",
      command: null,
      fault: { code: "COMMAND_FORM", message: expect.stringMatching(/^command "log_level": level: /) },
    });
    expect(command("snapshot", { id: "no topic#", camera: "gate" })).toMatchObject({ id: "snapshot", command: null });
    expect(command("snapshot", "{camera")).toMatchObject({
      fault: { message: 'command "snapshot": "{camera" is no JSON' },
    });
    expect(command("relaod", "").fault).toEqual({
      code: "COMMAND_UNKNOWN",
      message: 'there is no command "relaod"; did you mean "reload"?',
    });
    expect(command("snapshot", { camera: "gate", colour: true })).toMatchObject({ fault: { code: "COMMAND_FORM" } });
  });
});

describe("the switch of a camera", () => {
  test.each(["ON", "on", " On\n"])("%j switches it on", (text) => {
    expect(switchTo(text).command).toEqual({ verb: "enabled", camera: "gate", enabled: true });
  });

  test.each(["", "1", "true", "ONOFF"])("%j is refused", (text) => {
    expect(switchTo(text)).toMatchObject({ id: "enabled", command: null, fault: { code: "COMMAND_FORM" } });
  });
});
