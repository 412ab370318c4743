import { EffectError } from "../../base/errors.ts";
import type { HttpReply } from "../../blocks/contract/services.ts";
import type { PaidCodes } from "./paid-calls.ts";

interface Answering {
  codes: PaidCodes;
  service: string;
  /** Some services repeat the key that they refuse. */
  key: string;
}

/** Throws for a status that is no success, in the service's own words. */
export function checkStatus({ status, text: answered }: HttpReply, { codes, service, key }: Answering): void {
  if (status < 300) return;
  const text = key === "" ? answered : answered.replaceAll(key, "***");
  const message = `${service} answered with status ${status}: ${reasonOf(text)}`;
  // Those of a busy or broken server may pass; others are about the question.
  throw new EffectError(codes.refused, message, { isFinal: status !== 429 && status < 500 });
}

/** The JSON of an answer. */
export function jsonOf({ text }: HttpReply, { codes, service }: Answering): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new EffectError(codes.answer, `${service} answered with what is no JSON: ${text.slice(0, 80)}`, {
      isFinal: true,
    });
  }
}

const REASONS = [/"message"\s*:\s*"((?:[^"\\]|\\.)*)"/, /"errors"\s*:\s*\[\s*"((?:[^"\\]|\\.)*)"/];

function reasonOf(text: string): string {
  const found = REASONS.flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
  return (found[0] ?? text).replaceAll(/\s+/g, " ").trim().slice(0, 200) || "without a reason";
}
