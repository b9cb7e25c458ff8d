export default {
  messages: "消息",
  contacts: "通讯录",
  workbench: "工作台",
  me: "我",
  areas: "导航",
  connecting: "连接中…",
  offline: "网络未连接。已加载的内容可以查看，发出的消息会在恢复后送达。",
  unread: "{n} 条未读消息 | {n} 条未读消息",
  missing: "这里没有内容，可能已被移走，或你没有查看权限。",
  toMessages: "返回消息",
};
