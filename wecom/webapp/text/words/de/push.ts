// What a notification says where nothing of the message may stand in it.
export default {
  message: "Neue Nachricht",
  unread: "{n} ungelesene Nachrichten",
  test: "Mitteilungen funktionieren",
  testBody: "So erfährst du von neuen Nachrichten.",
};
