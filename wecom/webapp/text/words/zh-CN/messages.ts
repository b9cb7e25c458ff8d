export default {
  title: "消息",
  choose: "选择一个会话",
  chooseNote: "也可以发起新会话，搜索即可找到公司里的每个人。",
};
