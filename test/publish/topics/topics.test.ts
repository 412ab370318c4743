import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isTopicId, TopicLevels, topicId, topicIds } from "../../../src/publish/topics/topic-id.ts";
import { readInbound, topicsOf } from "../../../src/publish/topics/topics.ts";

const topics = topicsOf("millrace", "dock-3");

describe("topics", () => {
  test("every topic of a device starts with prefix and device and has its words on fixed levels", () => {
    expect([
      topics.status,
      topics.info,
      topics.stats,
      topics.cameraStatus("gate"),
      topics.cameraEnabled("gate"),
      topics.detections("gate"),
      topics.events("gate"),
      topics.tracks("gate"),
      topics.count("gate", "bay", "truck"),
      topics.snapshot("gate"),
      topics.snapshotInfo("gate"),
      topics.output("gate-count", "total"),
      topics.engine("yolo-s"),
      topics.result("17"),
      topics.inbound.commands,
      topics.inbound.cameraEnabled,
    ]).toEqual([
      "millrace/dock-3/status",
      "millrace/dock-3/info",
      "millrace/dock-3/stats",
      "millrace/dock-3/camera/gate/status",
      "millrace/dock-3/camera/gate/enabled",
      "millrace/dock-3/camera/gate/detections",
      "millrace/dock-3/camera/gate/events",
      "millrace/dock-3/camera/gate/tracks",
      "millrace/dock-3/camera/gate/count/bay/truck",
      "millrace/dock-3/camera/gate/snapshot",
      "millrace/dock-3/camera/gate/snapshot/info",
      "millrace/dock-3/workflow/gate-count/output/total",
      "millrace/dock-3/engine/yolo-s",
      "millrace/dock-3/result/17",
      "millrace/dock-3/cmd/+",
      "millrace/dock-3/camera/+/enabled/set",
    ]);
  });

  test("the deepest topic under a prefix of two levels has seven slashes", () => {
    expect(topicsOf("site-7/millrace", "d").count("c", "z", "l").split("/")).toHaveLength(8);
  });

  test("what is not an id is refused rather than written into a topic", () => {
    expect(() => topics.events("gate/#")).toThrowErrorMatchingInlineSnapshot(
      `[BugError: "gate/#" in a topic is not an id of [a-z0-9_-]{1,64}]`,
    );
    expect(() => topicsOf("a/b/c", "d")).toThrow("expected 1 or 2");
  });

  test("messages of others are distinguished by their topics", () => {
    expect(readInbound(topics, "millrace/dock-3/cmd/reload")).toEqual({ type: "command", verb: "reload" });
    expect(readInbound(topics, "millrace/dock-3/camera/gate/enabled/set")).toEqual({
      type: "camera_enabled",
      camera: "gate",
    });
    expect(readInbound(topics, topics.cameraEnabled("gate"))).toBeUndefined();
    expect(readInbound(topics, topics.info)).toBeUndefined();
  });
});

describe("topic ids", () => {
  test.each([
    ["gate", "gate"],
    ["Gate (North)", "gate-north"],
    ["  Küche 2 ", "kuche-2"],
    ["Straße_7", "strasse_7"],
    ["Dvůr/2", "dvur-2"],
  ])("%s becomes %s", (name, id) => expect(topicId(name, "/cameras/0")).toBe(id));

  test.each([["Кухня"], ["入口 2"], ["!!!"], ["x".repeat(65)]])("%s is an issue", (name) => {
    expect(topicId(name, "/cameras/0")).toMatchObject({ code: "PUBLISH_NAME_NOT_A_TOPIC", path: "/cameras/0" });
  });

  test("an issue says what was found and what to do", () => {
    expect(topicId("Кухня", "/cameras/0")).toMatchInlineSnapshot(`
      {
        "code": "PUBLISH_NAME_NOT_A_TOPIC",
        "hint": "use a name of a-z, 0-9, _ and -, at most 64 characters",
        "message": "the name "Кухня" cannot be written in a topic: it has "к", which has no spelling in a-z and 0-9; expected something like "gate-north"",
        "path": "/cameras/0",
      }
    `);
  });

  test("two names with one id are an issue at the second", () => {
    const { ids, issues } = topicIds(["Gate", "yard", "gate"], ["cameras"]);
    expect(ids.get("yard")).toBe("yard");
    expect(issues).toMatchObject([{ code: "PUBLISH_NAMES_SHARE_TOPIC", path: "/cameras/gate" }]);
  });

  test("levels of names that users give are different for different names, and not words of ours", () => {
    const levels = new TopicLevels(["all"]);
    const found = ["Gate 1", "gate-1", "入口", "all", "Gate 1"].map((name) => levels.of(name));
    expect(new Set(found).size).toBe(4);
    expect(found.every(isTopicId)).toBe(true);
    expect(found[0]).toBe("gate-1");
    expect(found[3]).not.toBe("all");
  });

  test("any text becomes an id or an issue, and an id stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (name) => {
        const id = topicId(name, "");
        if (typeof id !== "string") return id.code === "PUBLISH_NAME_NOT_A_TOPIC";
        return isTopicId(id) && topicId(id, "") === id;
      }),
    );
  });
});
