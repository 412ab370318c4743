import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import type { Command } from "commander";
import { ConfigError } from "../base/errors.ts";
import type { Issue } from "../base/issue.ts";
import { type FoundCamera, findCameras } from "../daemon/commands/setup/find-cameras.ts";
import { init } from "../daemon/commands/setup/init.ts";
import { hostDevice } from "../daemon/config/host-device.ts";
import { collect, refuse, splitPair } from "./flags.ts";
import { say } from "./output.ts";

interface Options {
  config: string;
  camera: string[];
  broker?: string;
  model?: string;
  workflow?: string;
  device: string;
  force?: boolean;
  try: boolean;
  discovery?: string;
}

export function addInit(program: Command): void {
  program
    .command("init")
    .description(
      "write a first config: find cameras, try them and the broker; asks on a terminal for what no flag says",
    )
    .option("--config <file>", "where to write it", "millrace.yaml")
    .option(
      "--camera <id=url>",
      "a camera: rtsp://USER:PASSWORD@HOST/PATH, /dev/video0 or a file of video",
      collect,
      [],
    )
    .option("--broker <url>", "MQTT broker: mqtt://USER:PASSWORD@HOST")
    .option("--model <id=path>", "ONNX file of a detector, which the first workflow asks")
    .option("--workflow <file>", "definition to run, in place of a first one")
    .option("--device <name>", "name of this box", hostDevice())
    .option("--force", "replace files that are there")
    .option("--no-try", "ask neither cameras nor the broker")
    .option("--discovery <host:port>", "where to look for cameras, in place of the group of WS-Discovery")
    .action(async (options: Options) => {
      const { camera, broker, model, workflow, device, force, config: file } = options;
      const issues: Issue[] = [];
      const given = pairs("--camera", camera, issues);
      const models = pairs("--model", model === undefined ? [] : [model], issues);
      refuse(issues);
      const isAsking = camera.length === 0 && process.stdin.isTTY === true;
      const answers = isAsking ? await ask(await search(options), broker) : { cameras: given, broker };
      if (Object.keys(answers.cameras).length === 0) throw noCamera(isAsking ? [] : await search(options));
      const [[id, path] = []] = Object.entries(models);
      const { files, failures } = await init({
        ...{ file, device, cameras: answers.cameras, broker: answers.broker ?? null, workflow: workflow ?? null },
        model: id === undefined || path === undefined ? null : { id, path },
        isForced: force === true,
        isTried: options.try,
        tell: (text, isWell) => say(text, (plain) => (isWell ? plain : styleText("red", plain))),
      });
      say(`written: ${files.join(", ")}`);
      const secrets = files.find((name) => name.endsWith("secrets.env"));
      const environment = secrets === undefined ? "" : `set -a; . ${secrets}; set +a; `;
      say(`next: ${environment}millrace start --config ${file}`);
      if (failures > 0) process.exitCode = 1;
    });
}

function pairs(flag: string, texts: readonly string[], issues: Issue[]): Record<string, string> {
  const found = texts.map((text) => splitPair(flag, text, issues)).filter((pair) => pair !== null);
  return Object.fromEntries(found);
}

async function search({ discovery }: Options): Promise<FoundCamera[]> {
  const [, address, port] = /^(.+):(\d+)$/.exec(discovery ?? "") ?? [];
  const cameras = await findCameras(address === undefined ? {} : { address, port: Number(port) });
  for (const { host, name, service } of cameras) say(`found: ${name} at ${host} (${service})`);
  if (cameras.length === 0) say("no camera answers the search by ONVIF on this network");
  return cameras;
}

/** Addresses of streams are in no answer of the search, as cameras give them to users alone. */
async function ask(found: readonly FoundCamera[], broker: string | undefined) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const cameras: Record<string, string> = {};
  try {
    for (const { host, name } of found) {
      const url = await terminal.question(
        `address of the stream of ${name}, such as rtsp://USER:PASSWORD@${host}/PATH (empty: leave it out): `,
      );
      if (url.trim() !== "") cameras[idOf(name, cameras)] = url.trim();
    }
    while (Object.keys(cameras).length === 0) {
      const url = await terminal.question("address of a camera, or the path of a video file: ");
      if (url.trim() !== "") cameras["camera-1"] = url.trim();
    }
    const given = broker ?? (await terminal.question("address of the MQTT broker (empty: none): ")).trim();
    return { cameras, broker: given === "" ? undefined : given };
  } finally {
    terminal.close();
  }
}

function idOf(name: string, taken: object): string {
  const id =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 32) || "camera";
  return Object.hasOwn(taken, id) ? `${id}-${Object.keys(taken).length + 1}` : id;
}

function noCamera(found: readonly FoundCamera[]): ConfigError {
  const host = found[0]?.host ?? "HOST";
  const hint = `--camera gate=rtsp://USER:PASSWORD@${host}/PATH; the path is in the camera's manual or its page`;
  return new ConfigError("FLAGS", [{ code: "INIT_NO_CAMERA", path: "", message: "no camera is given", hint }]);
}
