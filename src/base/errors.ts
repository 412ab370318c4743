import { formatIssue, type Issue } from "./issue.ts";

/** Every error of the program: a stable code, a sentence, and typed details. The class says who has to act on it. */
export class MillraceError extends Error {
  /** Stable, of the list in docs/reference/errors.md. */
  readonly code: string;
  /** Facts of the error by name. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The user wrote something wrong; carries every issue found. Ends a command with exit code 2. */
export class UserError extends MillraceError {
  /** Every fault that was found. */
  readonly issues: readonly Issue[];

  constructor(code: string, issues: readonly Issue[], file?: string) {
    super(code, issues.map((issue) => formatIssue(issue, file)).join("\n"), file === undefined ? {} : { file });
    this.issues = issues;
  }
}

/** Config files and command line flags. */
export class ConfigError extends UserError {}

/** Workflow definitions. */
export class CompileError extends UserError {}

/** A camera process failed: see `details` for cause, exit code, signal and the last lines it wrote. */
export class SourceError extends MillraceError {}

/** A step failed on some data: `details` names step, block type and element. */
export class StepError extends MillraceError {}

/** A model file, session or execution provider failed. */
export class ModelError extends MillraceError {}

/** A block could not act on the world: a request, a file. */
export class EffectError extends MillraceError {}

/** The broker refused or lost something. */
export class PublishError extends MillraceError {}

/** Our own invariant is broken. */
export class BugError extends MillraceError {
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super("BUG", message, details);
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
