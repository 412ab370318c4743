import { shownDownload } from "../../../base/download-address.ts";
import type { AwaitedModel } from "../../models/awaited-model.ts";
import type { Finding } from "./doctor.ts";

/** Models that are still to be downloaded; no server is asked. */
export function examineDownloads(awaited: readonly AwaitedModel[]): Finding[] {
  return awaited.map(({ id, url }) => {
    const advice = "pipelines that use it wait until it has come; the others run";
    return { id: `model ${id}`, status: "warning", found: `not downloaded yet: ${downloadNote(url)}`, advice };
  });
}

export function downloadNote(url: string): string {
  return `the daemon fetches it from ${shownDownload(url)}`;
}
