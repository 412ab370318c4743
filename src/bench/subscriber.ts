import { type MqttConnection, openConnection } from "../publish/broker/connection.ts";
import { within } from "./wait.ts";

/** A detections message as it came in. */
export interface Detected {
  camera: string;
  objects: number;
  /** Milliseconds from the moment of its frame to this message, and those of them spent in the model. */
  ageMs: number;
  inferMs: number;
}

/** A client of the broker that hears the detections of every camera. */
export interface Subscriber {
  /** Receives each message from now on; `null` receives none. */
  listen: (listener: ((message: Detected) => void) | null) => void;
  close: () => Promise<void>;
}

const CONNECT_MS = 10_000;

export async function openSubscriber(url: string): Promise<Subscriber> {
  let listener: ((message: Detected) => void) | null = null;
  let connection: MqttConnection | undefined;
  const connected = new Promise<void>((resolve) => {
    connection = openConnection(
      { url, prefix: "millrace", device: "bench-subscriber" },
      {
        report: () => {},
        up: resolve,
        inbox: () => ({
          topics: ["millrace/+/camera/+/detections"],
          receive: ({ payload }) => listener?.(read(payload, Date.now())),
        }),
      },
    );
  });
  await within(connected, CONNECT_MS, "connecting to the broker");
  return {
    listen: (next) => {
      listener = next;
    },
    close: async () => connection?.close(2000),
  };
}

interface Payload {
  ts: string;
  camera: string;
  latency_ms: { infer: number };
  objects: unknown[];
}

function read(payload: Uint8Array, now: number): Detected {
  const { ts, camera, latency_ms: latency, objects } = JSON.parse(Buffer.from(payload).toString()) as Payload;
  return { camera, objects: objects.length, ageMs: now - Date.parse(ts), inferMs: latency.infer };
}
