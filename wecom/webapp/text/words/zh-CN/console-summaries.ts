// When managers are told how those under a rule come and go.
export default {
  title: "汇报时间",
  daily: "每天，汇报前一天",
  weekly: "每周一，汇报上周",
  monthly: "每月一日，汇报上月",
  at: "发送时间",
  atHint: "以规则的时区为准，由“打卡”应用发送消息。",
  leaders: "部门负责人也会收到本部门的汇总",
};
