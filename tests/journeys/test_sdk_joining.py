"""wechatpy brings people in and takes the directory out: invitations, the company's QR code, exports."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.journeys.sdk import Sdk
from tests.world import PASSWORD, World
from wecom.foundation.jobs import work_one

KEY = "IJUiXNpvGbODwKEBSEsAeOAPAhkqHqNCF6g19t9wfg2"


async def test_somebody_is_added_invited_and_signs_in(here: str, contacts: Sdk, notices: Sdk) -> None:
    await contacts.call(lambda c: c.user.create("zhaoliu", "赵六", department=[2], mobile="13700000001"))
    told = await notices.call(lambda c: c.batch.invite(user=["zhaoliu", "nobody"], party=[2], tag=[9]))
    assert (told["invaliduser"], told["invalidtag"]) == (["nobody"], [9]) and "invitations" not in told
    assert await notices.refused(lambda c: c.batch.invite()) == 82001
    [invitation] = (await contacts.call(lambda c: c.batch.invite(user=["zhaoliu"])))["invitations"]
    assert invitation["link"].startswith(f"{here}/join#")
    token = urlsplit(invitation["link"]).fragment
    async with aiohttp.ClientSession() as browser:
        body = {"token": token, "password": PASSWORD, "kind": "bearer"}
        async with browser.post(f"{here}/api/invitations/accept", json=body) as accepted:
            assert (await accepted.json())["me"]["userid"] == "zhaoliu"
    assert (await contacts.call(lambda c: c.user.get("zhaoliu")))["status"] == 1


async def test_somebody_scans_the_companys_code_and_hr_lets_them_in(world: World, here: str, contacts: Sdk) -> None:
    assert (await contacts.call(lambda c: c.user.get_join_qrcode(1))).endswith("/qr-1.png")
    picture = await contacts.call(lambda c: c.user.get_join_qrcode())
    page, code = picture.rpartition("/")[0], picture.split("/")[-2]
    admin = await world.client("admin")
    async with aiohttp.ClientSession() as phone:
        async with phone.get(picture) as drawn:
            assert (drawn.status, drawn.content_type) == (200, "image/png")
        async with phone.get(page) as opened:
            assert opened.status == 200 and "海桥科技" in await opened.text()
        claim = {"name": "周八", "mobile": "13712345678", "userid": "zhouba", "password": PASSWORD}
        async with phone.post(f"{here}/api/join-requests", json=claim | {"code": code}) as asked:
            assert asked.status == 200
        assert await contacts.refused(lambda c: c.user.get("zhouba")) == 60111
        [request] = (await (await admin.get("/api/join-requests")).json())["requests"]
        await admin.post(f"/api/join-requests/{request['id']}/approve", json={"department_id": 2})
        who = {"account": "zhouba", "password": PASSWORD, "kind": "bearer"}
        async with phone.post(f"{here}/api/session", json=who) as signed_in:
            assert signed_in.status == 200
    member = await contacts.call(lambda c: c.user.get("zhouba"))
    assert (member["department"], member["status"]) == ([2], 1)


async def test_the_directory_is_exported_as_wechatpy_asks_for_it(world: World, here: str, contacts: Sdk) -> None:
    await contacts.call(lambda c: c.tag.create("UI", 12))
    await contacts.call(lambda c: c.tag.add_users(12, user_ids=["lisi"], department_ids=[3]))
    jobs = {
        "brief": await contacts.call(lambda c: c.export.export_simple_user(KEY)),
        "full": await contacts.call(lambda c: c.export.export_user(KEY, 10**4)),
        "departments": await contacts.call(lambda c: c.export.export_department(KEY)),
        "tagged": await contacts.call(lambda c: c.export.export_taguser(12, KEY)),
    }
    assert (await contacts.call(lambda c: c.export.get_result(jobs["full"])))["status"] == 0
    assert await contacts.refused(lambda c: c.export.export_user(KEY, 9_999)) == 40058
    while await work_one(world.pool, world.services):
        pass
    found = {what: await _file(here, contacts, jobid) for what, jobid in jobs.items()}
    assert found["full"]["userlist"] == await contacts.call(lambda c: c.user.list(1, fetch_child=True))
    assert [each["userid"] for each in found["brief"]["userlist"]] == [
        each["userid"] for each in found["full"]["userlist"]
    ]
    assert found["departments"]["department"] == await contacts.call(lambda c: c.department.list())
    assert found["tagged"] == {
        "tagname": "UI",
        "userlist": [{"userid": "lisi", "name": "李四"}],
        "partylist": [3],
    }


async def _file(here: str, contacts: Sdk, jobid: str) -> Any:
    result = await contacts.call(lambda c: c.export.get_result(jobid))
    [told] = result["data_list"]
    assert result["status"] == 2 and told["url"].startswith(f"{here}/exports/")
    async with aiohttp.ClientSession() as http, http.get(told["url"]) as answer:
        data = await answer.read()
    assert (len(data), hashlib.md5(data).hexdigest()) == (told["size"], told["md5"])
    key = base64.b64decode(KEY + "=")
    decryptor = Cipher(AES(key), CBC(key[:16])).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    return orjson.loads(plain[: -plain[-1]])
