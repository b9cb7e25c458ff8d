"""What the page for asking to join says, in the two languages that WeCom's has."""

from .app_words import Language

JOIN_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "join": "申请加入 {company}",
        "how": "填写后由公司人事审核，通过后即可用此账号和密码登录。",
        "name": "姓名",
        "mobile": "手机号",
        "mobile_hint": "中国大陆以外的号码请加 + 和国家代码",
        "account": "希望使用的账号",
        "account_hint": "字母、数字和 _-@. ，以字母或数字开头",
        "password": "密码",
        "password_hint": "至少 8 个字符，不能包含账号",
        "again": "再次输入密码",
        "words": "给人事的留言（选填）",
        "send": "提交申请",
        "sent": "申请已提交",
        "sent_how": "公司审核通过后，请用账号 {userid} 和你设置的密码登录。",
        "go_on": "前往首页",
        "differ": "两次输入的密码不一致。",
        "wrong": "无法申请加入",
        "javascript": "此页面需要启用 JavaScript。",
        "unreachable": "网络连接失败，请稍后重试。",
    },
    "en": {
        "join": "Ask to join {company}",
        "how": "The company's HR looks at this. Once they have agreed, you sign in with this userid and password.",
        "name": "Name",
        "mobile": "Mobile number",
        "mobile_hint": "Outside China with + and the country code",
        "account": "The userid you wish for",
        "account_hint": "Letters, digits and _-@. beginning with a letter or digit",
        "password": "Password",
        "password_hint": "At least 8 characters, without your userid",
        "again": "The same again",
        "words": "A word to HR (optional)",
        "send": "Ask to join",
        "sent": "You have asked to join",
        "sent_how": "Once the company has agreed, sign in as {userid} with the password that you chose.",
        "go_on": "Go on",
        "differ": "The two passwords differ: type them again.",
        "wrong": "You cannot ask to join here",
        "javascript": "This page needs JavaScript.",
        "unreachable": "The server cannot be reached: try again in a moment.",
    },
}

JOIN_REASONS: dict[str, str] = {
    "InvalidMobile": "手机号格式不正确。",
    "InvalidName": "姓名应为 1 到 64 个字符。",
    "InvalidText": "内容中含有无法保存的字符。",
    "InvalidUserid": "账号格式不正确：请使用字母、数字和 _-@. ，以字母或数字开头，最长 64 个字符。",
    "JoinCodeInvalid": "此二维码无效或已过期，请向提供者索取新的二维码。",
    "JoiningClosed": "公司目前不接受扫码加入申请，请联系人事部门。",
    "Misread": "填写的内容过长或不完整，请检查后重试。",
    "MobileMissing": "请填写手机号。",
    "TooManyJoinRequests": "申请过于频繁，请稍后再试。",
    "TooManySignIns": "服务器繁忙，请稍后再试。",
    "WeakPassword": "密码过于简单或包含账号，请换一个。",
    "WordsTooLong": "留言最多 200 个字符。",
}
"""Refusals in Chinese; in English they say themselves."""
