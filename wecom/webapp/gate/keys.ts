// A hand scanner types what it reads, and ends with Enter. A pasted text is one as well.

/** Between two keys of one code; who types by hand means no code. */
const LONGEST_PAUSE = 3_000;
const SHORTEST = 8;

/** What a key would have written on the keyboard that scanners mean, whatever layout this device has. */
const PLAIN: Record<string, string> = { Space: "  ", Minus: "-_", Equal: "=+", Semicolon: ";:", Period: ".>", Slash: "/?", Comma: ",<" };
const DIGITS = ")!@#$%^&*(";

export function meant(code: string, shift: boolean): string {
  if (code.startsWith("Key")) return code.slice(3);
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit) return shift && code.startsWith("D") ? DIGITS[Number(digit)]! : digit;
  return PLAIN[code]?.[shift ? 1 : 0] ?? "";
}

/** The code among what was typed: as it was written, or as it was meant. */
export function codeOf(written: string, intended: string): string | null {
  for (const text of [written, intended]) {
    const at = text.toUpperCase().lastIndexOf("WH1:");
    if (at >= 0) return text.slice(at).toUpperCase();
  }
  return written.length >= SHORTEST ? written : null;
}

const isField = (target: EventTarget | null): boolean => target instanceof Element && target.matches("input, select, textarea");

/** Listens until what is returned is called. */
export function listen(read: (text: string) => void): () => void {
  let [written, intended, last] = ["", "", 0];
  const key = (event: KeyboardEvent): void => {
    if (isField(event.target) || event.ctrlKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.timeStamp - last > LONGEST_PAUSE) written = intended = "";
    last = event.timeStamp;
    if (event.key === "Enter") {
      const code = codeOf(written, intended);
      written = intended = "";
      if (!code) return;
      event.preventDefault();
      read(code);
    } else if (event.key.length === 1) {
      written += event.key;
      intended += meant(event.code, event.shiftKey);
      // A space among the others would press the button that has the focus.
      if (written.length > 1) event.preventDefault();
    }
  };
  const lifted = (event: KeyboardEvent): void => {
    if (written.length > 1 && !isField(event.target)) event.preventDefault();
  };
  const pasted = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData("text/plain").trim();
    if (text && !isField(event.target)) read(text);
  };
  addEventListener("keydown", key, true);
  addEventListener("keyup", lifted, true);
  addEventListener("paste", pasted);
  return () => {
    removeEventListener("keydown", key, true);
    removeEventListener("keyup", lifted, true);
    removeEventListener("paste", pasted);
  };
}
