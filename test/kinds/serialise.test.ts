import { describe, expect, it } from "vitest";
import type { Detections } from "../../src/kinds/detections.ts";
import type { Image } from "../../src/kinds/image.ts";
import { maskOf } from "../../src/kinds/mask.ts";
import { maskOfPolygon } from "../../src/kinds/polygon-mask.ts";
import { serialise } from "../../src/kinds/serialise.ts";

const root = { id: "camera", width: 640, height: 480, offsetX: 0, offsetY: 0 };
const detections: Detections = {
  kind: "detections",
  width: 640,
  height: 480,
  parentId: "camera",
  parent: null,
  root,
  items: [{ box: [10, 20, 50, 40], confidence: 0.9, class: "car", classId: 2, detectionId: "d1" }],
};
const video = {
  videoIdentifier: "camera",
  frameNumber: 24,
  frameTimestamp: Date.UTC(2024, 7, 21, 11, 13, 44, 313),
  fps: 25,
  measuredFps: null,
  comesFromVideoFile: false,
};
const image: Image = {
  kind: "image",
  width: 2,
  height: 1,
  pixels: { type: "owned", rgb: new Uint8Array(6), width: 2, height: 1 },
  parentId: "camera",
  parent: null,
  root: { id: "camera", width: 2, height: 1, offsetX: 0, offsetY: 0 },
  video,
};
const placed = { id: "d1", width: 40, height: 20, offsetX: 3, offsetY: 4 };

