import type { MessageClass } from "../messages/message-class.ts";
import type { FaultKind } from "./broker-fault.ts";

interface BrokerTrouble {
  /** Without user name and password. */
  url: string;
  kind: FaultKind;
  code: string;
  message: string;
  retryInMs: number;
}

/** What happened on the way to the broker, for logs and metrics. Nothing in it is secret. */
export type PublishReport =
  | { type: "broker_connected"; url: string; protocolVersion: 4 | 5; attempts: number }
  | ({ type: "broker_lost" } & BrokerTrouble)
  | ({ type: "broker_refused"; attempts: number } & BrokerTrouble)
  | { type: "message_refused"; class: MessageClass; topic: string; message: string }
  | { type: "subscription_refused"; topic: string; message: string }
  | { type: "spool_degraded"; directory: string; message: string }
  | { type: "spool_recovered"; directory: string }
  | { type: "spool_damaged"; file: string; lostBytes: number; lostRecords: number }
  | { type: "spool_unreadable"; file: string; message: string }
  | { type: "spool_cursor_lost"; directory: string }
  | { type: "spool_unsaved"; records: number; directory: string | null };

export type Report = (event: PublishReport) => void;
