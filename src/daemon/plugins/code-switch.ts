/** The reference's own switch for code in definitions is honoured as well. */
export function codeAllowedByEnvironment(environment: NodeJS.ProcessEnv): boolean {
  return !/^(false|0|no)$/i.test(environment["ALLOW_CUSTOM_PYTHON_EXECUTION_IN_WORKFLOWS"] ?? "");
}
