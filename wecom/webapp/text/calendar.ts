// Days and dates in short, as `Intl` says them: the first `Intl` of a page takes a telephone as long as drawing all of
// the list that they stand in. `calendar.test.ts` compares.
import type { Language } from ".";

interface Calendar {
  yesterday: string;
  /** From Sunday on. */
  days: string;
  months: string;
  /** Of this year, and of another. */
  date(day: number, month: string): string;
  fullDate(day: number, month: number, year: number): string;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
const MONATE = "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.";

export const CALENDARS: Record<Language, Calendar> = {
  "zh-CN": {
    yesterday: "昨天",
    days: "星期日 星期一 星期二 星期三 星期四 星期五 星期六",
    months: "1 2 3 4 5 6 7 8 9 10 11 12",
    date: (day, month) => `${month}/${day}`,
    fullDate: (day, month, year) => `${year}/${month}/${day}`,
  },
  en: {
    yesterday: "Yesterday",
    days: "Sun Mon Tue Wed Thu Fri Sat",
    months: MONTHS,
    date: (day, month) => `${month} ${day}`,
    fullDate: (day, month, year) => `${month}/${day}/${year}`,
  },
  de: {
    yesterday: "Gestern",
    days: "So Mo Di Mi Do Fr Sa",
    months: MONATE,
    date: (day, month) => `${day}. ${month}`,
    fullDate: (day, month, year) => `${day}.${month}.${year}`,
  },
};
