import { describe, expect, test } from "vitest";
import { formatIssue } from "../../../src/base/issue.ts";
import { parseConfig } from "../../../src/daemon/config/config.ts";
import { outlineOf, Zone } from "../../../src/daemon/config/schema/zone-schema.ts";

const REST = "cameras: {gate: {url: gate.mp4}}\npipelines: {count: {workflow: count.json, cameras: [gate]}}\n";

function told(zones: string): string {
  const { issues } = parseConfig(`${REST}zones:\n${zones}\n`, {});
  return `\n${issues.map((issue) => formatIssue(issue)).join("\n")}\n`;
}

describe("zones of a config", () => {
  test("are polygons and lines in parts of the picture, or in pixels of a picture of a size", () => {
    const text = `${REST}zones:
  door: { camera: gate, polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1], [0.1, 1]] }
  kerb: { line: [[0, 320], [1280, 720]], pixels_of: [1280, 720] }
`;
    const { config, issues } = parseConfig(text, {});
    expect(issues).toEqual([]);
    expect(config?.zones["door"]).toMatchObject({ camera: "gate" });
    expect(outlineOf(Zone.parse(config?.zones["kerb"]))).toEqual({
      kind: "line",
      points: [
        [0, 320 / 720],
        [1, 1],
      ],
    });
  });

  test("have every fault reported at once, with its place and what to do", () => {
    const zones = [
      "  none: {}",
      "  both: { polygon: [[0, 0], [1, 0], [1, 1]], line: [[0, 0], [1, 1]] }",
      "  two: { polygon: [[0, 0], [1, 1]] }",
      "  dot: { line: [[0.5, 0.5], [0.501, 0.5]] }",
      "  path: { line: [[0, 0], [0.5, 0.5], [1, 0]] }",
      "  flat: { polygon: [[0, 0], [0.5, 0], [1, 0]] }",
      "  thin: { polygon: [[0, 0], [0.01, 0], [0.01, 0.01]] }",
      "  bow: { polygon: [[0, 0], [1, 1], [1, 0], [0, 1]] }",
      "  ring: { polygon: [[0, 0], [1, 0], [1, 1], [0, 0]] }",
      "  twice: { polygon: [[0, 0], [1, 0], [1, 0], [1, 1]] }",
      "  pixels: { polygon: [[0, 0], [640, 0], [640, 480]] }",
      "  high: { line: [[0, 0], [640, 500]], pixels_of: [640, 480] }",
      '  text: { line: [["a", 0], [1]] }',
      "  lost: { camera: gaet, line: [[0, 0], [1, 1]] }",
      "  Name With Blanks: { line: [[0, 0], [1, 1]] }",
      "  extra: { poligon: [[0, 0], [1, 0], [1, 1]] }",
    ];
    expect(told(zones.join("\n"))).toMatchInlineSnapshot(`
      "
      line 4:3 /zones/none: "none" needs "polygon" or "line", one of them [CONFIG_VALUE]
          hint: such as  polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1], [0.1, 1]]
      line 5:3 /zones/both: "both" needs "polygon" or "line", one of them [CONFIG_VALUE]
          hint: leave one of them out
      line 6:10 /zones/two/polygon: "polygon" has 2 points, expected at least 3 [CONFIG_VALUE]
          hint: two points are a "line"
      line 7:10 /zones/dot/line: "line" has points that are less than 1 % of the picture apart [CONFIG_VALUE]
      line 8:11 /zones/path/line: "line" has 3 points, expected 2 [CONFIG_VALUE]
          hint: more than two points are a "polygon"
      line 9:11 /zones/flat/polygon: "polygon" holds less than 0.01 % of the picture [CONFIG_VALUE]
      line 10:11 /zones/thin/polygon: "polygon" holds less than 0.01 % of the picture [CONFIG_VALUE]
      line 11:10 /zones/bow/polygon: "polygon" meets itself: its edge from point 1 to point 2 and the one from point 3 to point 4 [CONFIG_VALUE]
          hint: name the corners in the order along the outline
      line 12:11 /zones/ring/polygon: "polygon" has points 1 and 4, which are the same [CONFIG_VALUE]
          hint: leave the last one out: a polygon closes itself
      line 13:12 /zones/twice/polygon: "polygon" has points 2 and 3, which are the same [CONFIG_VALUE]
          hint: leave one of them out
      line 14:13 /zones/pixels/polygon: "polygon" has point 2, [640,0], outside of the picture: expected 0 to 1 [CONFIG_VALUE]
          hint: points are parts of the picture's width and height; for pixels, say of which picture:  pixels_of: [1920, 1080]
      line 14:13 /zones/pixels/polygon: "polygon" has point 3, [640,480], outside of the picture: expected 0 to 1 [CONFIG_VALUE]
          hint: points are parts of the picture's width and height; for pixels, say of which picture:  pixels_of: [1920, 1080]
      line 15:11 /zones/high/line: "line" has point 2, [640,500], outside of the picture: expected 0 to 640 across and 0 to 480 down [CONFIG_VALUE]
      line 16:19 /zones/text/line/0/0: "0" is "a": expected a number [CONFIG_VALUE]
      line 16:11 /zones/text/line/1: "1" is a list: expected array to have >=2 items [CONFIG_VALUE]
      line 18:3 /zones/Name With Blanks: "Name With Blanks" is no possible name: expected 1 to 64 of a-z, 0-9, _ and -, as it becomes part of MQTT topics [CONFIG_VALUE]
      line 19:12 /zones/extra/poligon: "poligon" is not known [CONFIG_UNKNOWN_KEY]
          hint: did you mean "polygon"?
      line 19:3 /zones/extra: "extra" needs "polygon" or "line", one of them [CONFIG_VALUE]
          hint: such as  polygon: [[0.1, 0.5], [0.9, 0.5], [0.9, 1], [0.1, 1]]
      line 17:19 /zones/lost/camera: zone "lost": there is no camera "gaet" [CONFIG_UNKNOWN_CAMERA]
          hint: did you mean "gate"?
      "
    `);
  });

  test("are of cameras that are there", () => {
    expect(told("  lost: { camera: gaet, line: [[0, 0], [1, 1]] }")).toMatchInlineSnapshot(`
      "
      line 4:19 /zones/lost/camera: zone "lost": there is no camera "gaet" [CONFIG_UNKNOWN_CAMERA]
          hint: did you mean "gate"?
      "
    `);
  });
});
