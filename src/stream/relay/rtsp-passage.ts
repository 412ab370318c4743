import type { Socket } from "node:net";
import type { AddressMap } from "./address-map.ts";
import { type Answerer, answererOf } from "./challenge.ts";
import { PassingPictures, videoOf } from "./passing-pictures.ts";
import { reach, unreachable } from "./reach.ts";
import { refusal } from "./refusal.ts";
import type { DoorSettings } from "./relay.ts";
import { interleave, type RtspPart, RtspSplitter } from "./rtsp-framing.ts";
import {
  formatMessage,
  isResponse,
  parseMessage,
  type RtspMessage,
  statusOf,
  valuesOf,
  withHeader,
} from "./rtsp-message.ts";

export interface PassageSettings extends DoorSettings {
  addresses: AddressMap;
  /** Called when media passes. */
  media: () => void;
}

/** A request on its way, as the camera gets it. */
interface Asked {
  message: RtspMessage;
  method: string;
  uri: string;
  /** Number it has at the client's end. */
  clientSequence: string | undefined;
  isRetried: boolean;
}

/** Session descriptions of cameras with many streams are long. */
const LIMITS = { headBytes: 64 * 1024, bodyBytes: 1024 * 1024 };
/** Without these there is no stream. */
const NEEDED = ["DESCRIBE", "SETUP", "PLAY", "ANNOUNCE", "RECORD"];

/** One connection of a client and the one to the camera behind it: addresses are exchanged and challenges answered. */
export class RtspPassage {
  readonly #client: Socket;
  readonly #settings: PassageSettings;
  readonly #asked = new Map<number, Asked>();
  #camera: Socket | null = null;
  #cameraHost = "";
  #answerer: Answerer | null = null;
  #pictures: PassingPictures | null = null;
  #sequence = 0;
  #isClosed = false;

  constructor(client: Socket, settings: PassageSettings) {
    this.#client = client;
    this.#settings = settings;
    this.#pass(client, (part) => this.#fromClient(part));
  }

  close(): void {
    this.#isClosed = true;
    this.#client.destroy();
    // The farewell of the session may still be on its way.
    this.#camera?.destroySoon();
  }

