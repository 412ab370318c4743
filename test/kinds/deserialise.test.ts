import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deserialise } from "../../src/kinds/deserialise.ts";
import type { Detection, Detections } from "../../src/kinds/detections.ts";
import { DETECTION_KINDS } from "../../src/kinds/kinds.ts";
import { serialise } from "../../src/kinds/serialise.ts";

/** One line for each value: what became of it. */
function table(kinds: string[], ...values: unknown[]): string {
  const lines = values.map((json) => {
    const answer = deserialise(json, kinds);
    const told = "value" in answer ? `-> ${JSON.stringify(answer.value)}` : answer.reasons.join("; ");
    return `  ${JSON.stringify(json)} ${told}`;
  });
  return `\n${lines.join("\n")}\n`;
}

describe("JSON data of a kind", () => {
  it("is text for the kinds that are texts", () => {
    for (const kind of ["string", "roboflow_model_id", "language_model_output", "inference_id", "secret"]) {
      expect(deserialise("people/3", [kind])).toEqual({ value: "people/3" });
      expect(deserialise(5, [kind])).toEqual({ reasons: ["expected a text"] });
      expect(deserialise(null, [kind])).toEqual({ reasons: ["expected a text"] });
    }
    expect(deserialise(null, ["roboflow_api_key"])).toEqual({ value: null });
    expect(deserialise(["car", "van"], ["top_class"])).toEqual({ value: ["car", "van"] });
  });

  it("is a number of the sort that the kind says, and no text that reads like one", () => {
    expect(table(["integer"], 5, -1, 5.5, "5", true)).toMatchInlineSnapshot(`
      "
        5 -> 5
        -1 -> -1
        5.5 expected a whole number
        "5" expected a whole number
        true expected a whole number
      "
    `);
    expect(table(["float"], 5, 5.5, "5.5", false)).toMatchInlineSnapshot(`
      "
        5 -> 5
        5.5 -> 5.5
        "5.5" expected a number
        false expected a number
      "
    `);
    expect(table(["float_zero_to_one"], 0, 0.5, 1, 1.01, -0.1, "0.5")).toMatchInlineSnapshot(`
      "
        0 -> 0
        0.5 -> 0.5
        1 -> 1
        1.01 expected a number from 0 to 1
        -0.1 expected a number from 0 to 1
        "0.5" expected a number from 0 to 1
      "
    `);
    expect(table(["boolean"], true, false, 0, "true")).toMatchInlineSnapshot(`
      "
        true -> true
        false -> false
        0 expected true or false
        "true" expected true or false
      "
    `);
  });

  it("is a list or an object where the kind is one", () => {
    expect(table(["list_of_values"], [], [1, "a"], { a: 1 }, "a")).toMatchInlineSnapshot(`
      "
        [] -> []
        [1,"a"] -> [1,"a"]
        {"a":1} expected a list
        "a" expected a list
      "
    `);
    expect(table(["dictionary"], {}, { a: [1] }, [1], null)).toMatchInlineSnapshot(`
      "
        {} -> {}
        {"a":[1]} -> {"a":[1]}
        [1] expected an object
        null expected an object
      "
    `);
    expect(table(["numpy_array"], [[1, 2]], 5)).toMatchInlineSnapshot(`
      "
        [[1,2]] -> [[1,2]]
        5 expected a list
      "
    `);
  });

  it("is points for the kinds of geometry", () => {
    const square = [
      [0, 0],
      [9, 0],
      [9, 9],
    ];
    expect(
      table(["zone"], square, [square, square], square.slice(1), [[0], [1, 1], [2, 2]], "zone", []),
    ).toMatchInlineSnapshot(`
      "
        [[0,0],[9,0],[9,9]] -> [[0,0],[9,0],[9,9]]
        [[[0,0],[9,0],[9,9]],[[0,0],[9,0],[9,9]]] -> [[[0,0],[9,0],[9,9]],[[0,0],[9,0],[9,9]]]
        [[9,0],[9,9]] expected at least 3 points
        [[0],[1,1],[2,2]] /0 expected a point of two numbers
        "zone" expected a list of points
        [] expected at least 3 points
      "
    `);
    expect(table(["point"], [1, 2], [1], ["1", 2], 5)).toMatchInlineSnapshot(`
      "
        [1,2] -> [1,2]
        [1] expected a point of two numbers
        ["1",2] /0 expected a number
        5 expected a point of two numbers
      "
    `);
    expect(table(["labeled_points"], [{ x: 1, y: 2, positive: true }], [{ x: 1, y: 2 }], [5])).toMatchInlineSnapshot(`
      "
        [{"x":1,"y":2,"positive":true}] -> [{"x":1,"y":2,"positive":true}]
        [{"x":1,"y":2}] /0/positive is missing
        [5] /0 expected a point such as {x, y, positive}
      "
    `);
    expect(table(["rgb_color"], "#ff0000", [255, 0, 0], [255, 0], 5)).toMatchInlineSnapshot(`
      "
        "#ff0000" -> "#ff0000"
        [255,0,0] -> [255,0,0]
        [255,0] expected a text or three numbers
        5 expected a text or three numbers
      "
    `);
  });

  it("is base64 for bytes and ISO 8601 for times", () => {
    expect(deserialise("AQID", ["bytes"])).toEqual({ value: new Uint8Array([1, 2, 3]) });
    expect(table(["bytes"], "no base64!", 5)).toMatchInlineSnapshot(`
      "
        "no base64!" expected bytes as base64
        5 expected bytes as base64
      "
    `);
    expect(deserialise("2026-01-31T12:00:00Z", ["timestamp"])).toEqual({ value: new Date(Date.UTC(2026, 0, 31, 12)) });
    expect(table(["timestamp"], "2026-01-31", "yesterday", 5, "2026-99-99")).toMatchInlineSnapshot(`
      "
        "2026-01-31" -> "2026-01-31T00:00:00.000Z"
        "yesterday" expected a time such as 2026-01-31T12:00:00Z
        5 expected a time such as 2026-01-31T12:00:00Z
        "2026-99-99" expected a time such as 2026-01-31T12:00:00Z
      "
    `);
  });

  it("has the JSON form of video metadata", () => {
    const json = { video_identifier: "gate", frame_number: 7, frame_timestamp: "2026-01-31T12:00:00Z", fps: 25 };
    expect(deserialise(json, ["video_metadata"])).toEqual({
      value: {
        videoIdentifier: "gate",
        frameNumber: 7,
        frameTimestamp: Date.UTC(2026, 0, 31, 12),
        fps: 25,
        measuredFps: null,
        comesFromVideoFile: null,
      },
    });
    expect(table(["video_metadata"], {}, { ...json, frame_number: "7" }, 5)).toMatchInlineSnapshot(`
      "
        {} /video_identifier is missing
        {"video_identifier":"gate","frame_number":"7","frame_timestamp":"2026-01-31T12:00:00Z","fps":25} /frame_number expected a whole number
        5 expected an object with video_identifier, frame_number and frame_timestamp
      "
    `);
  });

  it("has the JSON form of classifications, of one label or of several", () => {
    const image = { width: 10, height: 10 };
    const single = { image, predictions: [], top: "car", confidence: 0.9 };
    const several = { image, predictions: { car: { confidence: 0.9, class_id: 0 } }, predicted_classes: ["car"] };
    for (const json of [single, several]) {
      expect(deserialise(json, ["classification_prediction"])).toEqual({ value: json });
    }
    expect(
      table(
        ["classification_prediction"],
        {},
        { image, predictions: [] },
        { image, predictions: [], top: "car" },
        "car",
      ),
    ).toMatchInlineSnapshot(`
      "
        {} /image is missing
        {"image":{"width":10,"height":10},"predictions":[]} expected "top" and "confidence", or "predicted_classes"
        {"image":{"width":10,"height":10},"predictions":[],"top":"car"} expected "top" and "confidence", or "predicted_classes"
        "car" expected an object with image and predictions
      "
    `);
  });

  it("may not be a picture here: its caller reads those", () => {
    expect(table(["image"], "picture.jpg")).toMatchInlineSnapshot(`
      "
        "picture.jpg" expected a picture such as {"type": "base64", "value": ...}
      "
    `);
  });

  it("passes unchanged where no kind has a form of its own", () => {
    for (const kinds of [["*"], [], ["embedding"], ["kind_of_a_plugin"], ["*", "tensor"]]) {
      expect(deserialise({ any: ["thing"] }, kinds)).toEqual({ value: { any: ["thing"] } });
    }
  });

  it("is taken by the first kind that can, and refused with the reasons of all", () => {
    expect(deserialise(5, ["string", "integer"])).toEqual({ value: 5 });
    expect(deserialise("2026-01-31", ["timestamp", "string"])).toEqual({ value: new Date(Date.UTC(2026, 0, 31)) });
    expect(deserialise("later", ["timestamp", "string"])).toEqual({ value: "later" });
    expect(table(["string", "zone", "*"], 5)).toMatchInlineSnapshot(`
      "
        5 string: expected a text; zone: expected a list of points
      "
    `);
  });

  it("is read by the codec of a plugin before the built-in one", () => {
    const codecs = new Map([
      ["string", { deserialise: (json: unknown) => `<${String(json)}>` }],
      [
        "serial",
        {
          deserialise(json: unknown) {
            if (typeof json !== "string") throw new Error("a serial number is a text");
            return { serial: json };
          },
        },
      ],
      ["only_out", { serialise: (value: unknown) => value }],
    ]);
    expect(deserialise(5, ["string"], codecs)).toEqual({ value: "<5>" });
    expect(deserialise("A-5", ["serial"], codecs)).toEqual({ value: { serial: "A-5" } });
    expect(deserialise(5, ["serial"], codecs)).toEqual({ reasons: ["a serial number is a text"] });
    expect(deserialise(5, ["only_out"], codecs)).toEqual({ value: 5 });
  });
});

