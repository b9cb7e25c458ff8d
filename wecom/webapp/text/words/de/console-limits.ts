// What is wrong with a field of a form where there is a bound, by the server's name for it.
export default {
  string_too_long: "Höchstens {bound} Zeichen.",
  string_too_short: "Mindestens {bound} Zeichen.",
  too_long: "Höchstens {bound} davon.",
  too_short: "Mindestens {bound} davon.",
  less_than_equal: "Höchstens {bound}.",
  less_than: "Weniger als {bound}.",
  greater_than_equal: "Mindestens {bound}.",
  greater_than: "Mehr als {bound}.",
};
