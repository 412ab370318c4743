import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { schemaOf } from "../../../src/daemon/commands/json-schema.ts";
import { cameraSettings } from "../../../src/daemon/config/camera-settings.ts";
import { parseConfig } from "../../../src/daemon/config/config.ts";
import { configWarnings } from "../../../src/daemon/config/config-warnings.ts";
import { Camera, STREAM_KEYS } from "../../../src/daemon/config/schema/camera-schema.ts";

const parse = (cameras: string, pipelines = "{}") =>
  parseConfig(`cameras:\n${cameras.replace(/^/gm, "  ")}\npipelines: ${pipelines}\n`, { PASSWORD: "pl4nted" });

function camerasOf(text: string) {
  const { config, issues } = parse(text);
  expect(issues).toEqual([]);
  return config?.cameras ?? {};
}

const faultsOf = (text: string, pipelines?: string) =>
  parse(text, pipelines).issues.map(({ code, path, line, message, hint }) => {
    return `${line}: ${path}: ${message} [${code}]${hint === undefined ? "" : `\n    ${hint}`}`;
  });

describe("a camera with stream_of", () => {
  const text = `door_faces: { stream_of: door, max_fps: 5, reuse: true, priority: low }
door: { url: "rtsp://user:\${PASSWORD}@door/1", transport: udp, max_fps: 20, decode: keyframes, enabled: false, stall_timeout_ms: 4000 }`;

  test("has what the other one says of the stream, wherever it stands, and its own", () => {
    const { door, door_faces: faces } = camerasOf(text);
    const own = {
      max_fps: 5,
      reuse: true,
      priority: "low",
      enabled: true,
      stream_of: "door",
      regions: false,
      clips: false,
    };
    expect(faces).toEqual({ ...door, ...own });
    expect(faces).toMatchObject({
      url: "rtsp://door/1",
      username: "user",
      password: "pl4nted",
      stall_timeout_ms: 4000,
    });
    expect(camerasOf(text.split("\n").toReversed().join("\n"))).toEqual({ door, door_faces: faces });
  });

  test("is opened in the same way as the other, as a view of its stream", () => {
    const { door, door_faces: faces } = camerasOf(text);
    const { id, maxFps, stream, reuse, ...rest } = cameraSettings("door_faces", faces!, 4);
    const { id: otherId, maxFps: otherMaxFps, ...others } = cameraSettings("door", door!, 4);
    expect(rest).toEqual(others);
    expect([id, otherId, maxFps, otherMaxFps, stream, reuse]).toEqual([
      ...["door_faces", "door", 5, 20, "door"],
      { change: 4, maxAgeS: 2 },
    ]);
  });

  test("every key is either of the stream or its own", () => {
    const own = ["enabled", "priority", "stream_of", "max_fps", "reuse", "regions", "clips"];
    expect([...STREAM_KEYS, ...own].toSorted()).toEqual(Object.keys(Camera.shape).toSorted());
  });

  test("makes the camera that it names one that is opened", () => {
    const { config } = parse(`${text}\nyard: { url: a.mp4 }`, "{ p: { workflow: w.json, cameras: [door_faces] } }");
    expect(configWarnings(config!, {}).filter((warning) => warning.startsWith("camera"))).toEqual([
      "camera yard: no pipeline names it, so it is not opened",
    ]);
  });
});

