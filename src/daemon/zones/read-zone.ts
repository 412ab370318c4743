import type { Issue } from "../../base/issue.ts";
import { id as zoneId } from "../config/schema/fields.ts";
import { Zone, type ZoneConfig } from "../config/schema/zone-schema.ts";
import { schemaIssues } from "../config/schema-issues.ts";

export function isZoneId(text: string): boolean {
  return zoneId.safeParse(text).success && !Object.hasOwn(Object.prototype, text);
}

/** A zone as the config would take it, with every fault at its place below `/zones/<id>`. */
export function readZone(id: string, value: unknown): { zone: ZoneConfig | null; issues: Issue[] } {
  const parsed = Zone.safeParse(value, { reportInput: true });
  if (parsed.success) return { zone: parsed.data, issues: [] };
  const issues = parsed.error.issues.flatMap((issue) =>
    schemaIssues({ ...issue, path: ["zones", id, ...issue.path] } as typeof issue),
  );
  return { zone: null, issues };
}