describe("JSON of detections", () => {
  const one = { x: 50, y: 40, width: 20, height: 10, confidence: 0.9, class: "car", class_id: 2 };
  const image = { width: 100, height: 80 };

  it("becomes boxes by their corners", () => {
    const json = {
      image,
      predictions: [
        { ...one, detection_id: "d1", tracker_id: 7, time_in_zone: 1.5, parent_id: "gate", velocity: [1, 2] },
      ],
    };
    expect(deserialise(json, ["object_detection_prediction"])).toEqual({
      value: {
        kind: "detections",
        items: [
          {
            box: [40, 35, 60, 45],
            confidence: 0.9,
            class: "car",
            classId: 2,
            detectionId: "d1",
            trackerId: 7,
            timeInZone: 1.5,
            data: { velocity: [1, 2] },
          },
        ],
        width: 100,
        height: 80,
        parentId: "gate",
        parent: null,
        root: { id: "gate", width: 100, height: 80, offsetX: 0, offsetY: 0 },
      },
    });
  });

  it("gets ids where it has none", () => {
    const answer = deserialise({ image, predictions: [one, one] }, ["object_detection_prediction"]);
    const ids = "value" in answer ? (answer.value as Detections).items.map((item) => item.detectionId) : [];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is refused with what is missing", () => {
    expect(
      table(
        ["object_detection_prediction"],
        {},
        { image },
        { image, predictions: [{ ...one, x: "50" }] },
        { image, predictions: [one, { x: 1 }] },
        { image: { width: null, height: null }, predictions: [one] },
        { image: { width: null, height: null }, predictions: [] },
        [],
      ),
    ).toMatchInlineSnapshot(`
      "
        {} /image is missing
        {"image":{"width":100,"height":80}} /predictions is missing
        {"image":{"width":100,"height":80},"predictions":[{"x":"50","y":40,"width":20,"height":10,"confidence":0.9,"class":"car","class_id":2}]} /predictions/0/x expected a number
        {"image":{"width":100,"height":80},"predictions":[{"x":50,"y":40,"width":20,"height":10,"confidence":0.9,"class":"car","class_id":2},{"x":1}]} /predictions/1/y is missing
        {"image":{"width":null,"height":null},"predictions":[{"x":50,"y":40,"width":20,"height":10,"confidence":0.9,"class":"car","class_id":2}]} /image has no width and height, though there are detections
        {"image":{"width":null,"height":null},"predictions":[]} -> {"kind":"detections","items":[],"width":0,"height":0,"parentId":"","parent":null,"root":{"id":"","width":0,"height":0,"offsetX":0,"offsetY":0}}
        [] expected an object with image and predictions
      "
    `);
  });

  it("reads masks and key points where they are, in either form", () => {
    const points = [{ x: 10, y: 10 }, { x: 13.5, y: 10 }, { x: 14, y: 12 }, { x: 10, y: 12 }]; // biome-ignore format: a box
    const mask = { x: 10, y: 10, width: 5, height: 3, runs: Uint32Array.of(0, 15) };
    const keypoints = [{ x: 1, y: 2, class: "nose", class_id: 0, confidence: 0.5 }];
    expect(itemOf({ ...one, points, keypoints })).toMatchObject({
      mask,
      keypoints: [{ x: 1, y: 2, class: "nose", classId: 0, confidence: 0.5 }],
    });
    expect(itemOf({ ...one, points })).not.toHaveProperty("data");
    expect(itemOf({ ...one, points: points.map(({ x, y }) => [x, y]) })).toMatchObject({ mask });
    const rle = { size: [80, 100], counts: [810, 3, 77, 3, 77, 3, 77, 3, 77, 3, 6867] };
    expect([itemOf({ ...one, rle_mask: rle }), itemOf({ ...one, rle, points })]).toMatchObject([{ mask }, { mask }]);
  });

  it("has no instance of a polygon without area, and no mask beyond the picture", () => {
    expect(itemOf({ ...one, points: [{ x: 1, y: 1 }, { x: 5, y: 1 }] })).toBeUndefined(); // biome-ignore format: a line
    const points = [{ x: 95, y: -5 }, { x: 120, y: -5 }, { x: 120, y: 3 }, { x: 95, y: 3 }]; // biome-ignore format: a box
    expect(itemOf({ ...one, points })?.mask).toEqual({ x: 95, y: 0, width: 5, height: 4, runs: Uint32Array.of(0, 20) });
  });

  it("is refused with masks and key points that are none", () => {
    const huge = { width: 1e6, height: 1e6 };
    const faulty = [
      { image, predictions: [{ ...one, points: "x" }] },
      { image, predictions: [{ ...one, points: [{ x: 1 }] }] },
      { image, predictions: [{ ...one, rle_mask: { size: [80, 100], counts: [3] } }] },
      { image, predictions: [{ ...one, keypoints: [{ x: 1, y: 2 }] }] },
      { image: huge, predictions: [{ ...one, points: [] }] },
    ];
    expect(faulty.map((json) => deserialise(json, ["instance_segmentation_prediction"]))).toEqual([
      { reasons: ["/predictions/0/points expected a list of points"] },
      { reasons: ["/predictions/0/points/0 expected a point such as {x, y}"] },
      { reasons: ["/predictions/0/rle_mask expected run lengths of COCO, {size: [height, width], counts}"] },
      { reasons: ["/predictions/0/keypoints/0/class is missing"] },
      { reasons: ["/image has more pixels than masks can have"] },
    ]);
  });

  const number = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 2);
  const placement = fc.record({ offsetX: number, offsetY: number, width: number, height: number });
  const mask = fc
    .tuple(fc.nat(500), fc.nat(400), fc.integer({ min: 2, max: 80 }), fc.integer({ min: 2, max: 80 }))
    .map(([x, y, width, height]) => ({ x, y, width, height, runs: Uint32Array.of(0, width * height) }));
  const keyPoint = fc.record({
    x: number,
    y: number,
    class: fc.string(),
    classId: fc.nat(),
    confidence: fc.constant(0.5),
  });
  const item = fc
    .record(
      {
        box: fc.tuple(number, number, fc.nat(500), fc.nat(500)),
        confidence: fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
        class: fc.string(),
        classId: fc.nat(),
        detectionId: fc.uuid(),
        trackerId: fc.nat(),
        timeInZone: fc.nat(),
        mask,
        keypoints: fc.array(keyPoint, { maxLength: 3 }),
        data: fc.constantFrom({ velocity: [1, 2] }, { polygon: [[1, 2]] }),
      },
      { requiredKeys: ["box", "confidence", "class", "classId", "detectionId"] },
    )
    .map((value) => ({
      ...value,
      box: [value.box[0], value.box[1], value.box[0] + value.box[2], value.box[1] + value.box[3]],
    }));

  it("is read back as what was written, in every kind of detections", () => {
    const detections = fc
      .record({ items: fc.array(item, { minLength: 1, maxLength: 3 }), crop: fc.option(placement) })
      .map(({ items, crop }) => {
        const size = { width: 640, height: 480 };
        const root = crop === null ? { id: "in", ...size, offsetX: 0, offsetY: 0 } : { id: "root", ...crop };
        const parent = crop === null ? null : { id: "root", ...crop };
        return { kind: "detections", items, ...size, parentId: "in", parent, root };
      });
    fc.assert(
      fc.property(detections, fc.constantFrom(...DETECTION_KINDS), (value, kind) => {
        expect(deserialise(JSON.parse(JSON.stringify(serialise(value, [kind]))), [kind])).toEqual({ value });
        expect(deserialise(value, [kind])).toEqual({ value });
      }),
    );
  });
});

function itemOf(prediction: Record<string, unknown>): Detection | undefined {
  const json = { image: { width: 100, height: 80 }, predictions: [prediction] };
  const answer = deserialise(json, ["instance_segmentation_prediction"]);
  return "value" in answer ? (answer.value as Detections).items[0] : undefined;
}
