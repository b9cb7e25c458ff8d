"""What the pages for signing in to apps say, in the two languages that WeCom's have."""

from typing import Literal

Language = Literal["zh", "en"]

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "sign_in": "登录",
        "sign_in_to": "登录 {app}",
        "goes_on": "登录后前往 {domain}",
        "account": "账号、手机号或邮箱",
        "password": "密码",
        "must_change": "首次登录须修改密码，请设置新密码",
        "new_password": "新密码",
        "password_hint": "至少 8 个字符，不能包含账号",
        "asks": "{app} 申请获取你的以下信息",
        "told_to": "将提供给 {domain}",
        "picture": "头像、性别",
        "mobile": "手机号",
        "mail": "邮箱、企业邮箱",
        "address": "地址",
        "as_whom": "当前账号：{name}（{userid}）",
        "withdraw": "允许后可随时在客户端撤回。",
        "allow": "允许",
        "refuse": "拒绝",
        "scan": "请用已登录的手机扫码，并在手机上确认",
        "scanned": "已扫码，请在手机上确认",
        "expired": "二维码已失效",
        "again": "刷新二维码",
        "go_on": "继续",
        "continue_as": "以 {name}（{userid}）的身份继续",
        "with_password": "使用密码登录",
        "qr": "登录二维码",
        "confirm_title": "确认登录 {app}？",
        "confirm_where": "另一台设备将以你的身份登录 {app}，网址为 {domain}",
        "confirm_from": "该设备的地址：{address}",
        "confirm_warning": "如果不是你本人在该设备上操作，请拒绝。",
        "confirm": "确认登录",
        "confirmed": "已确认，请回到该设备继续。",
        "refused": "已拒绝。",
        "looking": "正在读取…",
        "wrong": "该链接无法访问",
        "number": "错误码 {number}",
        "tell": "请把这个提示告诉提供此链接的人。",
        "javascript": "此页面需要启用 JavaScript。",
    },
    "en": {
        "sign_in": "Sign in",
        "sign_in_to": "Sign in to {app}",
        "goes_on": "You then go on to {domain}",
        "account": "Userid, mobile number or e-mail",
        "password": "Password",
        "must_change": "Your password must be changed first: choose a new one.",
        "new_password": "New password",
        "password_hint": "At least 8 characters, without your userid.",
        "asks": "{app} asks to see these of your particulars",
        "told_to": "They are told to {domain}",
        "picture": "Picture and gender",
        "mobile": "Mobile number",
        "mail": "E-mail addresses",
        "address": "Address",
        "as_whom": "You are {name} ({userid})",
        "withdraw": "You can take this back at any time in your client.",
        "allow": "Allow",
        "refuse": "Refuse",
        "scan": "Scan this with a phone that is signed in, and confirm there",
        "scanned": "Scanned: confirm it on the phone",
        "expired": "The code has expired",
        "again": "Show a new one",
        "go_on": "Go on",
        "continue_as": "Continue as {name} ({userid})",
        "with_password": "Sign in with a password",
        "qr": "QR code to sign in with",
        "confirm_title": "Sign in to {app}?",
        "confirm_where": "Another device signs in to {app} as you, at {domain}",
        "confirm_from": "That device is at {address}",
        "confirm_warning": "Refuse unless it is you who opened the page there.",
        "confirm": "Sign in there",
        "confirmed": "Confirmed: go on at the other device.",
        "refused": "Refused.",
        "looking": "Looking …",
        "wrong": "This link does not work",
        "number": "Number {number}",
        "tell": "Tell this to whoever gave you the link.",
        "javascript": "This page needs JavaScript.",
    },
}

REASONS: dict[str, str] = {
    "AppDisabled": "应用已停用，请联系管理员。",
    "InvalidRedirect": "redirect_uri 不是可用的 http 或 https 地址。",
    "InvalidState": "state 超过 128 字节，或含有控制字符。",
    "NoSuchApp": "没有此 agentid 的应用。",
    "NotShownToYou": "你不在该应用的可见范围内，请联系管理员。",
    "RedirectNotTrusted": "redirect_uri 的域名（含端口）与应用的可信域名不完全一致。",
    "TooManyLogins": "操作过于频繁，请稍后再试。",
    "WrongLink": "链接的参数 {parameter} 不正确。",
}
"""Refusals in Chinese; in English they say themselves."""


def language(asked: str, accepted: str) -> Language:
    """As `lang` says, or else as the browser prefers; Chinese, unless English is meant."""
    if asked in ("zh", "en"):
        return "zh" if asked == "zh" else "en"
    first = accepted.strip().lower()
    return "en" if first.startswith("en") else "zh"
