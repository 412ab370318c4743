import { spawnSync } from "node:child_process";
import installed from "@ffmpeg-installer/ffmpeg";
import { openSimulatedCamera, type SimulatedCamera } from "../../src/demo/camera.ts";
import type { CameraSource } from "../../src/demo/camera-source.ts";
import type { Credentials } from "../../src/demo/rtsp/rtsp-auth.ts";
import { openRtspServer, type RtspServer } from "../../src/demo/rtsp/rtsp-server.ts";

/** ffmpeg programs to test with: the system's, where there is one, and the one of `@ffmpeg-installer/ffmpeg`. */
export const ffmpegPrograms: readonly { name: string; path: string }[] = [
  ...(runs("ffmpeg") ? [{ name: "system ffmpeg", path: "ffmpeg" }] : []),
  ...(runs(installed.path) ? [{ name: "embedded ffmpeg", path: installed.path }] : []),
];

type SimulatedJoins = NonNullable<Parameters<typeof openSimulatedCamera>[0]["joins"]>;

export interface TestCameraSettings {
  /** `/camera` by default. */
  path?: string;
  credentials?: Credentials;
  /** A moving test picture of 160x120 at 20 frames a second by default. */
  source?: CameraSource;
  groupS?: number;
  joins?: SimulatedJoins;
  /** A server to share between cameras; it is the caller's to close. */
  server?: RtspServer;
}

export interface TestCamera {
  /** With the credentials in it. */
  readonly url: string;
  readonly server: RtspServer;
  /** Switches the camera off: clients are disconnected and its path is unknown. */
  stop(): Promise<void>;
  /** Switches it off and on again, at the same address. */
  restart(): Promise<void>;
  /** Keeps clients connected and sends nothing, until called with false. */
  freeze(isFrozen?: boolean): void;
  close(): Promise<void>;
}

const TEST_PICTURE: CameraSource = { kind: "lavfi", graph: "testsrc2=size=160x120:rate=20" };

/** Opens a camera on an RTSP server on loopback. */
export async function startCamera(settings: TestCameraSettings = {}): Promise<TestCamera> {
  const server = settings.server ?? (await openRtspServer());
  const path = settings.path ?? "/camera";
  let camera = await open(server, path, settings);
  const restart = async () => {
    await camera.close();
    camera = await open(server, path, settings);
  };
  const close = async () => {
    await camera.close();
    if (settings.server === undefined) await server.close();
  };
  const freeze = (isFrozen = true) => camera.stream.setFrozen(isFrozen);
  return { url: camera.url, server, stop: () => camera.close(), restart, freeze, close };
}

function open(server: RtspServer, path: string, settings: TestCameraSettings): Promise<SimulatedCamera> {
  const { source = TEST_PICTURE, credentials, groupS, joins } = settings;
  const keyframes = { ...(groupS && { groupS }), ...(joins && { joins }) };
  const ffmpegPath = ffmpegPrograms[0]?.path ?? "ffmpeg";
  return openSimulatedCamera({ server, path, source, ffmpegPath, ...keyframes, ...(credentials && { credentials }) });
}

function runs(program: string): boolean {
  return spawnSync(program, ["-version"], { stdio: "ignore" }).status === 0;
}
