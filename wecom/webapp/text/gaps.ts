// What vue-i18n makes of a sentence of ours, without its own compiler, which weighs more than all of the words:
// `{name}` is a gap to be filled, `{'@'}` that very letter, and ` | ` stands between the forms for one and for many.
import type { MessageCompiler, MessageContext } from "vue-i18n";

const GAP = /\{'([^']*)'\}|\{(\w+)\}/g;

type Said = (context: Pick<MessageContext, "named">) => string;

function filled(form: string): Said {
  if (!form.includes("{")) return () => form;
  return ({ named }) =>
    form.replace(GAP, (_, letter: string | undefined, name: string) => letter ?? String(named(name) ?? ""));
}

const known = new Map<string, (context: MessageContext) => string>();

function made(sentence: string): (context: MessageContext) => string {
  const forms = sentence.split(" | ").map(filled);
  if (forms.length === 1) return forms[0]!;
  return (context) => context.plural(forms.map((form) => form(context))) as string;
}

export const compiled: MessageCompiler = (message) => {
  const sentence = message as unknown as string;
  let found = known.get(sentence);
  if (!found) known.set(sentence, (found = made(sentence)));
  return found as ReturnType<MessageCompiler>;
};
