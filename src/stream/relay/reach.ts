import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { SourceError } from "../../base/errors.ts";
import type { FailureCause } from "../ffmpeg/failure-cause.ts";
import type { DoorSettings } from "./relay.ts";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "rtsp:": 554, "rtsps:": 322 };

/** Opens a connection to the host of an address. */
export function reach(address: string, { trust }: Pick<DoorSettings, "trust">): Socket {
  const { protocol, hostname, port: named } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const port = Number(named) || (DEFAULT_PORTS[protocol] ?? 554);
  if (protocol !== "rtsps:") return connectPlain({ host, port, noDelay: true });
  return connectTls({ host, port, ...tlsOptions(host, trust) }).setNoDelay(true);
}

/** A certificate may name no address, so a host that is one is not announced. */
export function tlsOptions(host: string, trust: DoorSettings["trust"]) {
  const isName = !/^[\d.]+$|:/.test(host);
  return { rejectUnauthorized: trust.verify, ...(isName && { servername: host }), ...(trust.ca && { ca: trust.ca }) };
}

const CAUSES: readonly (readonly [RegExp, FailureCause, string])[] = [
  [/^(ENOTFOUND|EAI_)/, "not_found", "there is no such host; check the address"],
  [/^ETIMEDOUT/, "timeout", "the host does not answer; check the address, and that the camera is on"],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_|INVALID_CA|CRL_)/,
    "untrusted",
    'its certificate is not trusted: name its authority with "ca_file", or accept any with "verify: false"',
  ],
  [/^(EPROTO|HPE_)/, "refused", "it does not speak the protocol of the address"],
  [/./, "refused", "nothing accepts the connection; check address and port, and that the camera is on"],
];

/** What a failed connection means, with the system's code for it. */
export function unreachable(error: Error & { code?: unknown; errors?: readonly Error[] }): SourceError {
  // Of several addresses of one host each has its error.
  const first = (error.errors?.[0] ?? error) as Error & { code?: unknown };
  const code = typeof first.code === "string" ? first.code : first.message;
  const [, cause, sentence] = CAUSES.find(([pattern]) => pattern.test(code)) ?? [/./, "refused" as const, "failed"];
  return new SourceError(`STREAM_${cause.toUpperCase()}`, `${sentence} (${code})`, { cause });
}
