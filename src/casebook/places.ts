import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalServer, openLocalServer } from "./local-server.ts";

const FOLDER = "{{TMP}}";
const ADDRESS = "{{HTTP}}";

/** What `{{TMP}}` and `{{HTTP}}` of a case are while it runs. */
export interface Places {
  /** A value with the places filled in. */
  fill<T>(value: T): T;
  /** What lies in the folder, with the times in file names taken out. */
  files(): Promise<{ path: string; content: string }[]>;
  requests(): readonly unknown[];
  close(): Promise<void>;
}

/** Makes the folder and the server that a case mentions. */
export async function openPlaces(mentioned: unknown): Promise<Places> {
  const text = JSON.stringify(mentioned);
  const folder = text.includes(FOLDER) ? await mkdtemp(join(tmpdir(), "millrace-case-")) : null;
  const server: LocalServer | null = text.includes(ADDRESS) ? await openLocalServer() : null;
  return {
    fill: (value) => filled(value, { folder: folder ?? FOLDER, address: server?.address ?? ADDRESS }),
    files: async () => (folder === null ? [] : filesBelow(folder)),
    requests: () => server?.requests ?? [],
    async close() {
      server?.close();
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

function filled<T>(value: T, { folder, address }: { folder: string; address: string }): T {
  const fill = (item: unknown): unknown => {
    if (typeof item === "string") return item.replaceAll(FOLDER, folder).replaceAll(ADDRESS, address);
    if (Array.isArray(item)) return item.map(fill);
    if (typeof item !== "object" || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(value) as T;
}

const TIME = /\d{4}[-_]\d\d[-_]\d\d[-_T]\d\d[-_:]\d\d[-_:]\d\d([._-]\d+)?Z?/;

async function filesBelow(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.toSorted().map(async (path) => {
      const name = path.slice(folder.length + 1).replace(TIME, "<time>");
      return { path: name, content: await readFile(path, "utf8") };
    }),
  );
}
