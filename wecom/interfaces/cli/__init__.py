"""For operators: the `wecom` command, and the processes that `wecom run` is made of.

`wecom run` is a supervisor. It starts Postgres and Valkey where no others are named, imports all of the
product once, and forks: web processes and a worker share those pages, so that three processes take
little more memory than one, and one that dies is back in the time of a fork. The supervisor itself
serves nobody, opens no connection and runs no event loop while it forks.
"""
