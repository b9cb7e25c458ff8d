export default {
  messages: "Messages",
  contacts: "Contacts",
  workbench: "Workbench",
  me: "Me",
  areas: "Areas",
  connecting: "Connecting…",
  offline: "No connection. You can read what was loaded; what you send goes out later.",
  unread: "{n} unread message | {n} unread messages",
  missing: "Nothing is here. It may have been moved, or you may not see it.",
  toMessages: "To the messages",
};
