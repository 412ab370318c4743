import type { IncomingMessage, ServerResponse } from "node:http";
import type { Change, Outcome, Refused } from "../control/control.ts";
import type { ZoneFit, ZoneView } from "../control/zone-views.ts";
import { isZoneId, readZone } from "../zones/read-zone.ts";
import { readJson } from "./access/read-json.ts";
import { answerJson, refuse } from "./answer.ts";

/** Zones as they are, and how they are changed. */
export interface ZoneDesk {
  all: () => readonly ZoneView[];
  one: (id: string) => ZoneView | null;
  /** Parameters that would take it. */
  fits: (id: string) => readonly ZoneFit[];
  /** Whether zones outlive a restart. */
  isKept: () => boolean;
  /** Undefined where nothing takes changes. */
  change: ((change: Change) => Promise<Outcome>) | undefined;
}

/** Requests that may wait for those before them. */
const MOST_WAITING = 16;
let waiting = 0;

/** Answers requests for zones; who may change them was checked before. False for any other path. */
export async function answerZones(
  pathname: string,
  request: IncomingMessage,
  { response, zones }: { response: ServerResponse; zones: ZoneDesk },
): Promise<boolean> {
  const match = /^\/api\/zones(?:\/([^/]*))?$/.exec(pathname);
  if (match === null) return false;
  const [, id] = match;
  if (id === undefined) {
    if (isChange(request))
      refuse(response, { status: 405, code: "HTTP_METHOD", message: "name one zone: /api/zones/<id>" });
    else answerJson(response, 200, { zones: zones.all(), kept: zones.isKept() });
  } else if (!isZoneId(id)) refuse(response, wrongName(id));
  else if (request.method === "PUT") await put(id, request, { response, zones });
  else if (request.method === "DELETE") await change({ type: "zone", id, zone: null }, request, { response, zones });
  else if (isChange(request))
    refuse(response, { status: 405, code: "HTTP_METHOD", message: "PUT draws it, DELETE deletes it" });
  else answerOne(id, zones, response, 200);
  return true;
}

export function isChange({ method }: IncomingMessage): boolean {
  return method !== "GET" && method !== "HEAD";
}

interface Around {
  response: ServerResponse;
  zones: ZoneDesk;
}

function wrongName(id: string) {
  const message = `${JSON.stringify(id.slice(0, 100))} is no name of a zone, expected 1 to 64 of a-z, 0-9, _ and -`;
  return { status: 400, code: "ZONE_NAME", message };
}

function answerOne(id: string, zones: ZoneDesk, response: ServerResponse, status: number): void {
  const zone = zones.one(id);
  if (zone === null) refuse(response, { status: 404, code: "ZONE_UNKNOWN", message: `there is no zone "${id}"` });
  else {
    response.setHeader("etag", `"${zone.revision}"`);
    answerJson(response, status, { zone, fits: zones.fits(id), kept: zones.isKept() });
  }
}

async function put(id: string, request: IncomingMessage, around: Around): Promise<void> {
  const body = await readJson(request);
  if ("refusal" in body) return refuse(around.response, body.refusal);
  const { zone, issues } = readZone(id, body.value);
  if (zone === null) {
    const message = issues.map((issue) => issue.message).join("\n");
    return refuse(around.response, { status: 400, code: "ZONE_REFUSED", message, issues });
  }
  await change({ type: "zone", id, zone }, request, around);
}

type ZoneChange = Extract<Change, { type: "zone" }>;

async function change(
  asked: Omit<ZoneChange, "revision">,
  request: IncomingMessage,
  { response, zones }: Around,
): Promise<void> {
  const revision = revisionIn(request);
  if (zones.change === undefined) return refuse(response, UNTAKEN);
  if (revision === undefined) return refuse(response, UNCONDITIONAL);
  if (waiting >= MOST_WAITING) return refuse(response, BUSY);
  waiting++;
  const isNew = zones.one(asked.id) === null;
  const outcome = await zones.change({ ...asked, revision }).finally(() => waiting--);
  if (!outcome.ok) return refuseChange(outcome, asked.id, { response, zones });
  if (asked.zone !== null) return answerOne(asked.id, zones, response, isNew ? 201 : 200);
  answerJson(response, 200, { zone: zones.one(asked.id) });
}

/** With the zone as it is now, so that an editor can show what others have done. */
function refuseChange({ code, message, issues }: Refused, id: string, { response, zones }: Around): void {
  const status = STATUS[code] ?? 500;
  const now = code === "ZONE_CHANGED" ? { zone: zones.one(id) } : {};
  refuse(response, { status, code, message, ...(issues && { issues }), ...now });
}

const STATUS: Readonly<Record<string, number>> = {
  ZONE_CHANGED: 412,
  ZONE_NOT_DRAWN: 404,
  ZONE_REFUSED: 409,
  ZONE_TOO_MANY: 409,
  COMMAND_REFUSED: 409,
  ZONE_NOT_KEPT: 507,
};

/** What the editor saw: a revision, none, or anything; undefined where it does not say. */
function revisionIn({ headers }: IncomingMessage): ZoneChange["revision"] | undefined {
  if (headers["if-none-match"]?.trim() === "*") return null;
  const match = headers["if-match"]?.trim();
  if (match === "*") return "any";
  return match === undefined ? undefined : (/^"([^"]*)"$/.exec(match)?.[1] ?? "");
}

const UNCONDITIONAL = {
  status: 428,
  code: "ZONE_REVISION",
  message: "the request does not say which zone it replaces",
  hint: 'send "If-Match" with the revision in quotes that you have seen, or "If-None-Match: *" for a new zone',
};

const UNTAKEN = {
  status: 501,
  code: "HTTP_READ_ONLY",
  message: "this program takes no changes; `millrace start` does",
};
const BUSY = { status: 503, code: "HTTP_BUSY", message: `${MOST_WAITING} changes wait already; send it again later` };
