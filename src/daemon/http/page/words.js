/** Words of a camera's state, and the shape that goes with them. */
export const CAMERA_STATES = {
  online: { word: "Online", shape: "good" },
  starting: { word: "Starting", shape: "starting" },
  retrying: { word: "Offline", shape: "bad" },
  failed: { word: "Failed", shape: "bad" },
  ended: { word: "Ended", shape: "off" },
  disabled: { word: "Switched off", shape: "off" },
  paused: { word: "Paused", shape: "warn" },
};

/** Why decoded frames did not become results. */
export const DROPS = {
  newest_wins: "replaced by a newer frame, as the workflow was busy",
  opening: "replaced by a newer frame before the workflow was open",
  no_slot: "no room in the frame memory",
  too_old: "too old when their turn came",
  shed: "given up, as the machine has too little for all cameras",
  batch_failed: "the workflow failed",
  worker_lost: "the workflow's thread had ended",
  step_failed: "a step failed",
  timeout: "the workflow took too long",
  shutdown: "the daemon stopped",
  camera_removed: "the camera was removed",
  publish_failed: "could not be published",
};

/** Where the time of a frame goes, in the order of its way. */
export const FRAME_PARTS = {
  total: "In all, from decoded to published",
  batch: "Waiting for a batch",
  thread: "Waiting for the workflow's thread",
  session: "Waiting for a model",
  model: "In models",
  steps: "In steps",
  delivery: "Waiting to be published",
};

/** What to look at, by the cause of a failure. */
export const HINTS = {
  refused: "Check that the camera is on and that address and port are right.",
  busy: "The camera serves as many viewers as it can: close others, or raise its limit.",
  not_found: "Check the path of the stream, or whether the file is there.",
  unauthorised: "Check user name and password. The pauses are long so that the camera does not lock the account.",
  untrusted: "The camera's certificate is not trusted; name its authority in the config.",
  unsupported: "ffmpeg of this machine does not know this kind of address.",
  codec: "Choose another codec in the camera, H.264 for instance, or install an ffmpeg that knows it.",
  timeout: "Check network and power of the camera.",
  stalled: "The connection stands and no pictures come: often a weak network, or a camera that hangs.",
  ended: "The camera ended the stream itself; many do so when they restart.",
  geometry_changed: "The size of the picture has changed; the next attempt takes the new one.",
  no_memory: "Raise frame_memory_mb in the config.",
  decoder_failed: "The log has ffmpeg's last lines.",
};

export const NO_CAMERA =
  'No pipeline has a camera. Add one to "cameras" of the config, and its name to "cameras" of a pipeline; millrace init writes a first config.';

export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** The first of many names, and how many more there are. */
export function someOf(names, most = 8) {
  const rest = names.length - most;
  return rest > 1 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

/** A length of time in its two largest units. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const units = [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => whole >= size);
  if (first < 0) return "0 s";
  const [size, unit] = units[first];
  const rest = units[first + 1];
  const below = rest === undefined ? 0 : Math.floor((whole % size) / rest[0]);
  return `${Math.floor(whole / size)} ${unit}${below > 0 ? ` ${below} ${rest[1]}` : ""}`;
}

export function milliseconds(ms) {
  if (ms === null || ms === undefined) return null;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)} ms`;
}

export function clock(utcMs) {
  const at = new Date(utcMs);
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? at.toLocaleTimeString() : at.toLocaleString();
}
