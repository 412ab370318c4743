export interface VariableFault {
  what: string;
  hint: string;
}

/** `$${` is a `${` as it stands; what is no name between braces is a shell's way to write more. */
const VARIABLE = /\$(\$?)\{([^}]*)\}?/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The text with every `${NAME}` replaced by what the environment has. */
export function fillIn(
  text: string,
  environment: NodeJS.ProcessEnv,
): { text: string; faults: readonly VariableFault[] } {
  const faults: VariableFault[] = [];
  const filled = text.replace(VARIABLE, (match, double: string, name: string) => {
    if (double !== "") return match.slice(1);
    const value = NAME.test(name) && match.endsWith("}") ? environment[name] : undefined;
    if (value === undefined) faults.push(faultOf(match, name));
    return value ?? "";
  });
  const [, bare] = /^\$([A-Z_][A-Z0-9_]+)$/.exec(text) ?? [];
  if (bare !== undefined && environment[bare] !== undefined) {
    const what = `"$${bare}" is the name of an environment variable, which is not looked up without braces`;
    faults.push({ what, hint: `write \${${bare}}` });
  }
  return { text: filled, faults };
}

function faultOf(match: string, name: string): VariableFault {
  if (NAME.test(name) && match.endsWith("}")) {
    return { what: `the environment variable ${name} is not set`, hint: `set ${name}, or write the value itself` };
  }
  const [inner] = /^[A-Za-z_][A-Za-z0-9_]*/.exec(name) ?? [];
  const what = `"\${${inner ?? ""}…" is no reference to an environment variable`;
  return { what, hint: HINT };
}

const HINT = "only \u0024{NAME} is replaced, without defaults or conditions; \u0024\u0024{ is a \u0024{ itself";
