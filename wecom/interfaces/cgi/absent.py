"""APIs of WeCom's that this server does not answer, each with the reason that callers are told.

`tests/interfaces/cgi/catalogue.toml` has every path of the chapters begun so far, done or not; a test holds it
against this table and the endpoints.
"""

WECHAT = "it belongs to WeChat accounts, which this server does not know"
PROVIDER = "it is for third-party providers of Tencent's cloud, and this server has no such platform"
FACES = (
    "it would keep a picture of a face to recognise its person by; this server recognises no faces, and keeps no such "
    "data without need (GDPR Art. 9)"
)
FILES = "this server keeps no personnel files; what it knows of members is read and changed under /cgi-bin/user/"
LINKED = "companies are linked in Tencent's cloud; a deployment of this server is for one company"

# What an API waits for.
CLIENTS = "the web and mobile clients, which open what it makes"
STATISTICS = "daily statistics of use"
SECOND_FACTORS = "second factors"
WORKBENCH = "the workbench of the clients"
APP_ADMINS = "administrators of single apps"
MENUS = "app menus in the clients"
CARDS = "template cards"
VOICE = "the JS-SDK in the clients, with which it is recorded"
CUSTOMERS = "customers, whose groups and moments it is for"

REFUSED: dict[str, str] = {
    "/cgi-bin/user/convert_to_openid": WECHAT,
    "/cgi-bin/user/convert_to_userid": WECHAT,
    "/cgi-bin/user/list_selected_ticket_user": PROVIDER,
    "/cgi-bin/user/list_member_auth": PROVIDER,
    "/cgi-bin/user/check_member_auth": PROVIDER,
    "/cgi-bin/batch/userid_to_openuserid": PROVIDER,
    "/cgi-bin/batch/openuserid_to_userid": PROVIDER,
    "/cgi-bin/corp/apply_mass_call_ticket": PROVIDER,
    "/cgi-bin/linkedcorp/agent/get_perm_list": LINKED,
    "/cgi-bin/linkedcorp/user/get": LINKED,
    "/cgi-bin/linkedcorp/user/simplelist": LINKED,
    "/cgi-bin/linkedcorp/user/list": LINKED,
    "/cgi-bin/linkedcorp/department/list": LINKED,
    "/cgi-bin/linkedcorp/message/send": LINKED,
    "/cgi-bin/miniprogram/transfer_session": WECHAT,
    "/cgi-bin/miniprogram/jscode2session": WECHAT,
    "/cgi-bin/agent/set_scope": PROVIDER,
    "/cgi-bin/agent/migrate_to_customized_app": PROVIDER,
    "/cgi-bin/agent/get_permissions": PROVIDER,
    "/cgi-bin/checkin/addcheckinuserface": FACES,
    "/cgi-bin/hr/get_fields": FILES,
    "/cgi-bin/hr/get_staff_info": FILES,
    "/cgi-bin/hr/update_staff_info": FILES,
}
"""For good, with the reason."""

LATER: dict[str, str] = {
    "/cgi-bin/get_launch_code": CLIENTS,
    "/cgi-bin/user/get_active_stat": STATISTICS,
    "/cgi-bin/auth/get_tfa_info": SECOND_FACTORS,
    "/cgi-bin/user/tfa_succ": SECOND_FACTORS,
    "/cgi-bin/agent/get_admin_list": APP_ADMINS,
    "/cgi-bin/agent/set_workbench_template": WORKBENCH,
    "/cgi-bin/agent/get_workbench_template": WORKBENCH,
    "/cgi-bin/agent/set_workbench_data": WORKBENCH,
    "/cgi-bin/agent/batch_set_workbench_data": WORKBENCH,
    "/cgi-bin/menu/create": MENUS,
    "/cgi-bin/menu/get": MENUS,
    "/cgi-bin/menu/delete": MENUS,
    "/cgi-bin/message/update_taskcard": CARDS,
    "/cgi-bin/message/update_template_card": CARDS,
    "/cgi-bin/media/get/jssdk": VOICE,
    "/cgi-bin/media/upload_attachment": CUSTOMERS,
    "/cgi-bin/media/upload_by_url": CUSTOMERS,
    "/cgi-bin/media/get_upload_by_url_result": CUSTOMERS,
}
"""Until this server has what they wait for."""


def why_absent(path: str) -> str | None:
    """Why a path is not answered; None for one that is not in these tables."""
    if path in LATER:
        return f"this API is not available yet: it waits for {LATER[path]}"
    return REFUSED.get(path)
