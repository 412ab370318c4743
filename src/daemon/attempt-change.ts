import { MillraceError, messageOf } from "../base/errors.ts";
import type { Report } from "./events.ts";

/** True when it went well; what did not is told, and nothing else is stopped by it. */
export async function attemptChange(what: string, report: Report, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const code = error instanceof MillraceError ? error.code : "CONFIG_APPLY";
    report({ type: "change_refused", what, code, message: messageOf(error) });
    return false;
  }
}
