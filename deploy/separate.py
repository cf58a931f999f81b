"""`make up` and `make down`: PostgreSQL, Apache Kafka and one process per service, without containers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from rich.console import Console

from deploy.settings import SERVICES, Settings
from shared.bus.kafka import make_topics
from shared.bus.relay import BusDown

HERE = Path(__file__).parent
READY_SECONDS = 60
console = Console(stderr=True)


def environment(settings: Settings) -> dict[str, str]:
    """The settings with PostgreSQL and Kafka where they run already, else started here."""
    given = dict(os.environ)
    if not settings.database_referral:
        console.print("Starting PostgreSQL ...")
        given |= _postgres(settings)
    if not settings.bootstrap:
        console.print("Starting Apache Kafka ...")
        port = given.get("KAFKA_PORT", "9092")
        _local("kafka/kafka.sh", settings, "start")
        given["TOLDONCE_BOOTSTRAP"] = f"127.0.0.1:{port}"
    return given


def _postgres(settings: Settings) -> dict[str, str]:
    names = [f"toldonce_{name}" for name in SERVICES]
    told = _local("postgres/postgres.sh", settings, "start", *names)
    urls = dict(line.split(maxsplit=1) for line in told.splitlines() if " " in line)
    return {f"TOLDONCE_DATABASE_{name.upper()}": urls[f"toldonce_{name}"] for name in SERVICES}


def _local(script: str, settings: Settings, *words: str) -> str:
    done = subprocess.run([str(HERE / "local" / script), *words], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


def up(settings: Settings) -> None:
    """Start everything that does not run yet, and return when every service is ready."""
    # Here, as `down` has no use for the services' code, which takes longer to load than they take to end.
    from deploy.assemble import migrate

    given = environment(settings)
    os.environ.update(given)
    settings = Settings()
    assert settings.bootstrap
    migrate(settings)
    _topics(settings)
    run, logs = settings.var / "run", settings.var / "logs"
    for folder in (run, logs):
        folder.mkdir(parents=True, exist_ok=True)
    for name in SERVICES:
        if _alive(run / f"{name}.pid"):
            continue
        with (logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "serve", name],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=given,
            )
        (run / f"{name}.pid").write_text(str(process.pid))
    _wait_until_ready(settings)
    for name in SERVICES:
        console.print(f"{name:<11} {settings.url_of(name)}/{name}/v1")
    if settings.dev:
        _say_welcome(settings)
    elif not settings.jwks_url:
        console.print(
            "Nobody can sign in yet: name your issuer (TOLDONCE_ISSUER, TOLDONCE_JWKS_URL), or start with "
            "TOLDONCE_DEV=1 to try it out."
        )


def _topics(settings: Settings) -> None:
    assert settings.bootstrap
    try:
        make_topics(settings.bootstrap, list(settings.topic_table.values()))
    except BusDown as down:
        raise SystemExit(f"The broker at {settings.bootstrap} does not answer: {down}") from down


def _wait_until_ready(settings: Settings) -> None:
    until = time.monotonic() + READY_SECONDS
    for name in SERVICES:
        with console.status(f"{name} is starting"):
            while not _ready(f"{settings.url_of(name)}/{name}/readyz"):
                if time.monotonic() > until or not _alive(settings.var / "run" / f"{name}.pid"):
                    raise SystemExit(f"{name} did not start: see {settings.var / 'logs' / name}.log")
                time.sleep(0.1)


def _ready(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False


def _say_welcome(settings: Settings) -> None:
    from deploy.cli import say_welcome

    say_welcome(settings)


def environment_of_running(settings: Settings) -> dict[str, str]:
    """The settings, as environment variables, of the services that `up` started here; none if there are none."""
    for name in SERVICES:
        pid_file = settings.var / "run" / f"{name}.pid"
        if _alive(pid_file):
            try:
                told = Path(f"/proc/{_pid(pid_file)}/environ").read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            return dict(line.split("=", 1) for line in told if line.startswith("TOLDONCE_") and "=" in line)
    return {}


def down(settings: Settings) -> None:
    """Stop the services, then what `up` started for them."""
    files = [settings.var / "run" / f"{name}.pid" for name in SERVICES]
    # All are asked before any is waited for: each ends what it has in hand.
    for file in files:
        _ask_to_end(file)
    for file in files:
        _end(file)
    if not settings.bootstrap:
        _local("kafka/kafka.sh", settings, "stop")
    if not settings.database_referral:
        _local("postgres/postgres.sh", settings, "stop")


def _alive(pid_file: Path) -> bool:
    pid = _pid(pid_file)
    # The command line tells our process from a stranger that was given its number after a crash.
    return pid is not None and b"deploy.cli" in _command_line(pid)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text())
    except (OSError, ValueError):
        return None


def _ask_to_end(pid_file: Path) -> None:
    pid = _pid(pid_file)
    if pid is not None and b"deploy.cli" in _command_line(pid):
        os.kill(pid, signal.SIGTERM)


def _end(pid_file: Path) -> None:
    pid = _pid(pid_file)
    if pid is not None and b"deploy.cli" in _command_line(pid):
        until = time.monotonic() + 20
        while _command_line(pid) and time.monotonic() < until:
            time.sleep(0.05)
        if b"deploy.cli" in _command_line(pid):
            os.kill(pid, signal.SIGKILL)
    pid_file.unlink(missing_ok=True)


def main() -> None:
    """The entry of `make up` and `make down`."""
    action = {"up": up, "down": down}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if action is None:
        raise SystemExit("usage: python -m deploy.separate up|down")
    action(Settings())


if __name__ == "__main__":
    main()
