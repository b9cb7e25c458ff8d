// What a notification says where nothing of the message may stand in it.
export default {
  message: "你有新消息",
  unread: "{n} 条未读消息",
  test: "通知已开启",
  testBody: "有新消息时会这样通知你。",
  checkIn: "该上班打卡了",
  checkInBody: "点此打卡",
  checkOut: "该下班打卡了",
  checkOutBody: "点此打卡",
  report: "请填写健康上报",
  reportBody: "点此填写",
};
