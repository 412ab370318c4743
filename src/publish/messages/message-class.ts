/** What happens to a message while the broker is away. `will`: the connection itself looks after it. */
export type WhileAway = "will" | "drop_counted" | "latest" | "spool";

interface ClassRules {
  qos: 0 | 1;
  retained: boolean;
  away: WhileAway;
  /** Seconds after which a message is of no use to anybody; undefined for states, which hold until replaced. */
  expiryS?: number;
}

const WEEK_S = 7 * 24 * 3600;

/** How each class of message is delivered. The workflow author chooses among the three `output` classes. */
export const MESSAGE_CLASSES = {
  status: { qos: 1, retained: true, away: "will" },
  info: { qos: 1, retained: true, away: "latest" },
  stats: { qos: 0, retained: false, away: "drop_counted", expiryS: 60 },
  camera_status: { qos: 1, retained: true, away: "latest" },
  camera_enabled: { qos: 1, retained: true, away: "latest" },
  detections: { qos: 0, retained: false, away: "drop_counted", expiryS: 10 },
  events: { qos: 1, retained: false, away: "spool", expiryS: WEEK_S },
  tracks: { qos: 1, retained: false, away: "spool", expiryS: WEEK_S },
  count: { qos: 1, retained: true, away: "latest" },
  snapshot: { qos: 0, retained: true, away: "latest" },
  snapshot_info: { qos: 1, retained: true, away: "latest" },
  clip: { qos: 1, retained: false, away: "spool", expiryS: WEEK_S },
  output: { qos: 0, retained: false, away: "drop_counted", expiryS: 60 },
  /** Plain, for consumers that want no JSON. */
  value: { qos: 1, retained: true, away: "latest" },
  /** For other programs, on their own topics. */
  discovery: { qos: 1, retained: true, away: "latest" },
  output_state: { qos: 1, retained: true, away: "latest" },
  output_event: { qos: 1, retained: false, away: "spool", expiryS: WEEK_S },
  engine: { qos: 1, retained: true, away: "latest" },
  /** An empty message, which takes a retained one away. */
  cleared: { qos: 1, retained: true, away: "latest" },
  result: { qos: 1, retained: false, away: "drop_counted", expiryS: 60 },
} as const satisfies Record<string, ClassRules>;

export type MessageClass = keyof typeof MESSAGE_CLASSES;

export const MESSAGE_CLASS_NAMES = Object.keys(MESSAGE_CLASSES) as MessageClass[];

/** The rules of a class, with the optional ones present. */
export function rulesOf(name: MessageClass): ClassRules {
  return MESSAGE_CLASSES[name];
}

/** One thing to publish; the status of the device is the connection's own. */
export interface Message {
  class: Exclude<MessageClass, "status">;
  topic: string;
  payload: string | Uint8Array;
  /** MIME type, sent on MQTT 5; `application/json` when absent. */
  contentType?: string;
  /** Overrides the class. */
  expiryS?: number;
  /** Of the request that a result answers, MQTT 5. */
  correlationData?: Uint8Array;
}
