import { MillraceError, messageOf } from "../../base/errors.ts";
import type { ZoneConfig } from "../config/schema/zone-schema.ts";
import { type Drawn, NOTHING_DRAWN, readDrawn, writeDrawn } from "./zone-file.ts";

/** Most zones that are drawn: more are a mistake of a program, and the file is written as a whole. */
const MOST_DRAWN = 500;

/** The zones that were drawn while the daemon runs, over those of the config; kept in the folder of the state, where there is one. */
export class DrawnZones {
  #now: Drawn = NOTHING_DRAWN;
  #directory: string | undefined;

  get now(): Drawn {
    return this.#now;
  }

  /** Another folder has its own zones; without one those that are drawn end with the process. */
  async follow(stateDirectory: string | undefined): Promise<Drawn> {
    if (stateDirectory !== this.#directory) {
      this.#directory = stateDirectory;
      this.#now = await readDrawn(stateDirectory);
    }
    return this.#now;
  }

  /** What it would be with another zone, or without one. */
  with(id: string, zone: ZoneConfig | null): Drawn {
    const { [id]: _, ...others } = this.#now.zones;
    const zones = zone === null ? others : { ...others, [id]: zone };
    if (zone !== null && Object.keys(zones).length > MOST_DRAWN) {
      throw new MillraceError("ZONE_TOO_MANY", `there are ${MOST_DRAWN} drawn zones already, and no more are taken`);
    }
    return { zones, damage: [] };
  }

  /** Takes it once it is on the disk; gives what takes it back. */
  async take(next: Drawn): Promise<() => Promise<void>> {
    const before = this.#now;
    if (this.#directory !== undefined) await this.#write({ zones: next.zones, damage: before.damage });
    this.#now = next;
    return async () => {
      this.#now = { zones: before.zones, damage: [] };
      if (this.#directory !== undefined) await this.#write(this.#now);
    };
  }

  async #write(drawn: Drawn): Promise<void> {
    try {
      await writeDrawn(this.#directory ?? "", drawn);
    } catch (cause) {
      const message = `the zone cannot be kept in "state_dir": ${messageOf(cause)}`;
      throw new MillraceError("ZONE_NOT_KEPT", message, {}, { cause });
    }
  }
}
