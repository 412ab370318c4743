import type { LoadShedding } from "../host/load-shedding.ts";
import { shedText } from "../host/shed-text.ts";
import type { Strain } from "../host/strain.ts";
import type { ArchiveHealth } from "./archive-health.ts";
import type { SpoolTrouble } from "./spool-trouble.ts";
import type { CameraHealth, Health } from "./statistics.ts";
import type { VideoHealth } from "./video-health.ts";

/** Something that the config names and that does not work. */
export interface Degradation {
  /** `config`, `broker`, `spool`, `archive`, `memory`, `disk <folder>`, `temperature <zone>`, `camera <id>`, `video <camera>/<output>`, or a key of the config such as `pipelines.<id>`. */
  what: string;
  message: string;
}

export interface ReadinessFacts {
  broker: Health["broker"];
  cameras: Readonly<Record<string, CameraHealth>>;
  /** Why the config file as it lies there is not the one that runs; null when it is. */
  configFault: string | null;
  /** Parts of the config that cannot be opened yet. */
  refused: ReadonlyMap<string, string>;
  spool: SpoolTrouble | null;
  video: readonly VideoHealth[];
  /** What the machine runs out of. */
  strains: readonly Strain[];
  /** Cameras that give up frames. */
  shed: LoadShedding["causes"];
  archive: ArchiveHealth | null;
  /** Cameras whose frames are not processed. */
  stalled: readonly string[];
}

/** Everything that is degraded; a camera that has yet to give its first frame is not. */
export function degradations(facts: ReadinessFacts): Degradation[] {
  const { broker, cameras, configFault, refused, spool, video, archive, strains, shed, stalled } = facts;
  return [
    ...(configFault === null ? [] : [{ what: "config", message: configFault }]),
    ...Array.from(refused, ([what, message]) => ({ what, message })),
    ...(broker === "away" ? [{ what: "broker", message: "it is not connected; events wait" }] : []),
    ...(spool === null ? [] : [{ what: "spool", message: `${spool.directory}: ${spool.message}` }]),
    ...strains.map(({ what, message }) => ({ what, message })),
    ...Array.from(shed, ([id, { share, cause }]) => ({ what: `camera ${id}`, message: shedText(share, cause) })),
    ...(archive === null || archive.error === null ? [] : [{ what: "archive", message: archive.error }]),
    ...camerasIn(cameras, ["retrying", "failed"], "it gives no frames"),
    ...video.filter(({ state }) => state === "retrying").map(videoTrouble),
    ...stalled.map((camera) => ({ what: `camera ${camera}`, message: "its frames come and are not processed" })),
  ];
}

export interface Readiness {
  ready: boolean;
  status: Health["status"];
  degraded: readonly Degradation[];
}

/** Ready once every camera has given a frame, and nothing is degraded. */
export function readinessOf({ status, cameras, degraded }: Health): Readiness {
  const lacking = [...degraded, ...camerasIn(cameras, ["starting"], "it has given no frame yet")];
  return { ready: status !== "stopping" && lacking.length === 0, status, degraded: lacking };
}

function videoTrouble({ camera, output, error }: VideoHealth): Degradation {
  return { what: `video ${camera}/${output}`, message: error ?? "it is not sent" };
}

function camerasIn(
  cameras: ReadinessFacts["cameras"],
  states: readonly CameraHealth["state"][],
  otherwise: string,
): Degradation[] {
  const found = Object.entries(cameras).filter(([, { state }]) => states.includes(state));
  return found.map(([id, { error }]) => ({ what: `camera ${id}`, message: error ?? otherwise }));
}