  /** Unknown data is passed on unchanged from then on, without further parsing. */
  #pass(from: Socket, take: (part: RtspPart) => void): void {
    const splitter = new RtspSplitter(LIMITS);
    let isUnderstood = true;
    const read = (chunk: Buffer) => {
      if (!isUnderstood) return this.#send(this.#otherOf(from), chunk);
      try {
        for (const part of splitter.parts(chunk)) take(part);
      } catch {
        isUnderstood = false;
        this.#send(this.#otherOf(from), splitter.rest);
      }
    };
    from.on("data", read);
  }

  #otherOf(socket: Socket): Socket | null {
    return socket === this.#client ? this.#camera : this.#client;
  }

  /** The other side is read no faster than this one takes it. */
  #send(to: Socket | null, bytes: Buffer): void {
    if (to === null || to.destroyed || to.write(bytes)) return;
    const from = this.#otherOf(to);
    from?.pause();
    to.once("drain", () => from?.resume());
  }

  #fromClient(part: RtspPart): void {
    if (part.kind === "interleaved") this.#send(this.#camera, interleave(part.channel, part.packet));
    else this.#answerOrAsk(parseMessage(part.bytes));
  }

  #answerOrAsk(message: RtspMessage): void {
    if (isResponse(message)) {
      this.#send(this.#camera, formatMessage(message));
      return;
    }
    const [, method = "", local = "", version = ""] = /^(\S+) (\S+) (\S+)$/.exec(message.start) ?? [];
    const uri = this.#settings.addresses.toRemote(local);
    if (uri === undefined) {
      this.close();
      return;
    }
    this.#camera ??= this.#open(uri);
    const asked = { ...message, start: `${method} ${uri} ${version}` };
    this.#ask({ message: asked, method, uri, clientSequence: valuesOf(message, "CSeq")[0], isRetried: false });
  }

  #open(uri: string): Socket {
    const camera = reach(uri, this.#settings);
    this.#cameraHost = new URL(uri).host;
    camera.on("error", (error) => {
      if (!this.#isClosed) this.#settings.failed?.(unreachable(error));
    });
    camera.on("close", () => this.#client.end());
    this.#pass(camera, (part) => this.#fromCamera(part));
    return camera;
  }

  #ask(asked: Asked): void {
    const sequence = ++this.#sequence;
    this.#asked.set(sequence, asked);
    const numbered = withHeader(asked.message, "CSeq", `${sequence}`);
    const authorization = this.#answerer?.authorize(asked);
    const message = authorization === undefined ? numbered : withHeader(numbered, "Authorization", authorization);
    this.#send(this.#camera, formatMessage(message));
  }

  #fromCamera(part: RtspPart): void {
    if (part.kind === "message") {
      this.#answered(parseMessage(part.bytes));
      return;
    }
    // Packets on odd channels only report on the others.
    if (part.channel % 2 === 0) {
      this.#settings.media();
      this.#pictures?.packet(part.packet);
    }
    this.#send(this.#client, interleave(part.channel, part.packet));
  }

  #answered(message: RtspMessage): void {
    if (!isResponse(message)) {
      this.#send(this.#client, formatMessage(message));
      return;
    }
    const asked = this.#askedBy(message);
    if (asked !== undefined && this.#isAnswered(message, asked)) return;
    // One that was asked with the password is not to be asked again: cameras lock accounts.
    const isDenied = asked?.isRetried === true && statusOf(message).status === 401;
    if (asked !== undefined && (isDenied || NEEDED.includes(asked.method))) {
      const refused = refusal({ ...statusOf(message), method: asked.method, transport: this.#settings.transport });
      if (refused !== null) this.#settings.failed?.(refused);
    }
    this.#send(this.#client, formatMessage(this.#forClient(message, asked)));
    if (isDenied) this.#client.end();
  }

  /** Some cameras leave the number out; they answer one after the other. */
  #askedBy(response: RtspMessage): Asked | undefined {
    const [number = ""] = valuesOf(response, "CSeq");
    const sequence = this.#asked.has(Number(number)) ? Number(number) : [...this.#asked.keys()][0];
    const asked = this.#asked.get(sequence ?? -1);
    this.#asked.delete(sequence ?? -1);
    return asked;
  }

  /** Repeats the request with user name and password, if the camera asks for them and they belong to it. */
  #isAnswered(response: RtspMessage, asked: Asked): boolean {
    const { url, username, password = "" } = this.#settings;
    if (statusOf(response).status !== 401 || asked.isRetried || username === undefined) return false;
    if (this.#cameraHost !== new URL(url).host) return false;
    this.#answerer = answererOf(valuesOf(response, "WWW-Authenticate"), { username, password });
    if (this.#answerer === null) return false;
    this.#ask({ ...asked, isRetried: true });
    return true;
  }

  #forClient(message: RtspMessage, asked: Asked | undefined): RtspMessage {
    const { addresses } = this.#settings;
    const toLocal = (text: string) => text.replace(/rtsps?:\/\/[^\s;,"]+/gi, (address) => addresses.toLocal(address));
    const isSdp = valuesOf(message, "Content-Type").some((type) => /sdp/i.test(type));
    if (isSdp) this.#describe(message.body);
    const body = isSdp ? message.body.replace(/^a=control:.*$/gm, toLocal) : message.body;
    const headers = message.headers.map(([name, value]): readonly [string, string] => {
      if (/^(content-base|content-location|location|rtp-info)$/i.test(name)) return [name, toLocal(value)];
      return /^transport$/i.test(name) ? [name, this.#withSource(value)] : [name, value];
    });
    let answer: RtspMessage = { ...message, headers, body };
    if (isSdp) answer = withHeader(answer, "Content-Length", `${Buffer.byteLength(body, "latin1")}`);
    return asked?.clientSequence === undefined ? answer : withHeader(answer, "CSeq", asked.clientSequence);
  }

  /** The client asks for the video alone, so every packet is of it. */
  #describe(description: string): void {
    const { pictures } = this.#settings;
    const video = pictures === undefined ? null : videoOf(description);
    this.#pictures = video === null || pictures === undefined ? null : new PassingPictures(video, pictures);
  }

  /** Packets over UDP go straight from the camera to the client, which must know where the camera is. */
  #withSource(transport: string): string {
    const address = this.#camera?.remoteAddress?.replace(/^::ffff:/, "");
    const isUdp = /server_port=/i.test(transport) && !/[;]source=/i.test(transport);
    return isUdp && address !== undefined ? `${transport};source=${address}` : transport;
  }
}
