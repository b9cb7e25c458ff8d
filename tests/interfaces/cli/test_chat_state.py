"""What a client makes of what it hears: the protocol's worked example, step by step, and its corners."""

from typing import Any

from wecom.interfaces.cli.chat import state as states
from wecom.interfaces.cli.chat.apply import caught, hear
from wecom.interfaces.cli.chat.state import Ask, State

ME = {"id": 12, "userid": "wangwu", "name": "王五", "roles": [], "session_id": 3}


def view(id: int, head: int, **about: Any) -> dict[str, Any]:
    """A conversation as the API answers."""
    plain = {"id": id, "kind": "group", "chatid": f"wr{id}", "name": "", "app_id": None, "peer_id": None}
    marks = {"role": "member", "from_seq": 0, "head": head, "read_seq": 0, "unread": 0, "mentioned": False}
    own = {"pinned_at": None, "notify": "all", "muted_until": None, "hidden_up_to": None, "draft": None}
    return plain | marks | own | {"members": 3, "last": None} | about


def said(seq: int, words: str, *, by: int = 11, **about: Any) -> dict[str, Any]:
    content = {"msgtype": "text", "content": words}
    body = {"sender_id": by, "client_id": f"c{seq}", "sent_at": f"2026-01-01T00:00:{seq:02}Z", "reply_to": None}
    return {"seq": seq, "kind": "message.sent", "body": body | {"recalled": False, "content": content} | about}


def entry(seq: int, kind: str, **body: Any) -> dict[str, Any]:
    return {"seq": seq, "kind": kind, "body": body}


