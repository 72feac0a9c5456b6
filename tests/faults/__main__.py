"""One trial, on the database and in the folder its environment names: `catalogue.Databases.run` starts it. The last line is its outcome."""

import ctypes
import json
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import django

from tests.faults import servers
from tests.faults.catalogue import DUMP, TRIALS, migrate
from tests.faults.smtp_sink import running_sink

DAY = "2011-06-24"  # as in crowd.py, which needs Django


def end_with_parent() -> None:
    """Whoever started us may be killed; then we end too, and with us the servers and workers."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def main() -> None:
    """Start the servers, then Django, then the trial."""
    end_with_parent()
    name, quick = sys.argv[1], "--quick" in sys.argv
    entry, folder, vendor = TRIALS[name], Path(os.environ["FAULT_FOLDER"]), os.environ["FAULT_VENDOR"]
    network = cluster = redis = None
    with ExitStack() as ending:
        if "network" in entry.needs:
            network = servers.Network()
            ending.callback(network.end)
        if not os.environ["DATABASE_URL"]:
            host = [network.hosts["database"]] if network else []
            cluster = servers.Cluster(folder, host)
            ending.callback(cluster.end)
            os.environ["DATABASE_URL"] = cluster.url("postgres", *host)
            if (folder / DUMP).exists():
                cluster.load(folder / DUMP)
            else:
                migrate(os.environ["DATABASE_URL"])
        # a Redis beside PostgreSQL, as deployed; beside SQLite the broker made of files, as embedded
        if vendor == "postgresql" and not network and not servers.missing_redis():
            redis = servers.Redis(folder)
            ending.callback(redis.end)
            os.environ["REDIS_URL"] = redis.url
        sink = ending.enter_context(running_sink(network.hosts["mail"] if network else "127.0.0.1"))
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "CHUANGXIAN_DATA": str(folder / "data"),
            "CHUANGXIAN_TODAY": DAY,
            "EMAIL_URL": f"smtp+plain://{sink.host}:{sink.port}",
            "TMPDIR": str(folder),
            "LOG_LEVEL": "WARNING",
        } | entry.env
        (folder / "data").mkdir()
        django.setup()
        ground = import_module("tests.faults.trials.ground").Ground(quick, folder, sink, redis, cluster, network)
        ending.callback(ground.end)
        trial = getattr(import_module(f"tests.faults.trials.{entry.module}"), name.lower())
        outcome = trial(ground)
    sys.stdout.write(json.dumps(asdict(outcome), ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
