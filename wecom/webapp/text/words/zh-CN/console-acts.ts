// What was done, as the audit log has it: by noun and verb.
export default {
  app: {
    change: "更改应用",
    confirm_login: "扫码登录应用",
    consent: "同意应用获取敏感信息",
    create: "创建应用",
    disable: "停用应用",
    enable: "启用应用",
    refuse_login: "拒绝登录应用",
    remove: "删除应用",
    rotate_secret: "更换应用密钥",
    set_visible_range: "设置应用可见范围",
    sign_in: "通过应用登录",
    try: "应用发送测试消息",
    withdraw_consent: "撤回对应用的同意",
  },
  appchat: {
    change: "更改应用群聊",
    create: "创建应用群聊",
  },
  attribute: {
    define: "定义扩展属性",
    remove: "删除扩展属性",
  },
  audit: {
    content_erased: "清除记录内容",
    content_read: "查看记录内容",
    exported: "导出审计日志",
    read: "查看审计日志",
    verified: "校验审计日志",
  },
  checkin_device: {
    set: "设置常用打卡设备",
  },
  checkin_fact: {
    approve: "审批结果计入考勤",
    withdraw: "撤回已计入考勤的审批",
  },
  checkin_holiday: {
    set: "设置节假日",
  },
  checkin_machine: {
    add: "添加考勤机",
    change: "修改考勤机",
    end: "移除考勤机",
    number: "设置考勤机人员编号",
    rotate: "更换考勤机密钥",
  },
  checkin_month: {
    close: "考勤月份封账",
    reopen: "考勤月份解封",
  },
  checkin_photo: {
    see: "查看打卡照片",
  },
  checkin_punch: {
    correct: "更正打卡",
    take_back: "撤销更正",
  },
  checkin_report: {
    export: "导出考勤报表",
  },
  checkin_rule: {
    add: "新增打卡规则",
    change: "修改打卡规则",
    delete: "删除打卡规则",
  },
  checkin_schedule: {
    set: "排班",
  },
  checkin_zone: {
    adopt: "更新时区数据",
  },
  company: {
    restored: "从备份恢复",
  },
  demo: {
    protected: "准备演示企业",
  },
  department: {
    add: "添加部门",
    change: "更改部门",
    delete: "删除部门",
  },
  directory: {
    import: "导入通讯录表格",
    leave_ldap: "通讯录脱离 LDAP",
    sync: "从 LDAP 同步通讯录",
  },
  export: {
    begin: "应用开始导出",
    done: "导出完成",
    failed: "导出失败",
    fetched: "下载导出文件",
  },
  health_answer: {
    send_for: "代他人填写健康上报",
  },
  health_answers: {
    erase: "删除健康上报答案",
    export: "导出健康上报答案",
    read: "查看健康上报答案",
  },
  health_appeal: {
    answer: "答复健康码异议",
  },
  health_codes: {
    erase: "删除健康码历史",
    read: "查看健康码",
  },
  health_fact: {
    add: "登记健康记录",
    withdraw: "撤回健康记录",
  },
  health_form: {
    change: "更改健康上报题目",
  },
  health_gate: {
    add: "创建门岗",
    change: "更改门岗",
    end: "停用门岗",
    enrol: "设备登记为门岗",
    offer: "生成门岗登记代码",
  },
  health_job: {
    add: "创建健康上报任务",
    change: "更改健康上报任务",
    end: "结束健康上报任务",
    remind: "提醒填写健康上报",
    start: "开始健康上报任务",
  },
  health_key: {
    rotate: "更换健康码密钥",
  },
  health_override: {
    end: "结束健康码人工判定",
    give: "人工判定健康码",
  },
  health_passage: {
    replay: "同一健康码在两个门岗通行",
  },
  health_passages: {
    export: "导出通行记录",
    read: "查看通行记录",
  },
  health_photo: {
    see: "查看健康上报照片",
  },
  health_policy: {
    add: "创建健康策略",
    change: "更改健康策略",
    end: "结束健康策略",
  },
  import: {
    begin: "应用开始导入",
  },
  invitation: {
    join: "生成邀请",
    reset: "生成密码重置链接",
    wish: "应用请求邀请成员",
  },
  job: {
    deleted: "删除失败的任务",
    retried: "重试失败的任务",
  },
  join_request: {
    approve: "批准加入申请",
    ask: "申请加入",
    decline: "拒绝加入申请",
  },
  ldap: {
    asked: "发起 LDAP 检查或同步",
  },
  member: {
    add: "添加成员",
    change: "更改成员资料",
    disable: "禁用成员",
    enable: "启用成员",
    keep_out: "暂不允许成员登录",
    leave: "成员离职",
    let_join: "允许成员加入",
    relink: "成员关联到另一 LDAP 条目",
    unlink: "成员脱离 LDAP",
  },
  members: {
    exported: "导出成员",
  },
  message: {
    recall: "撤回消息",
  },
  password: {
    changed: "更改密码",
    set: "设置密码",
  },
  robot: {
    change: "更改机器人",
    create: "添加机器人",
    remove: "删除机器人",
    rotate_key: "更换机器人密钥",
  },
  role: {
    granted: "授予角色",
    revoked: "收回角色",
  },
  roster: {
    applied: "应用导入",
    discarded: "删除导入",
    refused: "导入被拒绝",
    uploaded: "上传导入文件",
  },
  session: {
    confirm_scanned: "确认扫码登录",
    ended: "会话结束",
    refuse_scanned: "拒绝扫码登录",
    refused: "登录被拒绝",
    started: "登录",
  },
  setting: {
    changed: "更改设置",
  },
  tag: {
    add: "添加标签",
    delete: "删除标签",
    link: "标签关联 LDAP 组",
    put_on: "添加标签成员",
    rename: "重命名标签",
    take_off: "移除标签成员",
    unlink: "标签脱离 LDAP 组",
  },
  token: {
    refused: "应用令牌被拒绝",
  },
  visibility_rule: {
    add: "添加可见规则",
    change: "更改可见规则",
    remove: "删除可见规则",
  },
};
