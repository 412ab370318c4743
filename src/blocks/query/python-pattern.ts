/** A Python regular expression as a JavaScript one; throws a SyntaxError for what has no counterpart. */
export function patternOf(regex: string): RegExp {
  const { flags, rest } = leadingFlags(regex);
  const source = translate(rest, flags.includes("m"));
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // Python lets a lone brace stand for itself, which Unicode mode refuses.
    return new RegExp(source, flags);
  }
}

function leadingFlags(regex: string): { flags: string; rest: string } {
  const found = /^\(\?([a-zA-Z]+)\)/.exec(regex);
  if (found === null) return { flags: "", rest: regex };
  const letters = [...new Set(found[1])];
  const foreign = letters.find((letter) => !"imsau".includes(letter));
  if (foreign !== undefined) throw new SyntaxError(`the flag "${foreign}" has no counterpart`);
  return { flags: letters.filter((letter) => "ims".includes(letter)).join(""), rest: regex.slice(found[0].length) };
}

/** Rewrites the spellings in which the two languages differ, one token at a time. */
function translate(regex: string, multiline: boolean): string {
  let inClass = false;
  const TOKEN = /\\[\s\S]|\(\?P[<=][A-Za-z_]\w*[>)]|[[\]$]|[^\\[\]$(]+|\(/g;
  return regex.replace(TOKEN, (token) => {
    if (token.startsWith("\\") && token.length === 2) return escapeOf(token, inClass);
    if (token.startsWith("(?P<")) return inClass ? token : `(?<${token.slice(4)}`;
    if (token.startsWith("(?P=")) return inClass ? token : `\\k<${token.slice(4, -1)}>`;
    if (token === "[" && inClass) return "\\[";
    if (token === "[" || token === "]") inClass = token === "[";
    // Python's $ also stands before a last line feed.
    return token === "$" && !inClass && !multiline ? "(?=\\n?(?![\\s\\S]))" : token;
  });
}

function escapeOf(token: string, inClass: boolean): string {
  const letter = token.slice(1);
  if (letter === "A" && !inClass) return "(?<![\\s\\S])";
  if (letter === "Z" && !inClass) return "(?![\\s\\S])";
  const meaningful = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(letter) || (letter === "-" && inClass);
  return meaningful ? token : letter;
}