test("what cannot be the stream of a camera is said with the others' faults, each at its place", () => {
  const text = `door: { url: "rtsp://door/1" }
both: { url: a.mp4, stream_of: door, transport: udp }
neither: { max_fps: 5 }
itself: { stream_of: itself }
misspelt: { stream_of: doro }
unknown: { stream_of: somewhere_else }
view: { stream_of: door }
chain: { stream_of: view }
round: { stream_of: about }
about: { stream_of: round }
stating: { stream_of: door, transport: tcp, password_file: secret, loop: false }
wrong: { url: b.mp4, max_fps: -1 }
of_wrong: { stream_of: wrong }
misspelt_key: { stream_off: door }`;
  expect(`\n${faultsOf(text).join("\n")}\n`).toMatchInlineSnapshot(`
    "
    13: /cameras/wrong/max_fps: "max_fps" is -1: expected number to be >=0.01 [CONFIG_VALUE]
    15: /cameras/misspelt_key/stream_off: "stream_off" is not known [CONFIG_UNKNOWN_KEY]
        did you mean "stream_of"?
    3: /cameras/both/stream_of: camera "both": "stream_of" stands beside "url" [CONFIG_STREAM_OF]
        leave one of them out
    4: /cameras/neither/url: camera "neither": it has neither "url" nor "stream_of" [CONFIG_MISSING]
        give "url", its address, or "stream_of", the camera whose stream it takes its frames from
    5: /cameras/itself/stream_of: camera "itself": "stream_of" names the camera itself, expected another one [CONFIG_STREAM_OF]
        cameras with a "url" are door
    6: /cameras/misspelt/stream_of: camera "misspelt": there is no camera "doro" [CONFIG_UNKNOWN_CAMERA]
        did you mean "door"?
    7: /cameras/unknown/stream_of: camera "unknown": there is no camera "somewhere_else" [CONFIG_UNKNOWN_CAMERA]
        cameras with a "url" are door
    9: /cameras/chain/stream_of: camera "chain": "stream_of" names camera "view", which takes its frames from "door" itself, expected one with a "url" [CONFIG_STREAM_OF]
        write  stream_of: door
    10: /cameras/round/stream_of: camera "round": "stream_of" names camera "about", which takes its frames from "round" itself, expected one with a "url" [CONFIG_STREAM_OF]
        give one of them a "url"
    11: /cameras/about/stream_of: camera "about": "stream_of" names camera "round", which takes its frames from "about" itself, expected one with a "url" [CONFIG_STREAM_OF]
        give one of them a "url"
    12: /cameras/stating/transport: camera "stating": "transport" is said of a stream, which is that of camera "door" here [CONFIG_STREAM_OF]
        leave it out, or write it at camera "door"
    12: /cameras/stating/password_file: camera "stating": "password_file" is said of a stream, which is that of camera "door" here [CONFIG_STREAM_OF]
        leave it out, or write it at camera "door"
    12: /cameras/stating/loop: camera "stating": "loop" is said of a stream, which is that of camera "door" here [CONFIG_STREAM_OF]
        leave it out, or write it at camera "door"
    15: /cameras/misspelt_key/url: camera "misspelt_key": it has neither "url" nor "stream_of" [CONFIG_MISSING]
        give "url", its address, or "stream_of", the camera whose stream it takes its frames from
    "
  `);
});

test("what is wrong with a stream is said once, at the camera that has its address", () => {
  expect(faultsOf(`faces: { stream_of: door }\ndoor: { url: "rtps://door/1", password: x }`)).toMatchInlineSnapshot(`
    [
      "3: /cameras/door/url: "url" begins with "rtps://", which is no scheme of an address [CONFIG_ACCESS]
        did you mean "rtsp"?",
      "3: /cameras/door/password: "password" has no user name beside it [CONFIG_ACCESS]
        give "username" as well",
    ]
  `);
});

test("pipelines on one camera are shown the lines for a second one", () => {
  const pipelines =
    "{ one: { workflow: w.json, cameras: [yard, faces] }, two: { workflow: w.json, cameras: [yard, faces, faces] } }";
  expect(
    `\n${faultsOf(`yard: { url: a.mp4 }\nyard_two: { stream_of: yard }\nfaces: { stream_of: yard }`, pipelines).join("\n")}\n`,
  ).toMatchInlineSnapshot(`
    "
    5: /pipelines/two/cameras/0: pipeline "two": camera "yard" already feeds pipeline "one" [CONFIG_CAMERA_TWICE]
        add  cameras: { yard_two_2: { stream_of: yard } }  and write  cameras: [yard_two_2]  here: the stream is opened and decoded once, and each pipeline has a camera of its own; or let one workflow do both
    5: /pipelines/two/cameras/1: pipeline "two": camera "faces" already feeds pipeline "one" [CONFIG_CAMERA_TWICE]
        add  cameras: { faces_two: { stream_of: yard } }  and write  cameras: [faces_two]  here: the stream is opened and decoded once, and each pipeline has a camera of its own; or let one workflow do both
    5: /pipelines/two/cameras/2: pipeline "two": camera "faces" already feeds pipeline "two" [CONFIG_CAMERA_TWICE]
        name it once
    "
  `);
});

test("the schema for editors takes one of both keys, and nothing of a stream beside stream_of", () => {
  const isValid = new Ajv2020({ strict: false }).compile(schemaOf("config") as object);
  const takes = (camera: object) => isValid({ cameras: { door: { url: "a.mp4" }, camera }, pipelines: {} });
  expect(takes({ url: "b.mp4", loop: true })).toBe(true);
  expect(takes({ stream_of: "door", max_fps: 5, clips: true, enabled: false })).toBe(true);
  expect(takes({ loop: true })).toBe(false);
  expect(takes({ url: "b.mp4", stream_of: "door" })).toBe(false);
  for (const key of ["transport", "loop", "password", "stall_timeout_ms"]) {
    const value = { transport: "tcp", loop: true, password: "x", stall_timeout_ms: 1000 }[key];
    expect([takes({ url: "b.mp4", [key]: value }), takes({ stream_of: "door", [key]: value })]).toEqual([true, false]);
  }
});
