"""Holidays: by law, as they were changed here, and what a change is about."""

from datetime import timedelta

from tests.interfaces.api.test_attendance import ask, ids, rule, today
from tests.world import World


async def test_a_date_that_was_changed_is_told_apart_from_the_law_and_taken_back(world: World) -> None:
    hr = await world.client("admin")
    await ask(hr, "POST", "rules", json=rule(holidays=True))
    year = today().year
    told = await ask(hr, "GET", f"holidays?year={year}")
    assert told["announced"] and "CN" in told["countries"] and not any(each["changed"] for each in told["holidays"])
    law = next(each for each in told["holidays"] if each["kind"] == "holiday")
    where = f"holidays/CN/{law['date']}"
    await ask(hr, "PUT", where, json={"kind": None, "note": "发货"})
    listed = (await ask(hr, "GET", f"holidays?year={year}"))["holidays"]
    [now] = [each for each in listed if each["date"] == law["date"]]
    assert (now["kind"], now["law_kind"], now["changed"], now["note"]) == (None, "holiday", True, "发货")
    assert now["changed_by"] == world["admin"].id
    await ask(hr, "DELETE", where)
    assert (await ask(hr, "GET", f"holidays?year={year}"))["holidays"] == told["holidays"]
    assert (await ask(hr, "PUT", where, 400, json={"kind": "off", "name": ""}))["error"] == "HolidayUnfit"


async def test_what_a_change_is_about_is_said_before_and_days_are_judged_again(world: World) -> None:
    hr = await world.client("admin")
    lisi, _ = await ids(world, "lisi", "zhangsan")
    made = await ask(hr, "POST", "rules", json=rule(holidays=True))
    on = today()
    before = await ask(hr, "GET", f"days/{lisi}/{on}")
    reach = await ask(hr, "GET", f"holidays/CN/{on}/reach")
    assert reach["rules"] == [{"rule_id": made["rule_id"], "name": "朝九晚六"}]
    assert (reach["members"], reach["judged"], reach["closed"]) == (2, 1, False)
    assert (await ask(hr, "GET", f"holidays/DE/{on}/reach"))["members"] == 0
    other = (
        {"kind": "holiday", "name": "公司日"}
        if before["day"]["kind"] == "work"
        else {"kind": "workday", "name": "补班"}
    )
    await ask(hr, "PUT", f"holidays/CN/{on}", json=other)
    after = await ask(hr, "GET", f"days/{lisi}/{on}")
    assert after["day"]["kind"] != before["day"]["kind"] and after["day"]["name"] == other["name"]
    await ask(hr, "DELETE", f"holidays/CN/{on}")
    assert (await ask(hr, "GET", f"days/{lisi}/{on}"))["day"]["kind"] == before["day"]["kind"]
    assert await ask(hr, "GET", f"days/{lisi}/{on - timedelta(1)}")


async def test_a_year_that_no_rule_follows_is_told_all_the_same_and_kept_when_it_is_changed(world: World) -> None:
    hr = await world.client("admin")
    assert {"CN", "DE", "JP"} <= set((await ask(hr, "GET", "holidays/countries"))["countries"])
    year = today().year
    told = await ask(hr, "GET", f"holidays?year={year}&country=DE")
    assert told["announced"] and {each["name"] for each in told["holidays"]} >= {"Neujahr", "Karfreitag"}
    await ask(hr, "PUT", f"holidays/DE/{year}-01-01", json={"kind": None})
    now = (await ask(hr, "GET", f"holidays?year={year}&country=DE"))["holidays"]
    assert (now[0]["kind"], now[0]["law_name"]) == (None, "Neujahr")
    assert now[1:] == told["holidays"][1:]
    assert not (await ask(hr, "GET", f"holidays?year={year}&country=XX"))["announced"]
