// What is wrong with a field of a form where there is a bound, by the server's name for it.
export default {
  string_too_long: "At most {bound} characters.",
  string_too_short: "At least {bound} characters.",
  too_long: "At most {bound} of them.",
  too_short: "At least {bound} of them.",
  less_than_equal: "At most {bound}.",
  less_than: "Less than {bound}.",
  greater_than_equal: "At least {bound}.",
  greater_than: "More than {bound}.",
};
