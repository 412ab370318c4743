import { MillraceError, messageOf } from "../../base/errors.ts";
import type { BlockCode } from "../../blocks/contract/code.ts";
import { LOAD, type Namespace, openNamespace, SAVE } from "../declare/namespace.ts";
import type { Message, MessageType } from "../ipc/message.ts";
import { IpcReader, IpcWriter } from "../ipc/values.ts";
import { codeError } from "../report/code-error.ts";
import { BlockConsole, type Printed } from "../runtime/block-console.ts";
import { stateText } from "../state/state-text.ts";
import { hideHost } from "./hidden-names.ts";
import { HostImages } from "./host-images.ts";
import { HostTalk } from "./host-talk.ts";
import { plainConsole } from "./plain-console.ts";

// The program of a process that runs blocks written in JavaScript: it answers one question after another. It is
// bundled into one text; how code is opened and values are read is the daemon's own.

interface Loaded {
  code: BlockCode;
  namespace: Namespace;
  /** What `run` gets as its second argument: one object for each step. */
  selves: Map<string, object>;
}

type Header = Readonly<Record<string, unknown>>;

const exit = process.exit.bind(process);
const talk = new HostTalk();
const images = new HostImages();
const codes = new Map<string, BlockCode>();
const namespaces = new Map<string, Loaded>();

async function serve(): Promise<never> {
  let printer: BlockConsole | null = null;
  for (;;) {
    const message = talk.receive();
    if (message === null || message.type === "shutdown") return exit(0);
    const { sequence } = message;
    printer ??= openConsole(message.header, talk);
    printer.begin();
    const answer = await answerTo(message, printer).catch(
      (error: unknown) => ({ type: "error", ...fault(error) }) as const,
    );
    printer.flush();
    try {
      talk.send({ ...answer, sequence });
    } catch (error) {
      talk.send({ type: "error", sequence, ...fault(error) });
    }
  }
}

/** The first message is a greeting with the limit of output. */
function openConsole(greeting: Header, { send }: HostTalk): BlockConsole {
  const outputPerCall = Number(greeting["output_per_call"]);
  const limits = { callMs: 0, initMs: 0, memoryMb: 0, outputPerCall, outputPerMinute: Number.MAX_SAFE_INTEGER };
  const emit = (printed: readonly Printed[]) => {
    for (const header of printed) send({ type: "log", sequence: 0, header: { ...header }, segments: [] });
  };
  return new BlockConsole(limits, emit, { customInspect: false });
}

type Answer = Pick<Message, "type" | "header" | "segments">;

async function answerTo({ type, header, segments }: Message, printer: BlockConsole): Promise<Answer> {
  if (type === "call") return call(header, segments);
  if (type === "load") codes.set(String(header["hash"]), header["code"] as BlockCode);
  else if (type === "init") init(header, printer);
  else if (type === "save") return save(header);
  else if (type === "restore") await restore(header);
  else if (type === "reset") namespaces.delete(String(header["namespace"]));
  return { type: ANSWERS[type] ?? type, header: {}, segments: [] };
}

const ANSWERS: Partial<Record<MessageType, MessageType>> = {
  load: "loaded",
  init: "result",
  reset: "result",
  restore: "result",
};

/** The state that the code offers, as JSON text: it goes to a file. */
async function save(header: Header): Promise<Answer> {
  const { code, namespace } = loadedFor(header);
  try {
    const state = namespace.saveState();
    const text = stateText(state instanceof Promise ? await state : state);
    return { type: "result", header: { state: text }, segments: [] };
  } catch (error) {
    throw error instanceof MillraceError ? error : codeError(code, error, SAVE);
  }
}

async function restore(header: Header): Promise<void> {
  const { code, namespace } = loadedFor(header);
  try {
    await namespace.loadState(JSON.parse(String(header["state"])));
  } catch (error) {
    throw codeError(code, error, LOAD);
  }
}

function loadedFor(header: Header): Loaded {
  const loaded = namespaces.get(String(header["namespace"]));
  if (loaded === undefined) throw new MillraceError("DYNAMIC_PROTOCOL", "variables that were not made");
  return loaded;
}

function init(header: Header, printer: BlockConsole): void {
  const code = codes.get(String(header["hash"]));
  if (code === undefined) throw new MillraceError("DYNAMIC_PROTOCOL", "code that was not loaded");
  const namespace = openNamespace(code, plainConsole(printer.console));
  namespaces.set(String(header["namespace"]), { code, namespace, selves: new Map() });
}

/** A call that does not wait is answered without a turn of the event loop in between. */
async function call(header: Header, segments: Message["segments"]): Promise<Answer> {
  const loaded = loadedFor(header);
  const { code, namespace } = loaded;
  images.begin(header["frames"]);
  const inputs = new IpcReader(segments, images).read(header["inputs"]) as Record<string, unknown>;
  const self = selfOf(loaded, header);
  let result: unknown;
  try {
    const answer = namespace.run(inputs, self);
    result = answer instanceof Promise ? await answer : answer;
  } catch (error) {
    throw codeError(code, error, code.runName);
  }
  const writer = new IpcWriter(images, "result");
  return { type: "result", header: { value: writer.write(result) }, segments: writer.segments };
}

function selfOf({ selves, namespace }: Loaded, header: Header): object {
  const step = String(header["step"]);
  const self = selves.get(step) ?? { step, pixels: images, initResults: namespace.initResults };
  selves.set(step, self);
  return Object.assign(self, { source: header["source"], sources: header["sources"] });
}

function fault(error: unknown): Pick<Answer, "header" | "segments"> {
  const told = messageOf(error).replace(/^dynamic block "[^"]*": /, "");
  const [code, details] = error instanceof MillraceError ? [error.code, error.details] : ["", {}];
  return { header: { ...details, told, isValue: code === "DYNAMIC_VALUE" }, segments: [] };
}

// At the end, when everything above is there.
hideHost();
await serve();
