import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { programFile } from "../../base/program-files.ts";

/** Number of CLIP's tokens; a text tower has a row of weights for each. */
export const CLIP_TOKENS = 49408;

const [START, END] = ["<|startoftext|>", "<|endoftext|>"];

/** CLIP's tokenizer in the form of `tokenizer.json`: 256 bytes, the same at the end of a word, pairs that are merged, two marks. */
export function clipTokenizer(): object {
  const merges = readMerges();
  const bytes = byteSymbols();
  const words = [...bytes, ...bytes.map((byte) => `${byte}</w>`), ...merges.map((pair) => pair.replace(" ", ""))];
  const [start, end] = [words.length, words.length + 1];
  return {
    added_tokens: [mark(START, start), mark(END, end)],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORD }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: { type: "RobertaProcessing", cls: [START, start], sep: [END, end], add_prefix_space: false },
    model: {
      type: "BPE",
      unk_token: END,
      continuing_subword_prefix: "",
      end_of_word_suffix: "</w>",
      vocab: Object.fromEntries([...words, START, END].map((word, id) => [word, id])),
      merges,
    },
  };
}

/** A short ending, letters, one digit, or anything else. */
const WORD = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

function mark(content: string, id: number): object {
  return { id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false };
}

function readMerges(): string[] {
  const text = gunzipSync(readFileSync(programFile("inference/texts/clip-merges.txt.gz"))).toString("utf8");
  return text.trimEnd().split("\n");
}

/** A printable character for every byte: itself where it has one, else one beyond the first 256. */
function byteSymbols(): string[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const others = bytes.filter((byte) => !isPrintable(byte));
  return [...bytes.filter(isPrintable), ...others.map((_, i) => 256 + i)].map((code) => String.fromCharCode(code));
}
