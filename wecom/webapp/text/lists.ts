// Several as people say them: 张三、李四和王五; Ada, Lin and Max.
export const listedIn = (language: string, names: readonly string[]): string =>
  new Intl.ListFormat(language, { type: "conjunction" }).format(names);
