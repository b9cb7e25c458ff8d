// What officers wrote in several languages, for somebody who reads one.

/** In somebody's language, else in English, else in any in which it was written. */
export const inWords = (words: Readonly<Record<string, string>>, language: string): string =>
  words[language] || words.en || Object.values(words).find(Boolean) || "";
