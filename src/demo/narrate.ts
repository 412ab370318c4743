import type { Passed } from "./broker.ts";

/** A message of the broker as one line for a person, or null for those that come with every frame or say what others say. */
export function narrate({ topic, payload }: Passed): string | null {
  const place = topic.split("/").slice(2).join("/");
  if (place === "status") return `device   ${payload}`;
  if (place.endsWith("/detections") || place === "stats" || place === "info") return null;
  const message = parse(payload);
  // Plain values stand beside the JSON.
  if (message === null || typeof message !== "object") return null;
  const at = clock(message["ts"]);
  const camera = String(message["camera"] ?? "");
  if (place.startsWith("engine/"))
    return `${at} model    ${message["model"]} is ${message["state"]} on ${message["provider"]}`;
  if (place.endsWith("/status")) return `${at} camera   ${camera} is ${message["state"]}${reason(message)}`;
  if (place.endsWith("/events")) return `${at} event    ${eventText(message)}`;
  if (place.endsWith("/tracks")) return `${at} track    ${trackText(message)}`;
  if (place.includes("/output/")) return `${at} output   ${message["name"]} = ${JSON.stringify(message["value"])}`;
  return null;
}

type Json = Record<string, unknown>;

function parse(payload: string): Json | null {
  try {
    return JSON.parse(payload) as Json;
  } catch {
    return null;
  }
}

function clock(ts: unknown): string {
  return typeof ts === "string" ? ts.slice(11, 23) : "";
}

function reason(message: Json): string {
  const error = message["error"] as { code: string; message: string } | null;
  return error === null ? "" : `: ${error.message}`;
}

function eventText(message: Json): string {
  const object = message["object"] as Json;
  const percent = `${Math.round(Number(object["confidence"]) * 100)} %`;
  return `${String(message["phase"]).padEnd(6)} ${String(object["class"]).padEnd(8)} track ${object["track"]}, ${percent}, at ${JSON.stringify(object["px"])}`;
}

function trackText(message: Json): string {
  const seconds = Number(message["duration_s"]).toFixed(1);
  return `${message["class"]} track ${message["track"]} was seen for ${seconds} s in ${message["frames"]} frames`;
}
