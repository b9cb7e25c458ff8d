export default {
  signIn: "登录",
  signOut: "退出登录",
  account: "账号、手机号或邮箱",
  password: "密码",
  cancel: "取消",
  save: "保存",
  retry: "重试",
  offline: "网络未连接",
  loading: "加载中",
  unreachable: "无法连接服务器，请检查网络后重试。",
};
