// When managers are told how those under a rule come and go.
export default {
  title: "Wann sie es erfahren",
  daily: "Täglich, über den Tag davor",
  weekly: "Montags, über die Woche davor",
  monthly: "Am Ersten, über den Monat davor",
  at: "Ab dieser Uhrzeit",
  atHint: "In der Zeitzone der Regel. Es kommt als Nachricht der App 打卡, die Sie umbenennen können.",
  leaders: "Wer eine Abteilung leitet, erfährt es auch von den Leuten darin",
};