def frame(stream: str, since: int, to: int, *entries: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {"stream": stream, "epoch": "k3", "from": since, "to": to, "entries": list(entries)} | about


def begun(*views: dict[str, Any], **heads: int) -> State:
    listed = {f"conversation:{each['id']}": each["head"] for each in views}
    return states.begin(ME, "k3", {"member:12": 5, "directory": 80} | listed | heads, views)


def words(state: State, id: int) -> list[str]:
    held = state.conversations[id].messages or {}
    return [str((each.content or {}).get("content", "(taken back)")) for each in held.values()]


def test_the_worked_example() -> None:
    """As `wecom/interfaces/realtime/__init__.py` tells it."""
    state = states.opened(begun(view(7, 41)), 7)

    state = states.compared(state, {"member:12": 7, "conversation:9": 3, "directory": 80})
    assert 7 not in state.conversations and "conversation:7" not in state.cursors, "what was said there is dropped"
    assert state.behind["member:12"] == 7 and Ask("conversation", 9) in state.asks

    left = entry(6, "conversation.left", conversation_id=7, to_seq=43)
    joined = entry(7, "conversation.joined", conversation_id=9, from_seq=2)
    state = caught(state, frame("member:12", 5, 7, left, joined, head=7))
    assert state.cursors["member:12"] == 7 and not state.behind.keys() & {"member:12"}

    state = states.absorb(state, Ask("conversation", 9), view(9, 3, from_seq=2))
    assert state.cursors["conversation:9"] == 3 and not state.behind and not state.asks

    state = states.opened(state, 9)
    gap = frame("conversation:9", 4, 5, said(5, "fünf"))
    state = hear(state, gap)
    assert state.behind == {"conversation:9": 5} and words(state, 9) == [], "a frame from beyond the cursor is a gap"
    state = caught(state, frame("conversation:9", 3, 5, said(4, "vier"), said(5, "fünf"), head=5))
    assert words(state, 9) == ["vier", "fünf"] and not state.behind
    assert hear(state, gap) == state, "what is known is dropped"

    state = caught(state, frame("conversation:9", 5, 80_000, head=80_000, reset=True))
    assert 9 not in state.conversations and state.asks == {Ask("conversation", 9)}
    state = states.absorb(state, Ask("conversation", 9), view(9, 80_000, from_seq=2))
    assert state.cursors["conversation:9"] == 80_000


def test_had_he_been_connected_the_removal_is_the_last_he_hears() -> None:
    state = states.opened(begun(view(7, 41)), 7)
    state = hear(state, frame("conversation:7", 41, 42, said(42, "noch da")))
    assert words(state, 7) == ["noch da"]
    state = hear(state, frame("conversation:7", 42, 43, entry(43, "participants.removed", actor_ids=[12], by=11)))
    assert 7 not in state.conversations and "conversation:7" not in state.cursors


def test_a_frame_that_reaches_across_the_cursor_is_applied_from_there() -> None:
    state = states.opened(begun(view(7, 41)), 7)
    state = hear(state, frame("conversation:7", 41, 42, said(42, "eins")))
    state = hear(state, frame("conversation:7", 40, 43, said(41, "null"), said(42, "eins"), said(43, "zwei")))
    assert words(state, 7) == ["eins", "zwei"] and state.conversations[7].unread == 2


def test_entries_may_be_missing_from_the_middle() -> None:
    state = hear(begun(view(7, 41)), frame("conversation:7", 41, 50, said(45, "für mich")))
    assert state.cursors["conversation:7"] == 50 and not state.behind


def test_another_epoch_forgets_everything() -> None:
    assert states.EVERYTHING in hear(begun(view(7, 41)), frame("conversation:7", 41, 42, epoch="k4")).asks


def test_what_the_snapshot_counted_is_not_counted_again() -> None:
    last = {"seq": 43, "sender_id": 11, "sent_at": "2026-01-01T00:00:43Z", "content": None}
    state = begun(view(7, 41))
    state = states.absorb(state, Ask("conversation", 7), view(7, 43, unread=2, last=last))
    state = hear(state, frame("conversation:7", 41, 44, said(42, "a"), said(43, "b"), said(44, "c")))
    assert state.conversations[7].unread == 3 and state.cursors["conversation:7"] == 44


def test_a_page_that_was_read_before_a_recall_does_not_bring_the_words_back() -> None:
    state = states.opened(begun(view(7, 42)), 7)
    state = hear(state, frame("conversation:7", 42, 43, entry(43, "message.recalled", message_seq=42, by=11)))
    page = [said(42, "geheim")["body"] | {"seq": 42}]
    state = states.with_page(state, 7, page, limit=50)
    assert words(state, 7) == ["(taken back)"]


def test_a_removal_from_an_earlier_time_does_not_end_the_present_one() -> None:
    state = begun(view(7, 60, from_seq=50))
    late = frame("member:12", 5, 6, entry(6, "conversation.left", conversation_id=7, to_seq=43))
    assert 7 in hear(state, late).conversations


def test_kinds_of_a_newer_server_change_nothing() -> None:
    state = begun(view(7, 41))
    after = hear(state, frame("conversation:7", 41, 42, entry(42, "message.reacted", message_seq=41, with_="👍")))
    assert after.conversations == state.conversations and after.cursors["conversation:7"] == 42


def test_an_app_that_never_said_anything_is_asked_about_only_when_it_does() -> None:
    state = begun(**{"conversation:30": 8})
    assert not state.asks
    state = hear(state, frame("conversation:30", 8, 9, said(9, "放假", by=29)))
    assert state.asks == {Ask("conversation", 30)}
    state = states.absorb(state, Ask("conversation", 30), view(30, 9, kind="app", unread=1))
    assert state.conversations[30].unread == 1 and state.cursors["conversation:30"] == 9


def test_what_was_hidden_is_back_with_the_next_message_and_a_pin_stays() -> None:
    own = {"pinned_at": "2026-01-01T00:00:00Z", "notify": "all", "muted_until": None, "hidden_up_to": 41}
    hidden = entry(6, "conversation.preferences_changed", conversation_id=7, **own)
    state = hear(begun(view(7, 41)), frame("member:12", 5, 6, hidden))
    assert state.conversations[7].hidden and state.conversations[7].pinned_at
    state = hear(state, frame("conversation:7", 41, 42, said(42, "da")))
    assert not state.conversations[7].hidden and state.conversations[7].pinned_at
