"""The realtime interface: the WebSocket gateway, and the sync protocol that clients are built from.

Another team can build a client from this page and `/api/openapi.json` alone.

**Streams.** What a client knows is the sum of a few *streams*: `conversation:<id>` for each conversation
it takes part in and each app that may write to it, `member:<own id>` (what concerns only this member:
joining, leaving, read marks, ended sessions), and `directory`. Each is a gapless list of numbered
entries `{seq, kind, body}`; the kinds are those of `GET /api/openapi.json` (`x-events`). A client keeps,
for each stream, a *cursor*: the number up to which it has applied everything.

**Frames.** The server says changes in one shape, over the socket and in `GET /api/changes` alike:

    {"stream": "conversation:7", "epoch": "k3", "from": 41, "to": 43, "entries": [{"seq": 42, ...}, {"seq": 43, ...}]}

It means: *of everything in (41, 43], this is what you may see.* Entries may be missing from the middle;
that is not a gap. A client holds a frame against its cursor:

    from <= cursor < to    apply the entries whose seq > cursor, then cursor = to
    to <= cursor           already known: drop it
    from > cursor          a gap: ask `GET /api/changes?since=conversation:7@<cursor>`, keep the frame meanwhile

`epoch` differs from the one first heard only after a restored backup: forget everything, load anew.

**Connecting.** `GET /api/socket` with the session's cookie (same origin) or `Authorization: Bearer`. The
server answers `{"type": "welcome", "member_id", "session_id", "epoch", "heads": {stream: head, ...}}`. From
then on it sends every change past those heads. Whatever a head says that the cursor does not have, the
client asks for; there is no other way of catching up. On the first start, or when told to `reset`, it
loads the snapshot: `GET /api/conversations` (each with its `head`, which becomes the cursor) and pages of
messages as they are looked at. Streams in `heads` that it has no cursor for are new conversations;
cursors that are missing from `heads` are conversations it was removed from while away: drop them.

**Client frames** (JSON objects with a `type`; at most 64 KiB):

    {"type": "hello", "cursors": {stream: seq}}     answers {"type": "heads", "heads": {what differs}, "gone": [..]}
    {"type": "send", "conversation_id", "client_id", "body", "reply_to"?}
         answers {"type": "sent", "client_id", "conversation_id", "seq", "sent_at", "repeated"} once it is durable, or
         {"type": "refused", "client_id", "error", "message", "retry_after"?}. The same as POSTing it.
    {"type": "ack", "cursors": {stream: seq}}       this device has come so far, for good
    {"type": "typing", "conversation_id"}
    {"type": "watch", "member_ids": [..]}           whose presence to be told; answers with what is known
    {"type": "ping"}                                answers {"type": "pong"}

**Other server frames**: `heads` (you joined a conversation, or fell behind: compare and ask; `gone` names
cursors you no longer need), `typing` {conversation_id, member_id}, `presence` {members: {id: online}},
`reads` {conversation_id} (marks moved: ask again if you show them), `bye` {reason}, before a close:
4401 the session ended, 4409 one session has too many sockets, 1012 the server restarts (come back after a
random pause of up to five seconds). A socket that cannot keep up is cut without a word: connect again and
catch up. The server pings every 25 seconds and closes a socket silent for two of them.

**Sending** is safe to repeat for ever: choose a `client_id`, send, and send the same again until there is
an answer; what was said once comes back with its first number. The *entry* places the message, not the
answer: match them by `client_id`.

**Files.** A file is uploaded first, by tus 1.0.0 at `/api/uploads` (creation, expiration, termination):
`POST` with Upload-Length and Upload-Metadata, then `PATCH`es, each from where the upload stands; after a cut,
`HEAD` says where that is. 423 means that another request is still sending to it, 409 that it stands
elsewhere. Once the last `PATCH` is answered it can be sent, once and within a day: the body is `{"msgtype":
"image" | "file", "upload": "<last part of its address>"}`. What everybody hears has `name`, `size` and
`media_type` instead, and of a picture `width`, `height` and `color`. The bytes are at
`/api/conversations/<id>/messages/<seq>/file` (Range, ETag; `?inline=1` for pictures), small pictures at
`…/thumbnail/small`, `medium` and `large` (WebP), for as long as the message is to be seen. Both are refused
as the message would be: ask again with If-None-Match rather than keep them unasked. An upload that is whole
but still being looked at, which happens where the last answer was lost, is refused with `retry_after`.

**Removal.** Taking part is an interval of numbers. Being removed is an entry, `participants.removed`, and the
last one a member sees there; a `conversation.left` in the member's own stream says to forget the rest.

*A worked example.* Wang Wu's phone has `conversation:7` at 41 and `member:12` at 5. It loses the network;
42 (a message), 43 (Wang Wu is put out) and 44 (a message, not for him) are written, and he is added
to conversation 9. He connects: `heads` is {"member:12": 7, "conversation:9": 3, "directory": 80}. Own stream
behind: `since=member:12@5` gives `conversation.left {7, to_seq: 43}` and `conversation.joined {9, from_seq: 2}`.
Conversation 7 is not in `heads`: it is dropped with all it held. (Had he still been connected, the socket
would have said 42 and 43, and nothing of 44.) `since=conversation:9@2` gives entry 3. Then the socket says
9, from 4 to 5, while the cursor is 3: a gap, one frame went missing on the way. The phone asks
`since=conversation:9@3`, gets (3, 5], and drops the frame it kept, since its `to` is known. A week later
the phone asks `since=conversation:9@5` and the head is 80,000: the answer is {"reset": true, "to": 80000}; the
phone forgets what it knew of 9, loads `GET /api/conversations/9` and the newest page, and sets its cursor
to the `head` given there.

**Inside.** `hub` knows which connection hears which stream, applies each stream gap-free and in order
before it fans out, and so is the permission to hear; `catchup` heals gaps and polls Postgres once a second
for moved streams and ended sessions, which is why a lost doorbell costs a second and a revoked session
two, with or without Redis; `gateway` admits sockets and heeds what they say, `together` reads in one query
the sessions of those who come at once, `arrivals` lets them hear, `connection` is one of them, `websocket`
what it speaks; `ephemeral` is what is kept nowhere.
"""

from .gateway import install

__all__ = ["install"]
