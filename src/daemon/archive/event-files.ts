import type { Message } from "../../publish/messages/message-class.ts";
import type { PacketRing } from "../../stream/packets/packet-ring.ts";
import { clipRules } from "../config/clip-rules.ts";
import type { CameraConfig, Config } from "../config/schema/config-schema.ts";
import type { ArchiveHealth, ClipCounts, SnapshotCounts } from "../report/archive-health.ts";
import type { Report } from "../report/events.ts";
import type { EventPicture, PictureWord } from "../worker/event-pictures.ts";
import { archiveDisk } from "./archive-disk.ts";
import { ClipRecorder, type MadeClip } from "./clip-recorder.ts";
import { EventArchive } from "./event-archive.ts";

export interface EventFilesSettings {
  /** The one that runs. */
  config: () => Config;
  ffmpegPath: () => string;
  report: Report;
  publishPicture: (picture: EventPicture) => void;
  publishClip: (clip: MadeClip) => void;
}

/** Pictures and videos of events: made, counted, kept in the archive and published, by what the config asks of each camera. */
export class EventFiles {
  readonly archive: EventArchive;
  readonly #settings: EventFilesSettings;
  readonly #clips: ClipRecorder;
  readonly #snapshots = new Map<string, SnapshotCounts>();

  constructor(settings: EventFilesSettings) {
    this.#settings = settings;
    const { config, ffmpegPath, report, publishClip: made } = settings;
    this.archive = new EventArchive({
      disk: archiveDisk(config()),
      isKept: ({ pipeline, camera }) =>
        config().pipelines[pipeline]?.publish.snapshots.disk === true || hasClips(config(), camera),
      report,
    });
    this.#clips = new ClipRecorder({ ffmpegPath, archive: this.archive, report, made });
  }

  observe(message: Message): void {
    const event = this.archive.observe(message);
    if (event !== null) this.#clips.observe(event);
  }

  /** Where a camera keeps its packets for clips; undefined without them. */
  ringOf(camera: string, entry: CameraConfig): PacketRing | undefined {
    return this.#clips.ringOf(camera, clipRules(entry));
  }

  /** What a pipeline says of pictures of its events. */
  pictured(pipeline: string, word: PictureWord): void {
    const counts = this.#snapshotsOf(word.type === "picture" ? word.picture.camera : word.camera);
    if (word.type === "skipped") {
      counts.skipped += word.frames;
      return;
    }
    if (word.type === "failed") {
      counts.failed++;
      this.#settings.report({ ...word, type: "snapshot_failed", pipeline });
      return;
    }
    counts.made++;
    this.archive.picture(word.picture);
    const { config, publishPicture } = this.#settings;
    if (config().pipelines[pipeline]?.publish.snapshots.mqtt === true) publishPicture(word.picture);
  }

  health(): {
    archive: ArchiveHealth | null;
    snapshots: Record<string, SnapshotCounts>;
    clips: Record<string, ClipCounts>;
  } {
    return {
      archive: this.archive.health(),
      snapshots: Object.fromEntries(this.#snapshots),
      clips: this.#clips.counts(),
    };
  }

  /** Clips that are under way are written first. */
  closeClips(deadlineMs: number): Promise<void> {
    return this.#clips.close(deadlineMs);
  }

  #snapshotsOf(camera: string): SnapshotCounts {
    const counts = this.#snapshots.get(camera) ?? { made: 0, skipped: 0, failed: 0 };
    this.#snapshots.set(camera, counts);
    return counts;
  }
}

function hasClips({ cameras }: Config, camera: string): boolean {
  return (cameras[camera]?.clips ?? false) !== false;
}
