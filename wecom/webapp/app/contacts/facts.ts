// What is known of somebody, as lines: a name, what it is, and where it leads.
import type { Member } from "@/wire/me";

export interface Fact {
  name: string;
  value: string;
  href?: string;
  /** Leads out of this app. */
  outside?: boolean;
}

type Say = (key: string) => string;

const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

export function factsOf(member: Member, t: Say): Fact[] {
  const facts: (Fact | false)[] = [
    { name: t("contacts.userid"), value: member.userid },
    !!member.mobile && { name: t("contacts.mobile"), value: member.mobile, href: dialled(member.mobile) },
    !!member.telephone && { name: t("contacts.telephone"), value: member.telephone, href: dialled(member.telephone) },
    !!member.email && { name: t("contacts.email"), value: member.email, href: `mailto:${member.email}` },
    !!member.biz_mail && { name: t("contacts.bizMail"), value: member.biz_mail, href: `mailto:${member.biz_mail}` },
    !!member.address && { name: t("contacts.address"), value: member.address },
    !!member.external_position && { name: t("contacts.externalPosition"), value: member.external_position },
  ];
  const own = member.attributes.map((each): Fact => {
    if (each.kind !== "web") return { name: each.name, value: each.value ?? "" };
    const url = each.url ?? "";
    return { name: each.name, value: each.title || url, ...(isWeb(url) ? { href: url, outside: true } : {}) };
  });
  return [...facts.filter((each) => each !== false), ...own].filter((each) => each.value);
}

/** What a telephone dials: an extension after a comma is dialled after a pause. */
export function dialled(number: string): string {
  return `tel:${number.replace(/[^\d+*#,;]/g, "")}`;
}