describe("serialise", () => {
  it("writes detections with box centres and the size of their image", () => {
    expect(serialise(detections, ["object_detection_prediction"])).toMatchInlineSnapshot(`
      {
        "image": {
          "height": 480,
          "width": 640,
        },
        "predictions": [
          {
            "class": "car",
            "class_id": 2,
            "confidence": 0.9,
            "detection_id": "d1",
            "height": 20,
            "parent_id": "camera",
            "width": 40,
            "x": 30,
            "y": 30,
          },
        ],
      }
    `);
  });

  it("writes masks in the form of the first kind that has one, else as polygons", () => {
    const ring = maskOf(Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1), { x: 4, y: 5, width: 3, height: 3 });
    const given = { ...detections, items: detections.items.slice(0, 1).map((item) => ({ ...item, mask: ring })) };
    const form = (...kinds: string[]) => {
      const { predictions } = serialise(given, kinds) as { predictions: Record<string, unknown>[] };
      const { points, rle_mask } = predictions[0]!;
      return { points, rle_mask };
    };
    const points = [{ x: 4, y: 5 }, { x: 4, y: 7 }, { x: 6, y: 7 }, { x: 6, y: 5 }]; // biome-ignore format: a box
    const rle_mask = { size: [given.height, given.width], counts: expect.any(String) as string };
    for (const kind of ["instance_segmentation_prediction", "object_detection_prediction", "*"]) {
      expect(form(kind)).toEqual({ points });
    }
    for (const kind of ["rle_instance_segmentation_prediction", "semantic_segmentation_prediction"]) {
      expect(form(kind)).toEqual({ rle_mask });
    }
    expect(form("rle_instance_segmentation_prediction", "instance_segmentation_prediction")).toEqual({ rle_mask });
    expect(form("object_detection_prediction", "rle_instance_segmentation_prediction")).toEqual({ rle_mask });
    expect(form("instance_segmentation_prediction", "rle_instance_segmentation_prediction")).toEqual({ points });
  });

  it("writes the polygon that a mask was made of, and the outline of a mask that is none of it", () => {
    const polygon = [[60, 20], [55, 60], [90, 70], [100, 30]] as const; // biome-ignore format: corners
    const made = { ...detections.items[0]!, mask: maskOfPolygon(polygon, root), data: { polygon } };
    const write = (item: typeof made) => {
      const json = serialise({ ...detections, items: [item] }, ["instance_segmentation_prediction"]);
      return (json as { predictions: { points: unknown[] }[] }).predictions[0]?.points;
    };
    expect(write(made)).toEqual(polygon.map(([x, y]) => ({ x, y })));
    expect(write({ ...made, data: { polygon: [[0, 0], [9, 0], [9, 9]] } as never })?.length).toBeGreaterThan(4); // biome-ignore format: corners
  });

  it("measures a box with exchanged corners from the first one", () => {
    const items = [{ ...detections.items[0]!, box: [50, 40, 10, 20] as [number, number, number, number] }];
    const json = serialise({ ...detections, items }, ["object_detection_prediction"]);
    expect(json).toMatchObject({ predictions: [{ x: 70, y: 50, width: 40, height: 20 }] });
  });

  it("names a foreign picture as the parent without an origin in this one", () => {
    const items = [{ ...detections.items[0]!, data: { parent_id: "other", root_parent_id: "other" } }];
    const [json] = (serialise({ ...detections, parent: root, items }, []) as { predictions: object[] }).predictions;
    expect(json).toMatchObject({ parent_id: "other" });
    expect(Object.keys(json ?? {})).not.toContain("parent_origin");
  });

  it("leaves out an instance of which no pixel is left, where masks are polygons", () => {
    const mask = { x: 0, y: 0, width: 0, height: 0, runs: new Uint32Array() };
    const given = { ...detections, items: detections.items.map((item) => ({ ...item, mask })) };
    expect(serialise(given, ["instance_segmentation_prediction"])).toMatchObject({ predictions: [] });
    const rles = serialise(given, ["rle_instance_segmentation_prediction"]) as { predictions: unknown[] };
    expect(rles.predictions).toHaveLength(given.items.length);
  });

  it("writes key points with their classes", () => {
    const keypoints = [{ x: 1.5, y: 2, class: "nose", classId: 3, confidence: 0.5 }];
    const given = { ...detections, items: detections.items.map((item) => ({ ...item, keypoints })) };
    const written = { class_id: 3, class: "nose", confidence: 0.5, x: 1.5, y: 2 };
    expect(serialise(given, ["keypoint_detection_prediction"])).toMatchObject({
      predictions: [{ keypoints: [written] }],
    });
  });

  it("knows the size of the image when there are no detections", () => {
    const empty = { ...detections, items: [] };
    expect(serialise(empty, ["*"])).toEqual({ image: { width: 640, height: 480 }, predictions: [] });
  });

  it("adds what steps added, and the origin of detections made on crops", () => {
    const data = { speed: 2.5, velocity: new Float32Array([1, 2]), width: 99 };
    const items = detections.items.map((item) => ({ ...item, trackerId: 7, timeInZone: 1.5, data }));
    const crop: Detections = { ...detections, items, parentId: "d1", parent: placed };
    expect(serialise(crop, ["object_detection_prediction"])).toMatchObject({
      predictions: [
        {
          width: 99,
          tracker_id: 7,
          time_in_zone: 1.5,
          speed: 2.5,
          velocity: [1, 2],
          parent_id: "d1",
          parent_origin: { offset_x: 3, offset_y: 4, width: 40, height: 20 },
          root_parent_id: "camera",
          root_parent_origin: { offset_x: 0, offset_y: 0, width: 640, height: 480 },
        },
      ],
    });
  });

  it("says of a picture that belongs to no video that it is frame 0 of itself", () => {
    const json = serialise({ ...image, parentId: "shot", video: null }, ["image"]) as { video_metadata: unknown };
    expect(json.video_metadata).toMatchObject({
      video_identifier: "shot",
      frame_number: 0,
      fps: 30,
      measured_fps: null,
    });
  });

  it("hands every image, however deep, to the caller to be encoded", () => {
    const found: Image[] = [];
    const onImage = (each: Image, json: { value: string | null }) => {
      found.push(each);
      json.value = "encoded";
    };
    const crop: Image = { ...image, parentId: "d1", parent: placed };
    const json = serialise({ list: [image, { crop }] }, ["*"], { onImage });
    expect(found).toEqual([image, crop]);
    expect(json).toMatchInlineSnapshot(`
      {
        "list": [
          {
            "type": "base64",
            "value": "encoded",
            "video_metadata": {
              "comes_from_video_file": false,
              "fps": 25,
              "frame_number": 24,
              "frame_timestamp": "2024-08-21T11:13:44.313Z",
              "measured_fps": null,
              "video_identifier": "camera",
            },
          },
          {
            "crop": {
              "parent_id": "d1",
              "parent_origin": {
                "height": 20,
                "offset_x": 3,
                "offset_y": 4,
                "width": 40,
              },
              "root_parent_id": "camera",
              "root_parent_origin": {
                "height": 1,
                "offset_x": 0,
                "offset_y": 0,
                "width": 2,
              },
              "type": "base64",
              "value": "encoded",
              "video_metadata": {
                "comes_from_video_file": false,
                "fps": 25,
                "frame_number": 24,
                "frame_timestamp": "2024-08-21T11:13:44.313Z",
                "measured_fps": null,
                "video_identifier": "camera",
              },
            },
          },
        ],
      }
    `);
  });

  it("leaves the value of an image null without an encoder", () => {
    expect(serialise(image, ["image"])).toMatchObject({ type: "base64", value: null });
  });

  it("writes video metadata with an ISO time", () => {
    expect(serialise(video, ["video_metadata"])).toEqual({
      video_identifier: "camera",
      frame_number: 24,
      frame_timestamp: "2024-08-21T11:13:44.313Z",
      fps: 25,
      measured_fps: null,
      comes_from_video_file: false,
    });
  });

  it.each([
    ["abcdefgh", "ab********gh"],
    ["abcdefg", "********"],
    ["", "********"],
  ])("masks the secret %s", (secret, expected) => {
    expect(serialise(secret, ["string", "secret"])).toBe(expected);
    expect(serialise(secret, ["string"])).toBe(secret);
  });

  it.each<[unknown, unknown]>([
    [Number.NaN, null],
    [
      [1, Number.POSITIVE_INFINITY],
      [1, null],
    ],
    [undefined, null],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), null],
    [new Float32Array([0.5, Number.NaN]), [0.5, null]],
    [new BigInt64Array([3n]), [3]],
    [Buffer.from("abc"), "YWJj"],
    [new Map([["a", new Set([1])]]), { a: [1] }],
    [12n, 12],
    [2n ** 60n, 2 ** 60],
    [{ a: { b: undefined } }, { a: { b: null } }],
  ])("writes %o as JSON can", (value, expected) => {
    const json = serialise(value, ["*"]);
    expect(json).toEqual(expected);
    expect(JSON.parse(JSON.stringify(json))).toEqual(expected);
  });

  it("refuses more items than could be written, in one array or in many lists", () => {
    const message = "data has lists of more than 4194304 items in all";
    expect(() => serialise(new Float32Array(5e6), ["*"])).toThrow(message);
    const row = new Array(1e6).fill(0);
    expect(() => serialise({ a: [row, row, row, row, row] }, ["*"])).toThrow(message);
    expect(serialise({ a: [row, row] }, ["*"])).toEqual({ a: [row, row] });
  });

  it("refuses data that holds itself", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => serialise(loop, ["*"])).toThrow("data is nested more than 100 levels deep");
  });
});
