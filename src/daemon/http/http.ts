import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Plan } from "../../compiler/plan.ts";
import type { PipelineExpansions } from "../pipeline/pipelines.ts";
import type { Report } from "../report/events.ts";
import type { Flow } from "../report/liveness.ts";
import type { Metrics } from "../report/metrics/metrics.ts";
import { readinessOf } from "../report/readiness.ts";
import type { Health } from "../report/statistics.ts";
import { type Access, type AccessSettings, openAccess } from "./access/access.ts";
import { changeRefusal, type HttpRefusal, sightRefusal } from "./access/change-guard.ts";
import { answerSession } from "./access/session-routes.ts";
import { end, refuse } from "./answer.ts";
import { drawGraph } from "./draw-graph.ts";
import { answerEvents, type EventSource } from "./event-routes.ts";
import { generatedGraph } from "./expansion-graph.ts";
import { expansionsPage } from "./expansions-page.ts";
import { type Guard, openGuard, protect } from "./http-guard.ts";
import { answerPageFile } from "./page-files.ts";
import type { PageState } from "./page-state.ts";
import { answerPicture, answerPictures, type PictureSources } from "./picture-routes.ts";
import { workflowGraph } from "./workflow-graph.ts";
import { answerZones, isChange, type ZoneDesk } from "./zone-routes.ts";

export interface HttpSettings extends PictureSources, AccessSettings {
  port: number;
  /** Names of this device beside its addresses and those of its own network. */
  allowedHosts?: readonly string[];
  device: string;
  /** Of a pipeline; undefined for one that is not there. */
  plan: (pipeline: string) => Plan | undefined;
  /** What the page shows. */
  state: () => Promise<PageState>;
  health: () => Health;
  /** Whether frames are processed: if not, a restart may help, other than with what is degraded. */
  flow: () => Flow;
  metrics: Pick<Metrics, "text" | "contentType">;
  /** What has happened. */
  events: EventSource;
  zones: ZoneDesk;
  report: Report;
  /** What steps have made while running. */
  expansions: () => Promise<PipelineExpansions>;
}

export interface HttpServer {
  url: string;
  close(): Promise<void>;
}

/** The live page, its pictures, and the health of the daemon. */
export async function openHttp(settings: HttpSettings): Promise<HttpServer> {
  const answering = { ...settings, guard: openGuard(settings.allowedHosts ?? []), access: openAccess(settings) };
  const server = createServer((request, response) => {
    answer(request, response, answering).catch(() => response.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(settings.port, settings.host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return { url: `http://${host}:${port}/`, close: () => closeServer(server) };
}

/** Each costs a descriptor, and a stream memory beside. */
const MOST_CONNECTIONS = 256;

interface Answering extends HttpSettings {
  guard: Guard;
  access: Access;
}

async function answer(request: IncomingMessage, response: ServerResponse, settings: Answering): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const { access } = settings;
  protect(response);
  const refusal = settings.guard(request, pathname);
  if (refusal !== null) return end(response, 403, refusal);
  if (await answerSession(pathname, request, { response, access, report: settings.report })) return;
  const isOfZones = /^\/api\/zones(\/|$)/.test(pathname);
  if (isChange(request) && !isOfZones) return end(response, 405, "only GET is served");
  const why = isChange(request) ? changeRefusal(request, access) : sightRefusal(request, pathname, access);
  if (why !== null) return turnAway(pathname, why, { request, response, settings });
  if (await answerPageFile(pathname, request, response)) return;
  if (await answerZones(pathname, request, { response, zones: settings.zones })) return;
  if (pathname === "/api/state") return end(response, 200, JSON.stringify(await settings.state()), "application/json");
  if (pathname === "/health" || pathname.startsWith("/health/")) return answerHealth(pathname, response, settings);
  if (pathname === "/metrics") {
    return end(response, 200, await settings.metrics.text(), settings.metrics.contentType);
  }
  if (await answerEvents(request, response, settings.events)) return;
  if (/^\/expansions(\.json|\/|$)/.test(pathname)) return answerExpansions(pathname, response, settings);
  if (pathname.startsWith("/api/workflows/"))
    return answerWorkflow(pathname, searchParams.get("flow"), settings, response);
  const isHead = request.method === "HEAD";
  if (pathname === "/api/pictures" && !isHead) return answerPictures(searchParams, response, settings);
  if (await answerPicture({ pathname, isHead }, response, settings)) return;
  end(response, 404, "there is nothing here");
}

function turnAway(
  pathname: string,
  why: HttpRefusal,
  { request, response, settings }: { request: IncomingMessage; response: ServerResponse; settings: Answering },
): void {
  const from = request.socket.remoteAddress ?? "";
  // A page that was opened again asks before it knows better.
  if (isChange(request)) settings.report({ type: "http_change_refused", from, path: pathname, message: why.message });
  refuse(response, why);
}

function answerHealth(pathname: string, response: ServerResponse, settings: Answering): void {
  const found = healthAt(pathname, settings);
  if (found === null) end(response, 404, "there is nothing here");
  else end(response, found.isWell ? 200 : 503, JSON.stringify(found.body), "application/json");
}

/** A daemon that is degraded lives: a restart would mend nothing. */
function healthAt(pathname: string, { health, flow }: Answering): { isWell: boolean; body: object } | null {
  const now = health();
  if (pathname === "/health") return { isWell: now.status !== "stopping", body: now };
  const readiness = readinessOf(now);
  if (pathname === "/health/ready") return { isWell: readiness.ready, body: readiness };
  const { live, stalled } = flow();
  return pathname === "/health/live" ? { isWell: live, body: { live, stalled } } : null;
}

async function answerExpansions(pathname: string, response: ServerResponse, settings: Answering): Promise<void> {
  const found = await settings.expansions();
  if (pathname === "/expansions") {
    return end(response, 200, expansionsPage(settings.device, found), "text/html; charset=utf-8");
  }
  if (pathname === "/expansions.json") return end(response, 200, JSON.stringify(found), "application/json");
  const [, pipeline = "", step = "", key] = /^\/expansions\/([^/]+)\/([^/]+)\/([0-9a-f]+)\.svg$/.exec(pathname) ?? [];
  const view = found[decodeURIComponent(pipeline)]?.[decodeURIComponent(step)];
  const shape = view?.shapes.find(({ shapeKey }) => shapeKey === key);
  if (shape === undefined) return end(response, 404, "there is nothing here");
  return answerGraph(generatedGraph(shape.workflow), response);
}

/** The plan of a pipeline as a picture, `?flow=right` for wide ones. */
async function answerWorkflow(
  pathname: string,
  flow: string | null,
  { plan }: Pick<HttpSettings, "plan">,
  response: ServerResponse,
) {
  const [, id = ""] = /^\/api\/workflows\/([a-z0-9_-]+)\.svg$/.exec(pathname) ?? [];
  const found = plan(id);
  if (found === undefined) return end(response, 404, "there is nothing here");
  return answerGraph(workflowGraph(found, flow === "right" ? "right" : "down"), response);
}

async function answerGraph(dot: string, response: ServerResponse): Promise<void> {
  response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
  end(response, 200, await drawGraph(dot), "image/svg+xml");
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
