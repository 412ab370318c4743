import { messageOf, PublishError } from "../../base/errors.ts";

/** `refused`: the broker said no for another reason, or hung up; `protocol`: not in this version of MQTT. */
export type FaultKind = "refused" | "unreachable" | "not_authorized" | "tls" | "protocol";

/** A failed or lost connection. */
export class BrokerFault extends PublishError {
  readonly kind: FaultKind;

  constructor(
    kind: FaultKind,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(CODES[kind], message, { kind, ...details }, options);
    this.kind = kind;
  }
}

const CODES: Record<FaultKind, string> = {
  refused: "PUBLISH_BROKER_REFUSED",
  unreachable: "PUBLISH_BROKER_UNREACHABLE",
  not_authorized: "PUBLISH_NOT_AUTHORIZED",
  tls: "PUBLISH_TLS_FAILED",
  protocol: "PUBLISH_PROTOCOL_UNSUPPORTED",
};

/** CONNACK and DISCONNECT reasons: those of MQTT 3.1.1 lie below 128, those of MQTT 5 above. */
const UNSUPPORTED_VERSION = [1, 0x84];
const NOT_AUTHORIZED = [4, 5, 0x86, 0x87, 0x8a, 0x8c];

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|EADDR)/;
const TLS =
  /^(ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|CRL_)/;

/** The fault behind anything the MQTT client throws; `secrets` are blotted out of its text. */
export function faultOf(thrown: unknown, url: string, secrets: readonly string[]): BrokerFault {
  if (thrown instanceof BrokerFault) return thrown;
  const { code } = Object(thrown) as { code?: unknown };
  const text = secrets.reduce((message, secret) => message.replaceAll(secret, "***"), messageOf(thrown));
  const details = code === undefined ? {} : { reason: code };
  return new BrokerFault(kindOf(code, text), `broker ${url}: ${text}`, details);
}

function kindOf(code: unknown, text: string): FaultKind {
  if (typeof code === "number") return kindOfReason(code);
  const name = typeof code === "string" ? code : "";
  if (TLS.test(name) || /TLS|certificate|PEM/i.test(text)) return "tls";
  if (UNREACHABLE.test(name) || /timeout/i.test(text)) return "unreachable";
  return name === "" && /packet|parse|connack flags|reason code/i.test(text) ? "protocol" : "refused";
}

function kindOfReason(reason: number): FaultKind {
  if (UNSUPPORTED_VERSION.includes(reason)) return "protocol";
  return NOT_AUTHORIZED.includes(reason) ? "not_authorized" : "refused";
}
