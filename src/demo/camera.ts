import type { CameraSource } from "./camera-source.ts";
import type { LiveStream, StreamSettings } from "./live-stream.ts";
import { openRtpFeed } from "./rtsp/rtp-feed.ts";
import type { Credentials } from "./rtsp/rtsp-auth.ts";
import { openRtspServer, type RtspServer } from "./rtsp/rtsp-server.ts";

export interface CameraSettings {
  /** The server to appear on; without it the camera opens one of its own on `port`. */
  server?: RtspServer;
  port?: number;
  /** Begins with a slash. */
  path: string;
  credentials?: Credentials;
  source: CameraSource;
  ffmpegPath: string;
  /** Upper bound of the bit rate, 4000 by default. */
  bitrateKbps?: number;
  /** Seconds from keyframe to keyframe, 0.5 by default: a client that joins waits for the next. */
  groupS?: number;
  /** What a client gets first, the next keyframe by default. */
  joins?: StreamSettings["joins"];
  /** Called when the encoder ends by itself; the path is unknown from then on. */
  report?: (event: CameraFailed) => void;
}

interface CameraFailed {
  type: "camera_failed";
  path: string;
  message: string;
}

/** A camera that any RTSP client takes for a real one. */
export interface SimulatedCamera {
  /** With the credentials in it. */
  readonly url: string;
  readonly server: RtspServer;
  readonly stream: LiveStream;
  readonly encoderPid: number;
  /** Disconnects the clients, ends the encoder for certain, and frees all ports it opened. */
  close(): Promise<void>;
}

const DEFAULT_BITRATE_KBPS = 4000;
const DEFAULT_GROUP_S = 0.5;

/** Resolves when the camera can be watched; a SourceError tells why its encoder did not start. */
export async function openSimulatedCamera(settings: CameraSettings): Promise<SimulatedCamera> {
  const server = settings.server ?? (await openRtspServer({ port: settings.port ?? 0 }));
  const closeServer = async () => {
    if (settings.server === undefined) await server.close();
  };
  try {
    const { close, ...parts } = await appear(server, settings);
    const url = server.url(settings.path, settings.credentials);
    return { url, server, ...parts, close: () => close().then(closeServer) };
  } catch (error) {
    await closeServer();
    throw error;
  }
}

async function appear(server: RtspServer, settings: CameraSettings) {
  const { path, credentials } = settings;
  let stream: LiveStream | undefined;
  const feed = await openRtpFeed({
    ffmpegPath: settings.ffmpegPath,
    source: settings.source,
    bitrateKbps: settings.bitrateKbps ?? DEFAULT_BITRATE_KBPS,
    groupS: settings.groupS ?? DEFAULT_GROUP_S,
    onRtp: (packet) => stream?.send(packet),
    onRtcp: (packet) => stream?.sendRtcp(packet),
  });
  const added = server.addStream(path, {
    sdp: feed.sdp,
    ...(credentials && { credentials }),
    ...(settings.joins && { joins: settings.joins }),
  });
  stream = added;
  const disappear = () => {
    if (server.streamAt(path) === added) server.removeStream(path);
    return feed.close();
  };
  void feed.failed.then(async (error) => {
    await disappear();
    settings.report?.({ type: "camera_failed", path, message: error.message });
  });
  return { stream: added, encoderPid: feed.encoderPid, close: disappear };
}
