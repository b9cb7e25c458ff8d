export default {
  messages: "Nachrichten",
  contacts: "Kontakte",
  workbench: "Apps",
  me: "Ich",
  areas: "Bereiche",
  connecting: "Verbindung wird hergestellt …",
  offline: "Keine Verbindung. Geladenes bleibt lesbar, Gesendetes geht später hinaus.",
  unread: "{n} ungelesene Nachricht | {n} ungelesene Nachrichten",
  missing: "Hier ist nichts. Vielleicht ist es umgezogen, oder du darfst es nicht sehen.",
  toMessages: "Zu den Nachrichten",
};
