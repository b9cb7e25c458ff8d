"""wecom: workplace messaging that a company runs itself.

The map of the house. Imports go down only; a linter contract keeps it so.

    interfaces/   the ways in: `api` for our own clients, `cgi` for WeCom's server API,
                  `realtime` for sockets, `cli` for operators. No rules, no SQL.
    features/     what the product does: all rules and all SQL. In each: `model.py`, `queries.py`,
                  then one module per verb. `lifecycle` tells the stories that cross features.
    foundation/   what every feature stands on and that knows none: `db`, `errors`, `streams`
                  (the change log), `jobs`, `blobs`, `audit`, `http`.

`settings.py` lists every setting; `services.py` says what a process is made of. Start reading at
`foundation/streams/__init__.py` (how clients keep up), then `features/messaging/mailroom.py` (the
hot path). `docs/adding-a-feature.md` walks one feature through every file it touches.

One word per thing:

    member        somebody who works here (WeCom: user)
    actor         whoever can say or do something: a member, an app, a robot, the system
    conversation  direct, group, appchat, app (WeCom: chat, 群聊, 会话)
    participant   an actor in a conversation, over an interval of its numbers
    message       something said, at a number of its conversation
    app           what the company adds, with a secret (WeCom: agent, 应用)
    robot         a webhook that speaks in one conversation (群机器人)
    stream        an audience's ordered change log; entry: one change in it
    job           work for later; follower: work on every change, in order
    sight         what of the directory somebody may see
"""
