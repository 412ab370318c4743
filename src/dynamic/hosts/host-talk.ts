import { readSync, writeSync } from "node:fs";
import { encodeMessage, FROM_DAEMON, LARGEST_ANSWER_HEADER, type Message, MessageReader } from "../ipc/message.ts";

const DESCRIPTOR = 3;
const CHUNK_BYTES = 65_536;

/** The conversation as the process has it: it waits for a message without doing anything else. */
export class HostTalk {
  readonly #reader = new MessageReader(FROM_DAEMON);
  readonly #waiting: Message[] = [];
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);

  /** Null when the daemon has gone. */
  receive(): Message | null {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      const count = readSync(DESCRIPTOR, this.#chunk);
      if (count === 0) return null;
      this.#waiting.push(...this.#reader.push(new Uint8Array(this.#chunk.subarray(0, count))));
    }
  }

  readonly send = (message: Message): void => {
    const bytes = encodeMessage(message, LARGEST_ANSWER_HEADER);
    for (let sent = 0; sent < bytes.length; ) sent += writeSync(DESCRIPTOR, bytes, sent);
  };
}
