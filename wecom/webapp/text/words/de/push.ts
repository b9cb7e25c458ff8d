// What a notification says where nothing of the message may stand in it.
export default {
  message: "Neue Nachricht",
  unread: "{n} ungelesene Nachrichten",
  test: "Mitteilungen funktionieren",
  testBody: "So erfährst du von neuen Nachrichten.",
  checkIn: "Zeit zum Einstempeln",
  checkInBody: "Zum Stempeln tippen.",
  checkOut: "Zeit zum Ausstempeln",
  checkOutBody: "Zum Ausstempeln tippen.",
  report: "Gesundheitsmeldung fällig",
  reportBody: "Zum Ausfüllen tippen.",
};
