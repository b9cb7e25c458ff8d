"""What every process counts. Names, units and labels as Prometheus's conventions have them."""

from prometheus_client import Counter, Gauge, Histogram

requests = Histogram(
    "wecom_http_request_seconds",
    "Time to answer a request.",
    ["path", "method", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
sockets = Gauge("wecom_sockets", "Authenticated sockets connected now.", multiprocess_mode="livesum")
deliveries = Counter("wecom_deliveries_total", "Frames handed to sockets.")
messages = Counter("wecom_messages_total", "Messages committed.")
batches = Histogram(
    "wecom_mailroom_batch_messages",
    "Messages committed together.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
commit_seconds = Histogram(
    "wecom_mailroom_commit_seconds",
    "Time from a batch's start to its commit.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5),
)
follower_lag = Gauge(
    "wecom_follower_lag_seconds",
    "Age of the first change that a follower has not had.",
    ["follower"],
    multiprocess_mode="livemostrecent",
)
gaps = Counter("wecom_stream_gaps_total", "Gaps that a gateway healed from Postgres.")
shed = Counter("wecom_sockets_shed_total", "Sockets closed because they could not keep up.")
refusals = Counter("wecom_sign_in_refusals_total", "Sign-ins refused.", ["reason"])
