"""The cast is there, and can be asked to do things."""

from .world import CORPID, World


async def test_people_talk(world: World) -> None:
    zhangsan, lisi = world.members("zhangsan", "lisi")
    assert (zhangsan.name, lisi.name, world.services.company.corpid) == ("张三", "李四", CORPID)
    first = await world.say("zhangsan", world.lunch, "午饭?")
    second = await world.say("lisi", world.lunch, "好的")
    assert second.seq == first.seq + 1
    assert await world.direct("zhangsan", "wangwu") == await world.direct("wangwu", "zhangsan")
    await world.add("zhaoliu", "赵六")
    await world.say("zhaoliu", await world.conversation("zhaoliu", "lisi"), "晚饭?")
    assert await world.token("zhaoliu")


async def test_people_are_signed_in(world: World) -> None:
    client = await world.client("zhangsan")
    answer = await client.get("/api/me")
    assert (answer.status, (await answer.json())["userid"]) == (200, "zhangsan")
    nobody = await world.client(None)
    assert (await nobody.get("/api/me")).status == 401
    async with client.ws_connect("/api/socket") as socket:
        welcome = await socket.receive_json(timeout=20)
    assert welcome["type"] == "welcome"
    assert f"conversation:{world.lunch}" in welcome["heads"]
