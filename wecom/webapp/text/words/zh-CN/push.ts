// What a notification says where nothing of the message may stand in it.
export default {
  message: "你有新消息",
  unread: "{n} 条未读消息",
  test: "通知已开启",
  testBody: "有新消息时会这样通知你。",
};
