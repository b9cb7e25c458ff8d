// When managers are told how those under a rule come and go.
export default {
  title: "When they are told",
  daily: "Each day, of the day before",
  weekly: "On Mondays, of the week before",
  monthly: "On the first, of the month before",
  at: "From this time on",
  atHint: "By the rule's time zone. It comes as a message of the app 打卡, which you may rename.",
  leaders: "Whoever leads a department is told of those in it, too",
};
