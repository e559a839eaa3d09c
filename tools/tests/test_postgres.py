"""Private clusters: started when needed, stopped by whoever leaves last."""

import os
import shutil
import signal

import pytest

from tools import paths, postgres
from tools.report import Problem


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A disposable cluster in a temporary folder."""
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    cluster = postgres.Cluster(tmp_path / "pg", postgres.DISPOSABLE, disposable=True)
    yield cluster
    cluster.stop()
    shutil.rmtree(cluster.data.parent)


def test_the_last_user_stops_the_server(cluster):
    with cluster.in_use() as first:
        with postgres.Cluster(cluster.folder, "", disposable=True).in_use():
            assert first.sql("SELECT 1") == "1"
        assert cluster.is_running()
    assert not cluster.is_running()


def test_what_a_durable_cluster_committed_survives_a_kill(cluster):
    durable = postgres.Cluster(cluster.folder, postgres.DURABLE, disposable=False)
    with durable.in_use() as server:
        server.sql("CREATE TABLE kept AS SELECT 42 AS answer")
        pid = int((durable.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
    with durable.in_use() as server:
        assert server.sql("SELECT answer FROM kept") == "42"


def test_a_broken_test_cluster_is_made_again(cluster):
    with cluster.in_use():
        pass
    (cluster.data / "global" / "pg_control").write_bytes(b"")
    with cluster.in_use() as server:
        assert server.sql("SELECT 1") == "1"


def test_a_demo_cluster_is_never_made_again(cluster):
    with cluster.in_use():
        pass
    (cluster.data / "PG_VERSION").write_text("9\n")
    kept = postgres.Cluster(cluster.folder, postgres.DURABLE, disposable=False)
    with pytest.raises(Problem, match="was made by PostgreSQL 9"), kept.in_use():
        raise AssertionError("must not start")
    assert (cluster.data / "global").is_dir()


def test_the_demo_keeps_the_settings_that_make_data_safe():
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "wal_level"):
        assert setting not in postgres.DURABLE + postgres.COMMON
        assert setting in postgres.DISPOSABLE


def test_a_socket_path_that_would_be_too_long_is_moved(tmp_path):
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    folder = postgres.Cluster(deep, "", disposable=True)._socket_folder()
    assert len(str(folder)) < postgres.SOCKET_PATH_LIMIT
    folder.rmdir()


def test_a_server_of_the_user_is_used(monkeypatch):
    monkeypatch.setenv("DEV_PG", "host=db.example port=5433 user=me password='a b'")
    with postgres.running(postgres.test_cluster()) as server:
        assert server.environment == {
            "PGHOST": "db.example",
            "PGPORT": "5433",
            "PGUSER": "me",
            "PGPASSWORD": "a b",
        }


def test_a_description_that_cannot_be_read_is_explained():
    with pytest.raises(Problem, match="DEV_PG must look like"):
        postgres.given_server("localhost:5432")
