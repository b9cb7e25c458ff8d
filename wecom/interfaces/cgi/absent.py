"""APIs of WeCom's that this server does not answer, each with the reason that callers are told.

`tests/interfaces/cgi/catalogue.toml` has every path of WeCom's, done or not; a test holds it against this
table and the endpoints. A path ending in `*` stands for all below it.
"""

LATER = "this API is not available yet"
WECHAT = "it belongs to WeChat accounts, which this server does not know"
PROVIDER = "it is for third-party providers of Tencent's cloud, and this server has no such platform"
TENCENT = "it is carried out by Tencent's cloud alone"

ABSENT: dict[str, str] = {
    "/cgi-bin/get_jsapi_ticket": LATER,
    "/cgi-bin/ticket/get": LATER,
    "/cgi-bin/get_launch_code": LATER,
    "/cgi-bin/user/convert_to_openid": WECHAT,
    "/cgi-bin/user/convert_to_userid": WECHAT,
    "/cgi-bin/user/get_active_stat": LATER,
    "/cgi-bin/user/list_selected_ticket_user": PROVIDER,
    "/cgi-bin/user/list_member_auth": PROVIDER,
    "/cgi-bin/user/check_member_auth": PROVIDER,
    "/cgi-bin/batch/invite": LATER,
    "/cgi-bin/batch/syncuser": LATER,
    "/cgi-bin/batch/replaceuser": LATER,
    "/cgi-bin/batch/replaceparty": LATER,
    "/cgi-bin/batch/getresult": LATER,
    "/cgi-bin/batch/userid_to_openuserid": PROVIDER,
    "/cgi-bin/batch/openuserid_to_userid": PROVIDER,
    "/cgi-bin/corp/get_join_qrcode": LATER,
    "/cgi-bin/corp/apply_mass_call_ticket": PROVIDER,
    "/cgi-bin/agent/set_scope": PROVIDER,
    "/cgi-bin/agent/migrate_to_customized_app": PROVIDER,
    "/cgi-bin/agent/get_permissions": PROVIDER,
    "/cgi-bin/agent/get_admin_list": LATER,
    "/cgi-bin/agent/set_workbench_template": LATER,
    "/cgi-bin/agent/get_workbench_template": LATER,
    "/cgi-bin/agent/set_workbench_data": LATER,
    "/cgi-bin/agent/batch_set_workbench_data": LATER,
    "/cgi-bin/menu/create": LATER,
    "/cgi-bin/menu/get": LATER,
    "/cgi-bin/menu/delete": LATER,
    "/cgi-bin/message/update_taskcard": "task cards are retired: template cards take their place",
    "/cgi-bin/message/update_template_card": LATER,
    "/cgi-bin/webhook/upload_media": LATER,
}


def why_absent(path: str) -> str | None:
    """Why a path is not answered; None when there is no such path in the table."""
    return ABSENT.get(path)
