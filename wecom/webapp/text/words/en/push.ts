// What a notification says where nothing of the message may stand in it.
export default {
  message: "New message",
  unread: "{n} unread messages",
  test: "Notifications work",
  testBody: "This is how you are told of new messages.",
  checkIn: "Time to check in",
  checkInBody: "Tap to check in.",
  checkOut: "Time to check out",
  checkOutBody: "Tap to check out.",
  report: "Health report due",
  reportBody: "Tap to answer.",
};
