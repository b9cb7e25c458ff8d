// What is wrong with a field of a form where there is a bound, by the server's name for it.
export default {
  string_too_long: "最多 {bound} 个字符。",
  string_too_short: "至少 {bound} 个字符。",
  too_long: "最多 {bound} 项。",
  too_short: "至少 {bound} 项。",
  less_than_equal: "不能大于 {bound}。",
  less_than: "必须小于 {bound}。",
  greater_than_equal: "不能小于 {bound}。",
  greater_than: "必须大于 {bound}。",
};
