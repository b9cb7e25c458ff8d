// What the server's codes are called here.
import { useI18n } from "vue-i18n";

/** Its words in this language; the code itself where there are none, as of what an older or a newer server said. */
export function useNamed(): (under: "acts" | "work.kinds" | "work.followers", code: string) => string {
  const { t, te } = useI18n();
  return (under, code) => {
    const key = `${under}.${under === "acts" ? code : code.replaceAll(".", "_")}`;
    return te(key) ? t(key) : code;
  };
}
