import { ConfigError } from "../../base/errors.ts";
import { shownUrl } from "../../publish/broker/broker-settings.ts";
import type { Config } from "../config/schema/config-schema.ts";
import type { Report } from "../report/events.ts";
import { folderFault } from "./folder-fault.ts";
import { lockFolder } from "./lock-folder.ts";
import { lockName } from "./lock-name.ts";

export interface Lock {
  release(): Promise<void>;
}

/** A lock, or who has it; null where this system has no such lock. */
export type Locking = { lock: Lock } | { heldBy: string } | null;

/** Exclusive locks of a daemon: on its state folder, and on its client id at the broker. */
export class Claims {
  readonly #held = new Map<string, { lock: Lock | null; count: number }>();

  /** Throws CONFIG_STATE_DIR for a folder that is none or of another user, and CONFIG_IN_USE when another process holds one. Locks of this object may be taken again. */
  async take(config: Pick<Config, "state_dir" | "mqtt" | "device">, report: Report): Promise<Lock> {
    const fault = config.state_dir === undefined ? null : await folderFault(config.state_dir);
    if (fault !== null) throw new ConfigError("CONFIG_STATE_DIR", [fault]);
    const taken: Lock[] = [];
    const release = async () => {
      for (const lock of taken.splice(0).toReversed()) await lock.release();
    };
    try {
      for (const claim of claimsOf(config, report)) taken.push(await this.#hold(claim));
    } catch (error) {
      await release();
      throw error;
    }
    return { release };
  }

  async #hold({ key, path, lock, refusal }: Claim): Promise<Lock> {
    const held = this.#held.get(key) ?? { lock: lockOf(await lock(), path, refusal), count: 0 };
    this.#held.set(key, held);
    held.count++;
    return {
      release: async () => {
        held.count--;
        if (held.count > 0) return;
        this.#held.delete(key);
        await held.lock?.release();
      },
    };
  }
}

interface Claim {
  key: string;
  path: string;
  lock: () => Promise<Locking>;
  refusal: (heldBy: string) => { message: string; hint: string };
}

function claimsOf({ state_dir: directory, mqtt, device }: Parameters<Claims["take"]>[0], report: Report): Claim[] {
  const claims: Claim[] = [];
  if (directory !== undefined) claims.push(folderClaim(directory, report));
  if (mqtt !== undefined) claims.push(brokerClaim(mqtt, device));
  return claims;
}

function folderClaim(directory: string, report: Report): Claim {
  return {
    key: `folder ${directory}`,
    path: "/state_dir",
    lock: () => lockFolder(directory, (message) => report({ type: "state_not_locked", directory, message })),
    refusal: (heldBy) => ({
      message: `"${directory}" is in use by ${heldBy}: two daemons would send and delete each other's events`,
      hint: "stop the other one, or give this one a folder of its own",
    }),
  };
}

function brokerClaim(mqtt: NonNullable<Config["mqtt"]>, device: string): Claim {
  const clientId = mqtt.client_id ?? `millrace-${device}`;
  const url = shownUrl({ url: mqtt.url, prefix: mqtt.prefix, device });
  const key = `broker ${url} ${clientId}`;
  return {
    key,
    path: "/mqtt",
    lock: () => lockName(key),
    refusal: (heldBy) => ({
      message: `${heldBy} is connected to ${url} as "${clientId}": two daemons of one name throw each other out`,
      hint: 'stop the other one, or give this one another "device" or "mqtt.client_id"',
    }),
  };
}

function lockOf(locking: Locking, path: string, refusal: Claim["refusal"]): Lock | null {
  if (locking === null) return null;
  if ("lock" in locking) return locking.lock;
  throw new ConfigError("CONFIG_IN_USE", [{ code: "CONFIG_IN_USE", path, ...refusal(locking.heldBy) }]);
}
