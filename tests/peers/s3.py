"""S3: Ceph's gateway over one monitor and one store in memory, a fresh bucket for each test."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.peers.processes import free_port, missing, processes

__all__ = ["PACKAGES", "S3", "Bucket", "answers", "find", "start"]

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd", "ceph-base", "ceph-common")
PROGRAMS = ("monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin")

# Two defaults made this slow: the gateway asks the monitor for encryption, which there is none of without cephx, and
# goes round in circles for 14 s; and the monitor gathers changes for a second each time a pool is made.
CONFIGURATION = """\
[global]
fsid = {fsid}
mon_host = v2:127.0.0.1:{port}
public_addr = 127.0.0.1
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
run_dir = {folder}
admin_socket = {folder}/$name.socket
log_file = {folder}/$name.log
crash_dir = {folder}
pid_file =
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
[mon]
mon_data = {folder}/mon
mon_allow_pool_size_one = true
mon_data_avail_crit = 0
paxos_propose_interval = 0.02
paxos_min_wait = 0.01
[osd]
osd_data = {folder}/osd
osd_objectstore = memstore
memstore_device_bytes = 17179869184
ms_bind_port_min = {osd}
ms_bind_port_max = {last}
[client]
rgw_data = {folder}/gateway
rgw_frontends = beast endpoint=127.0.0.1:{http} tcp_nodelay=1
rgw_gc_obj_min_wait = 1
rgw_gc_processor_period = 2
"""


@dataclass(frozen=True)
class Bucket:
    """A bucket and the keys to it."""

    name: str
    endpoint: str
    access_key: str
    secret_key: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"s3://{self.name}"

    @property
    def config(self) -> dict[str, Any]:
        """Settings for obstore, `S3Store(name, config=..., client_options=...)`."""
        return {
            "endpoint": self.endpoint,
            "access_key_id": self.access_key,
            "secret_access_key": self.secret_key,
            "region": "us-east-1",
            "virtual_hosted_style_request": False,
        }

    @property
    def client_options(self) -> dict[str, Any]:
        """What obstore's HTTP client must be allowed."""
        return {"allow_http": True}

    @property
    def environment(self) -> dict[str, str]:
        """The same as environment variables, for a process that is given the URL alone."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false",
        }

    def store(self) -> Any:
        """Open it with obstore."""
        from obstore.store import S3Store

        config: Any = self.config
        options: Any = self.client_options
        return S3Store(self.name, config=config, client_options=options)


@dataclass(frozen=True)
class S3:
    """A running gateway with one user."""

    port: int
    access_key: str
    secret_key: str

    @contextmanager
    def bucket(self) -> Iterator[Bucket]:
        """Make a bucket, give it, and delete it with all that is in it."""
        import obstore

        endpoint = f"http://127.0.0.1:{self.port}"
        made = Bucket(f"test-{secrets.token_hex(6)}", endpoint, self.access_key, self.secret_key)
        self._ask(made, "PUT")
        try:
            yield made
        finally:
            store = made.store()
            for objects in obstore.list(store, chunk_size=1000):
                obstore.delete(store, [one["path"] for one in objects])
            self._ask(made, "DELETE")

    def _ask(self, bucket: Bucket, method: str) -> None:
        """Do something to the bucket itself, which obstore cannot; but it can sign for it."""
        import httpx
        import obstore

        signed = obstore.sign(bucket.store(), method, "", timedelta(minutes=1))  # type: ignore[call-overload]
        httpx.request(method, signed, trust_env=False, timeout=30).raise_for_status()


def find() -> str | None:
    """Say what is missing."""
    return missing("Ceph's S3 gateway", PROGRAMS, PACKAGES)


@contextmanager
def start() -> Iterator[S3]:
    """Start the three servers and make the user."""
    import httpx

    with processes("s3") as those:
        folder, first, fsid, osd = those.folder, free_port(20), str(uuid.uuid4()), str(uuid.uuid4())
        server = S3(first + 1, secrets.token_hex(10), secrets.token_hex(20))
        _write(folder, fsid, first)
        configuration = ("-c", folder / "ceph.conf")
        monitor_map = folder / "monmap"
        monitor = f"[v2:127.0.0.1:{first}]"
        those.run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", monitor, monitor_map)
        those.run("ceph-mon", *configuration, "--mkfs", "-i", "a", "--monmap", monitor_map)
        those.start("monitor", "ceph-mon", *configuration, "-f", "-i", "a")
        those.run("ceph", *configuration, "--connect-timeout", "30", "osd", "new", osd)
        # The store must have the very UUID that the monitor was told, or it never joins.
        those.run("ceph-osd", *configuration, "--mkfs", "-i", "0", "--osd-uuid", osd)
        those.start("store", "ceph-osd", *configuration, "-f", "-i", "0")
        keys = (f"--access-key={server.access_key}", f"--secret-key={server.secret_key}")
        those.run("radosgw-admin", *configuration, "user", "create", "--uid=test", "--display-name=test", *keys)
        those.start("gateway", "radosgw", *configuration, "-f", "-n", "client.gateway")

        def ready() -> None:
            try:
                httpx.get(f"http://127.0.0.1:{server.port}", trust_env=False).raise_for_status()
            except httpx.HTTPError as error:
                raise OSError(str(error)) from error

        those.wait(ready)
        yield server


def answers(server: S3) -> str:
    """Put an object into a fresh bucket and get it back."""
    import obstore

    with server.bucket() as bucket:
        obstore.put(bucket.store(), "a/line", b"odd")
        assert bytes(obstore.get(bucket.store(), "a/line").bytes()) == b"odd"
    return "an object was put and read back"


def _write(folder: Path, fsid: str, first: int) -> None:
    for name in ("mon", "osd", "gateway"):
        (folder / name).mkdir()
    ports = {"port": first, "http": first + 1, "osd": first + 2, "last": first + 19}
    (folder / "ceph.conf").write_text(CONFIGURATION.format(fsid=fsid, folder=folder, **ports))
