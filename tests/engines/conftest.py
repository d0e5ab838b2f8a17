"""A real PostgreSQL and a local Spark, started for these tests alone.

Where one isn't installed its tests are skipped, but not where a change is accepted (CI=true).
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pytest

PASSWORD = "p@ss/w?rd"


def missing(sentence: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)


@dataclass(frozen=True)
class Postgres:
    """A running server: where it listens, and its address with and without the password."""

    port: int

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}/shop"

    @property
    def address(self) -> str:
        return f"postgres://ann:p%40ss%2Fw%3Frd@{self.place}"

    def connect(self) -> ibis.backends.BaseBackend:
        said = {"user": "ann", "password": PASSWORD, "database": "shop"}
        return ibis.postgres.connect(host="127.0.0.1", port=self.port, **said)


def programs() -> Path | None:
    """Return the newest folder of PostgreSQL's programs; Debian keeps them off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    on_path = shutil.which("initdb")
    return found[-1] if found else (Path(on_path).parent if on_path else None)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a server with a temporary folder, as a user without rights."""
    home = programs()
    if home is None:
        missing("PostgreSQL isn't installed: apt-get install postgresql")
    pytest.importorskip("psycopg") if not os.environ.get("CI") else __import__("psycopg")
    folder = Path(tempfile.mkdtemp(prefix="crm-postgres-"))
    who = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if who:
        for path in (folder, secret):
            shutil.chown(path, **who)

    def run(program: str, *arguments: str) -> None:
        command = [str(home / program), "-D", str(folder / "data"), *arguments]
        log = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": folder}
        subprocess.run(command, check=True, **who, **log)

    port = free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        run("initdb", "-U", "ann", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8")
        run("pg_ctl", "-w", "-o", options, "-l", str(folder / "log"), "start")
        first = ibis.postgres.connect(
            host="127.0.0.1", port=port, user="ann", password=PASSWORD, database="postgres"
        )
        first.con.autocommit = True
        first.con.execute("CREATE DATABASE shop")
        first.disconnect()
        yield Postgres(port)
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Start a Spark of one machine with a catalog of its own, set for tables of a few rows."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing("Java isn't installed: apt-get install openjdk-17-jre-headless")
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        missing("pyspark isn't installed: pip install 'crm-analysis[spark]'")
    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.master": "local[1]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        # A query here runs for milliseconds: what compiles it thoroughly costs more than it saves.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.config(map=settings).getOrCreate()
    yield session
    session.stop()


@dataclass(frozen=True)
class Shop:
    """One engine that holds tables: what ``load`` is given, and how a table is put there."""

    name: str
    source: object
    put: object


def _sqlite(folder: Path) -> Shop:
    import sqlite3

    path = folder / "shop.db"

    def put(name: str, frame: pd.DataFrame) -> None:
        with sqlite3.connect(path) as connection:
            frame.to_sql(name, connection, index=False, if_exists="replace")
        connection.close()

    return Shop("sqlite", f"sqlite:///{path}", put)


def _duckdb(folder: Path) -> Shop:
    path = folder / "shop.duckdb"

    def put(name: str, frame: pd.DataFrame) -> None:
        with duckdb.connect(path) as connection:
            connection.register("frame", frame)
            connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM frame")

    return Shop("duckdb", f"duckdb:///{path}", put)


def _parquet(folder: Path) -> Shop:
    return Shop("parquet", folder, lambda name, frame: frame.to_parquet(folder / f"{name}.parquet"))


def _csv(folder: Path) -> Shop:
    def put(name: str, frame: pd.DataFrame) -> None:
        frame.to_csv(folder / f"{name}.csv", index=False)

    return Shop("csv", folder, put)


@pytest.fixture(params=["csv", "parquet", "duckdb", "sqlite", "postgres", "spark"])
def shop(request, tmp_path) -> Shop:
    """Return each engine in turn, empty."""
    if request.param in ("postgres", "spark"):
        server = request.getfixturevalue(request.param)
        return (_postgres if request.param == "postgres" else _spark)(server, tmp_path)
    makers = {"csv": _csv, "parquet": _parquet, "duckdb": _duckdb, "sqlite": _sqlite}
    return makers[request.param](tmp_path)


def _postgres(server: Postgres, _: Path) -> Shop:
    connection = server.connect()
    for name in connection.list_tables():
        connection.drop_table(name, force=True)

    def put(name: str, frame: pd.DataFrame) -> None:
        connection.create_table(name, frame, overwrite=True)

    return Shop("postgres", server.address, put)


def _spark(session, folder: Path) -> Shop:
    for row in session.catalog.listTables():
        session.catalog.dropTempView(row.name)

    def put(name: str, frame: pd.DataFrame) -> None:
        path = str(folder / f"{name}.parquet")
        frame.to_parquet(path)
        session.read.parquet(path).createOrReplaceTempView(name)

    return Shop("spark", session, put)
