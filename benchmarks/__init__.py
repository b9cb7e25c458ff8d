"""How fast it is, beside its peers and the machine's limit, all measured in one run: `make bench`.

Driver, server, Postgres with real fsync and Valkey share this machine's cores, and every figure says how
many cores each of them used. `workloads/` says what is measured, `peers/` whom: `wecom` itself, `rawws`
(sockets with nothing behind them: the limit of this machine), and other servers where they are installed.

    python -m benchmarks                                   ours, and the limit, in less than ten minutes
    python -m benchmarks -w w1,w2 --reps 5                 some workloads, more often
    python -m benchmarks -p wecom,rawws,ejabberd,prosody   beside Debian's packages of these names, where installed
    SYNAPSE_PYTHON=DIR/bin/python python -m benchmarks -p wecom,synapse -w w1

Messages are 100 bytes of text. A *delivery* is a message reaching a connected member other than its
sender; an *acknowledgement* is the server's word that it is stored. Latencies run from the call to send,
in the open loop from the time when the message was due. What a machine gives varies from run to run:
compare what one run printed, and look at the cores that *others* took meanwhile.
"""
