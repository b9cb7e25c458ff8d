"""wechatpy, unchanged, uploads material and has tables imported."""

import io
from typing import Any

import pytest
from wechatpy.exceptions import WeChatClientException

from tests.journeys.sdk import Sdk
from tests.world import World
from wecom.foundation.jobs import work_one


async def test_material_as_wechatpy_uploads_it(contacts: Sdk, notices: Sdk) -> None:
    table = "姓名,帐号\n".encode() * 40_000
    uploaded = await contacts.call(lambda c: c.media.upload("file", ("通讯录.csv", io.BytesIO(table))))
    url = await notices.call(lambda c: c.media.get_url(uploaded["media_id"]))
    fetched = await notices.call(lambda c: c._http.get(url))
    assert fetched.content == table
    assert fetched.headers["Content-Disposition"].endswith("%E9%80%9A%E8%AE%AF%E5%BD%95.csv")
    part = await notices.call(lambda c: c._http.get(url, headers={"Range": "bytes=5-9"}))
    assert (part.status_code, part.content) == (206, table[5:10])
    assert await contacts.refused(lambda c: c.media.upload("image", ("x.png", io.BytesIO(table)))) == 40123
    assert await contacts.refused(lambda c: c.media.upload_img(("x.png", io.BytesIO(b"123456")))) == 40123


async def test_tables_as_wechatpy_has_them_imported(world: World, contacts: Sdk) -> None:
    async def imported(kind: str, table: str) -> dict[str, Any]:
        file = ("table.csv", io.BytesIO(table.encode()))
        media_id = (await contacts.call(lambda c: c.media.upload("file", file)))["media_id"]
        hook = "https://app.example.com/hook", "abc123", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
        begun = await contacts.call(lambda c: getattr(c.batch, kind)(*hook, media_id))
        while await work_one(world.pool, world.services):
            pass
        result: dict[str, Any] = await contacts.call(lambda c: c.batch.get_result(begun["jobid"]))
        return result

    tree = await imported("replace_party", "部门名称,部门ID,父部门ID,排序\n研发部,2,1,\n市场部,3,1,\n测试组,4,2,\n")
    assert [(each["partyid"], each["action"]) for each in tree["result"]] == [(2, 0), (3, 0), (4, 1)]
    people = "姓名,帐号,手机号,所在部门\n张三,zhangsan,,4\n李四,lisi,,2\n王五,wangwu,,3\n管理员,admin,,1\n"
    changed = await imported("sync_user", people + "米薇,miwei,13888888888,4\n错,../,13888888889,4\n")
    assert [each["errcode"] for each in changed["result"]] == [0, 0, 0, 0, 0, 40003]
    assert (await contacts.call(lambda c: c.user.get("miwei")))["department"] == [4]
    with pytest.raises(WeChatClientException) as refused:
        await imported("replace_user", people.splitlines()[0] + "\n管理员,admin,13800000003,1\n")
    assert refused.value.errcode == 45026
    whole = people.replace(",,", ",{},").format(*(f"1380000000{n}" for n in range(4)))
    left = await imported("replace_user", whole + "米薇,miwei,13888888888,4\n")
    assert {each["userid"]: each["errmsg"] for each in left["result"]}["auditor"] == "deleted"
