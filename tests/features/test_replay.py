"""Every operation that emits events, replayed: what clients are told is what is there."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import timedelta

import pytest

from tests.features import replayed_checkins, replayed_codes, replayed_health, replayed_wishes
from tests.features.replayed import OPERATIONS, Operation, operation
from tests.house.source import import_everything
from tests.interfaces.api.sending import sent
from tests.pictures import picture
from tests.replay import replaying
from tests.world import World
from wecom.features import accounts, apps, directory, joining, lifecycle, messaging
from wecom.features.accounts import SYSTEM
from wecom.features.directory import ROOT, Attribute, Place
from wecom.features.messaging import Draft, Text
from wecom.foundation.db import transaction
from wecom.foundation.streams.model import KINDS

WINDOW = timedelta(minutes=5)

ELSEWHERE = (replayed_checkins, replayed_codes, replayed_health, replayed_wishes)
"""Modules with more operations."""


@operation("message.sent", viewers=("zhangsan", "lisi"))
async def somebody_says_something(world: World) -> AsyncIterator[None]:
    yield
    await world.say("zhangsan", world.lunch, "午饭?")


@operation("message.sent", viewers=("zhangsan", "lisi"))
async def somebody_calls_on_one_and_on_all_and_quotes(world: World) -> AsyncIterator[None]:
    first = await world.say("lisi", world.lunch, "几点?")
    yield
    for n, about in enumerate(({"mentions": (world["lisi"].id,)}, {"everyone": True})):
        body = Text(msgtype="text", content="十二点", **about)
        draft = Draft(world.lunch, world["zhangsan"].id, f"call-{n}", body, reply_to=first.seq)
        await world.services.mailroom.post(draft)


@operation("message.sent", "message.recalled", viewers=("zhangsan", "lisi"))
async def somebody_sends_a_picture_and_a_file_and_takes_one_back(world: World) -> AsyncIterator[None]:
    zhangsan = await world.client("zhangsan")
    yield
    await sent(zhangsan, world.lunch, "image", picture(), "午饭.jpg")
    seq = [await sent(zhangsan, world.lunch, "file", b"%PDF-1.7 ...", f"菜单 {n}.pdf") for n in range(2)][1]
    async with transaction(world.pool) as tx:
        await messaging.recall(tx, world["zhangsan"].id, world.lunch, seq, window=WINDOW)


@operation("conversation.joined")
async def a_group_is_started(world: World) -> AsyncIterator[None]:
    yield
    id = await world.conversation("zhangsan", "lisi", "wangwu", name="周末爬山")
    await world.say("wangwu", id, "几点出发?")


@operation("conversation.joined")
async def two_begin_to_talk(world: World) -> AsyncIterator[None]:
    yield
    await world.say("wangwu", await world.direct("zhangsan", "wangwu"), "在吗?")


@operation("participants.added", "conversation.joined")
async def somebody_is_brought_in_after_things_were_said(world: World) -> AsyncIterator[None]:
    await world.say("lisi", world.lunch, "之前的话")
    yield
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["lisi"].id, world.lunch, [world["wangwu"].id])
    await world.say("lisi", world.lunch, "之后的话")


@operation("participants.removed", "conversation.left")
async def somebody_is_put_out_and_more_is_said(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["zhangsan"].id, world.lunch, [world["wangwu"].id])
    await world.say("wangwu", world.lunch, "我也去")
    yield
    await world.say("lisi", world.lunch, "他听得到")
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["wangwu"].id])
    await world.say("lisi", world.lunch, "他听不到")


@operation("participants.removed", "conversation.left", "conversation.joined")
async def somebody_is_put_out_and_brought_in_again(world: World) -> AsyncIterator[None]:
    await world.say("zhangsan", world.lunch, "先前")
    yield
    async with transaction(world.pool) as tx:
        await messaging.remove_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    await world.say("zhangsan", world.lunch, "其间")
    async with transaction(world.pool) as tx:
        await messaging.add_participants(tx, world["zhangsan"].id, world.lunch, [world["lisi"].id])
    await world.say("zhangsan", world.lunch, "后来")


@operation("conversation.renamed", viewers=("zhangsan", "lisi"))
async def a_group_is_renamed(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await messaging.rename(tx, world["lisi"].id, world.lunch, "晚饭")


@operation("participant.role_changed", viewers=("zhangsan", "lisi"))
async def a_member_becomes_administrator(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await messaging.set_role(tx, world["zhangsan"].id, world.lunch, world["lisi"].id, "administrator")


@operation("participant.role_changed", viewers=("zhangsan", "lisi"))
async def the_group_gets_another_owner(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await messaging.transfer(tx, world["zhangsan"].id, world.lunch, world["lisi"].id)


@operation("participants.removed", "participant.role_changed", "conversation.left", viewers=("zhangsan", "lisi"))
async def the_owner_leaves(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await messaging.leave(tx, world["zhangsan"].id, world.lunch)


@operation("conversation.dissolved", "conversation.left", viewers=("zhangsan", "lisi"))
async def the_group_is_ended(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await messaging.dissolve(tx, world["zhangsan"].id, world.lunch)


@operation("message.recalled", viewers=("zhangsan", "lisi"))
async def unread_messages_are_taken_back(world: World) -> AsyncIterator[None]:
    said = [await world.say("zhangsan", world.lunch, words) for words in ("一", "二", "三")]
    yield
    for posted in (said[0], said[2]):
        async with transaction(world.pool) as tx:
            await messaging.recall(tx, world["zhangsan"].id, world.lunch, posted.seq, window=WINDOW)


@operation("message.recalled", viewers=("zhangsan", "lisi"))
async def the_only_call_on_somebody_is_taken_back(world: World) -> AsyncIterator[None]:
    body = Text(msgtype="text", content="@李四 快来", mentions=(world["lisi"].id,))
    posted = await world.services.mailroom.post(Draft(world.lunch, world["zhangsan"].id, "call", body))
    yield
    await world.say("zhangsan", world.lunch, "算了")
    async with transaction(world.pool) as tx:
        await messaging.recall(tx, world["zhangsan"].id, world.lunch, posted.seq, window=WINDOW)


@operation("message.recalled", "message.sent", viewers=("zhangsan", "lisi"))
async def something_is_said_and_withdrawn_at_once(world: World) -> AsyncIterator[None]:
    yield
    posted = await world.say("lisi", world.lunch, "说错了")
    async with transaction(world.pool) as tx:
        await messaging.withdraw(tx, world["admin"].id, world.lunch, posted.seq)


@operation("read.moved", viewers=("lisi", "zhangsan"))
async def somebody_reads_some_of_it(world: World) -> AsyncIterator[None]:
    said = [await world.say("zhangsan", world.lunch, words) for words in ("一", "二", "三")]
    yield
    async with transaction(world.pool) as tx:
        await messaging.mark_read(tx, world["lisi"].id, world.lunch, said[1].seq)


@operation("read.moved", "message.sent", viewers=("lisi",))
async def somebody_reads_and_more_is_said(world: World) -> AsyncIterator[None]:
    yield
    posted = await world.say("zhangsan", world.lunch, "读过")
    async with transaction(world.pool) as tx:
        await messaging.mark_read(tx, world["lisi"].id, world.lunch, posted.seq)
    await world.say("zhangsan", world.lunch, "没读过")


@operation("member.sessions_ended", viewers=("lisi",))
async def another_device_is_signed_out(world: World) -> AsyncIterator[None]:
    session = await accounts.session_by_token(world.pool, await world.token("lisi"))
    yield
    async with transaction(world.pool) as tx:
        await accounts.revoke_device(tx, session, session.session_id)


@operation("member.roles_changed", viewers=("lisi",))
async def somebody_gets_a_role(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, world["admin"].id, world["lisi"].id, "auditor")


@operation("member.roles_changed", viewers=("auditor",))
async def somebody_loses_a_role(world: World) -> AsyncIterator[None]:
    held = await accounts.grants(world.pool, world["auditor"].id)
    yield
    async with transaction(world.pool) as tx:
        await accounts.revoke(tx, world["admin"].id, held[0].id)


@operation("directory.member_changed", viewers=("lisi",))
async def somebody_begins_to_work_here(world: World) -> AsyncIterator[None]:
    yield
    await world.add("zhaoliu", "赵六", department=2)


@operation("directory.member_changed", viewers=("lisi",))
async def somebody_signs_in_for_the_first_time(world: World) -> AsyncIterator[None]:
    member = await world.add("zhaoliu", "赵六")
    yield
    async with transaction(world.pool) as tx:
        await directory.mark_activated(tx, member.id)


@operation("directory.member_changed", viewers=("lisi", "wangwu"))
async def somebody_is_described_anew(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await directory.change_member(
            tx, SYSTEM, world["wangwu"].id, name="王五一", position="经理", departments=(Place(2, 5, True),)
        )


@operation("directory.member_changed", viewers=("zhangsan",))
async def somebody_is_disabled_and_let_in_again(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await lifecycle.disable(tx, world["admin"].id, world["lisi"].id)
    yield
    async with transaction(world.pool) as tx:
        await lifecycle.enable(tx, world["admin"].id, world["lisi"].id)
        await lifecycle.disable(tx, world["admin"].id, world["wangwu"].id)


@operation("directory.member_left", "participants.removed", viewers=("zhangsan", "wangwu"))
async def somebody_leaves_the_company(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "读书会", id=7)
        await directory.put_tag_on(tx, SYSTEM, 7, member_ids=[world["lisi"].id, world["wangwu"].id])
        await directory.change_member(tx, SYSTEM, world["wangwu"].id, leader_ids=[world["lisi"].id])
    yield
    async with transaction(world.pool) as tx:
        await lifecycle.leave(tx, world["admin"].id, world["lisi"].id)


@operation("directory.department_changed", viewers=("lisi",))
async def departments_are_added_and_moved(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        new = await directory.add_department(tx, SYSTEM, "测试组", under=2)
        await directory.change_department(tx, SYSTEM, new.id, name="质量组", under=3)


@operation("directory.department_removed", viewers=("lisi",))
async def a_department_is_deleted(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        new = await directory.add_department(tx, SYSTEM, "测试组", under=2)
    yield
    async with transaction(world.pool) as tx:
        await directory.delete_department(tx, SYSTEM, new.id)


@operation("directory.tag_changed", viewers=("lisi",))
async def a_tag_is_added_renamed_and_put_on_people(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "读书会", id=7)
    yield
    async with transaction(world.pool) as tx:
        await directory.rename_tag(tx, SYSTEM, 7, "读书小组")
        await directory.put_tag_on(tx, SYSTEM, 7, member_ids=[world["wangwu"].id], department_ids=[2])
        await directory.take_tag_off(tx, SYSTEM, 7, department_ids=[2])
        new = await directory.add_tag(tx, SYSTEM, "跑步")
        await directory.put_tag_on(tx, SYSTEM, new.id, member_ids=[world["lisi"].id])


@operation("directory.tag_removed", viewers=("lisi",))
async def a_tag_is_removed(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await directory.add_tag(tx, SYSTEM, "读书会", id=7)
        await directory.put_tag_on(tx, SYSTEM, 7, member_ids=[world["wangwu"].id])
    yield
    async with transaction(world.pool) as tx:
        await directory.delete_tag(tx, SYSTEM, 7)


@operation("directory.attributes_changed", "directory.reloaded", viewers=("lisi",))
async def an_attribute_comes_and_another_goes(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await directory.define_attribute(tx, SYSTEM, "工位")
        await directory.change_member(
            tx, SYSTEM, world["wangwu"].id, attributes=(Attribute("工位", "text", value="3-14"),)
        )
    yield
    async with transaction(world.pool) as tx:
        await directory.define_attribute(tx, SYSTEM, "爱好")
        await directory.remove_attribute(tx, SYSTEM, "工位")


@operation("directory.changed", viewers=("lisi",))
async def a_rule_says_who_may_see_whom(world: World) -> AsyncIterator[None]:
    yield
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "hide", subject_departments=[3], allowed_departments=[ROOT])
        await directory.add_rule(tx, SYSTEM, "hide", subject_members=[world["auditor"].id])


@operation("directory.changed", viewers=("lisi",))
async def something_changes_where_not_everything_is_seen(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await directory.add_rule(tx, SYSTEM, "hide", subject_members=[world["auditor"].id])
    yield
    async with transaction(world.pool) as tx:
        await directory.change_member(tx, SYSTEM, world["auditor"].id, name="看不见")
        await directory.change_member(tx, SYSTEM, world["wangwu"].id, name="看得见")


@operation("participants.added", "robot.changed", viewers=("zhangsan", "lisi"))
async def a_robot_comes_is_renamed_and_goes(world: World) -> AsyncIterator[None]:
    leader = world["zhangsan"].id
    async with transaction(world.pool) as tx:
        old, _ = await apps.create_robot(tx, leader, world.lunch, "值日生")
    yield
    async with transaction(world.pool) as tx:
        new, _ = await apps.create_robot(tx, leader, world.lunch, "构建播报")
        await apps.change_robot(tx, leader, world.lunch, new.id, name="发布播报")
        await apps.remove_robot(tx, leader, world.lunch, old.id)


@operation("app.changed", "message.sent", viewers=("zhangsan", "lisi"))
async def an_app_speaks_and_is_renamed(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        app, _ = await apps.create_app(tx, SYSTEM, "公告助手", visible_departments=[ROOT])
        conversation_id = await messaging.open_app_conversation(tx, app.id)
        for audience in (None, (1 << world["lisi"].ordinal).to_bytes(8, "little")):
            words = Text(msgtype="text", content="放假通知")
            await messaging.post_to_audience(tx, conversation_id, app.id, f"before-{audience}", words, audience)
        quiet, _ = await apps.create_app(tx, SYSTEM, "运维机器人", visible_departments=[ROOT])
        quiet_id = await messaging.open_app_conversation(tx, quiet.id)
    yield
    async with transaction(world.pool) as tx:
        await apps.change_app(tx, SYSTEM, app.id, name="公告")
        for id, by in ((conversation_id, app.id), (quiet_id, quiet.id)):
            for audience in (None, (1 << world["zhangsan"].ordinal).to_bytes(8, "little")):
                words = Text(msgtype="text", content="上班通知", everyone=True)
                await messaging.post_to_audience(tx, id, by, f"after-{audience}", words, audience)


@operation("join_requests.changed", "directory.member_changed", viewers=("lisi",))
async def people_ask_to_join_and_are_answered(world: World) -> AsyncIterator[None]:
    async with transaction(world.pool) as tx:
        await accounts.grant(tx, SYSTEM, world["lisi"].id, "hr")
        app, _ = await apps.create_contacts_app(tx, SYSTEM)
        for number in range(2):
            await joining.ask(tx, app.id, joining.Asked("周八", f"1371234567{number}", f"zhou{number}", "", "hash"))
    hr = await accounts.session_by_token(world.pool, await world.token("lisi"))
    one, two = await joining.join_requests(world.pool)
    yield
    async with transaction(world.pool) as tx:
        await joining.ask(tx, app.id, joining.Asked("吴九", "13712345679", "wujiu", "你好", "hash"))
        await joining.approve(tx, hr, one.id, 2)
    async with transaction(world.pool) as tx:
        await joining.decline(tx, hr, two.id, "不认识")


@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.act.__name__)
async def test_entries_bring_a_client_to_what_is_there(
    world: World, each: Operation, request: pytest.FixtureRequest
) -> None:
    record = each.act.__name__ if request.config.getoption("--record") else ""
    async with aclosing(each.act(world)) as act:  # type: ignore[type-var]
        await anext(act)
        async with replaying(world, *each.viewers, record=record) as replays:
            await anext(act, None)
    heard = {kind for replay in replays for kind in replay.kinds}
    assert each.kinds <= heard, "the operation does not emit what it is listed under"


def test_every_kind_of_entry_is_replayed() -> None:
    import_everything()
    kinds = {kind for kind, event in KINDS.items() if event.__module__.startswith("wecom.")}
    replayed = {kind for each in OPERATIONS for kind in each.kinds}
    assert kinds <= replayed, "add an operation that emits it, and what it means to wecom/interfaces/cli/chat/apply.py"
