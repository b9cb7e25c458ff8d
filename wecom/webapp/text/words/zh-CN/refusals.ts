// What the server refuses, in this language; its own sentence stands for what is not here.
export default {
  FileGone: "文件已不在此设备上，请放弃后重新选择文件。",
  WrongPassword: "账号或密码不正确。",
  AccountDisabled: "账号已停用，请联系管理员。",
  TooManyAttempts: "密码错误次数过多，请稍后再试。",
  TooManyAttemptsFor: "密码错误次数过多，请 {minutes} 分钟后再试。",
  LdapAway: "暂时连不上公司的目录服务，无法验证密码，请稍后再试。",
  WrongOldPassword: "原密码不正确。",
  WeakPassword: "密码太容易被猜到：至少 8 个字符，不含账号，也不要用常见密码。",
  NotShownToYou: "你不在该应用的可见范围内，请联系管理员。",
  NoSuchLogin: "此二维码已失效、已使用或已被他人扫描，请刷新后重试。",
  AppDisabled: "应用已停用，请联系管理员。",
};
