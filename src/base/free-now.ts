import { MessageChannel } from "node:worker_threads";

const { port1: nowhere, port2: otherEnd } = new MessageChannel();
otherEnd.close();

/**
 * Frees the memory of these arrays; they are empty afterwards. The collector sees small objects and not the megabytes that belong to them, so they
 * would wait for it. What is sent to a port without another end is gone at once. An array over a part of its memory keeps it, as others may
 * lie beside it.
 */
export function freeNow(arrays: readonly ArrayBufferView[]): void {
  const whole = arrays.filter(({ buffer, byteLength }) => byteLength > 0 && byteLength === buffer.byteLength);
  const buffers = new Set(whole.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer));
  nowhere.postMessage(null, [...buffers]);
}
