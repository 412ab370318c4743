import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { onvifSinkV1 } from "../../../src/blocks/sink/onvif-sink.ts";
import { detection, detectionsOf } from "../../query/run.ts";
import { openSink } from "./open-sink.ts";
import { openService } from "./service-double.ts";

const FOLLOW = { camera_username: "viewer", camera_password: "pass-of-a-test", camera_update_rate_limit: 0 };
const NOTHING = detectionsOf();
/** In a picture of 640x480. */
const at = (x: number, y: number, more = {}) =>
  detection({ box: [x - 20, y - 20, x + 20, y + 20], trackerId: 1, ...more });

/** Answers as a camera does, behind a router; gives the commands that it took. */
async function openCamera() {
  const commands: string[] = [];
  const { base, asked } = await openService(({ path, body }, response) => {
    const text = body.toString();
    const soap = (inside: string, status = 200) =>
      response.writeHead(status).end(`<e:Envelope xmlns:e="x"><e:Body>${inside}</e:Body></e:Envelope>`);
    const [, nonce = ""] = /<Nonce>(.*)<\/Nonce>/.exec(text) ?? [];
    const [, created = ""] = /<Created[^>]*>(.*)<\/Created>/.exec(text) ?? [];
    const digest = createHash("sha1")
      .update(Buffer.from(nonce, "base64"))
      .update(`${created}pass-of-a-test`)
      .digest("base64");
    if (!text.includes(`>${digest}</Password>`)) {
      return void soap("<e:Fault><e:Reason><e:Text>Sender not authorized</e:Text></e:Reason></e:Fault>", 401);
    }
    if (path === "/onvif/device_service") {
      const service = (name: string) => `<tt:${name}><tt:XAddr>http://10.0.0.9/onvif/${name}</tt:XAddr></tt:${name}>`;
      return void soap(`<tds:Capabilities>${service("Media")}${service("PTZ")}</tds:Capabilities>`);
    }
    if (text.includes("<GetProfiles")) {
      const ptz =
        "<tt:PTZConfiguration><tt:DefaultContinuousZoomVelocitySpace>z</tt:DefaultContinuousZoomVelocitySpace></tt:PTZConfiguration>";
      return void soap(
        `<trt:Profiles token="still"></trt:Profiles><trt:Profiles fixed="true" token="turns">${ptz}</trt:Profiles>`,
      );
    }
    if (text.includes("<GetPresets"))
      return void soap('<tptz:Preset token="P7"><tt:Name>gate &amp; yard</tt:Name></tptz:Preset>');
    commands.push(text.replace(/^.*<s:Body>(.*)<\/s:Body>.*$/, "$1"));
    soap("");
  });
  return { port: Number(new URL(base).port), commands, asked };
}

test("a camera turns towards an object, stops when it is in the middle, and looks its services up once", async () => {
  const { port, commands, asked } = await openCamera();
  const sink = openSink(onvifSinkV1, { ...FOLLOW, camera_ip: "127.0.0.1", camera_port: port });
  for (const [x, y] of [
    [600, 60],
    [320, 240],
  ] as const) {
    const { seeking } = await sink.run({ predictions: detectionsOf(at(x, y)) });
    expect(seeking).toBe(x !== 320);
    await sink.idle();
  }
  const speeds =
    /<PanTilt [^>]*x="([-.\d]+)" y="([-.\d]+)"/
      .exec(commands[0] ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  // To the right, and up.
  expect(speeds).toEqual([expect.closeTo(0.219, 2), expect.closeTo(0.187, 2)]);
  expect(commands[0]).toContain("<ProfileToken>turns</ProfileToken>");
  expect(commands[1]).toMatch(/^<Stop /);
  expect(asked.filter(({ path }) => path === "/onvif/device_service")).toHaveLength(1);
  expect(sink.events).toEqual([]);
});

test("the object that was followed is kept to, though another is more certain", async () => {
  const { port } = await openCamera();
  const sink = openSink(onvifSinkV1, { ...FOLLOW, camera_ip: "127.0.0.1", camera_port: port });
  await sink.run({ predictions: detectionsOf(at(600, 60)) });
  await sink.idle();
  const other = at(30, 30, { trackerId: 2, confidence: 0.99 });
  const { predictions } = await sink.run({ predictions: detectionsOf(other, at(590, 60)) });
  expect(predictions).toMatchObject({ items: [{ trackerId: 1 }] });
});

test("it goes to a position by its name", async () => {
  const { port, commands } = await openCamera();
  const literals = { movement_type: "Go To Preset", default_position_preset: "gate & yard" };
  const sink = openSink(onvifSinkV1, { ...FOLLOW, ...literals, camera_ip: "127.0.0.1", camera_port: port });
  await sink.run({ predictions: NOTHING });
  await sink.run({ predictions: detectionsOf(at(1, 1)) });
  await sink.idle();
  expect(commands.map((command) => /<PresetToken>(.*)<\/PresetToken>/.exec(command)?.[1])).toEqual(["P7"]);
});

test("a camera that refuses is counted with its reason, and no frame waits for it", async () => {
  const { port } = await openCamera();
  const sink = openSink(onvifSinkV1, {
    ...FOLLOW,
    camera_password: "wrong",
    camera_ip: "127.0.0.1",
    camera_port: port,
  });
  expect(await sink.run({ predictions: detectionsOf(at(600, 60)) })).toMatchObject({ seeking: true });
  await sink.idle();
  expect(sink.events).toMatchObject([
    { code: "ONVIF_REFUSED", message: "the camera answered with status 401: Sender not authorized" },
  ]);
});
