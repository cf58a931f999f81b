"""Every setting of the product: an environment variable TOLDONCE_*, typed, with its default."""

import tomllib
from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.bus.kafka import Topic

SERVICES = ("referral", "allocation", "planning", "qa")
HERE = Path(__file__).parent


class Settings(BaseSettings):
    """What can be set. Paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix="TOLDONCE_", extra="ignore", frozen=True)

    dev: bool = Field(
        default=False, description="Development mode: POST /dev/token and PUT /dev/clock, neither asks for a token."
    )
    seed: bool = Field(
        default=True, description="Fill an empty store with a small synthetic caseload on the first start."
    )
    var: Path = Field(default=Path("var"), description="State, keys, logs and pid files.")
    keys: Path | None = Field(
        default=None, description="Key-encryption keys and signing keys, outside the databases and their backups."
    )
    host: str = Field(default="127.0.0.1", description="Address that the services listen on.")
    port: int = Field(default=8000, description="Port of the embedded composition.")
    referral_port: int = Field(default=8001, description="Port of the front door's own process.")
    allocation_port: int = Field(default=8002, description="Port of allocation's own process.")
    planning_port: int = Field(default=8003, description="Port of planning's own process.")
    qa_port: int = Field(default=8004, description="Port of qa's own process.")
    referral_url: str | None = Field(
        default=None, description="Where the others reach the front door; none: at `host` and its port."
    )
    allocation_url: str | None = Field(default=None, description="The same for allocation.")
    planning_url: str | None = Field(default=None, description="The same for planning.")
    qa_url: str | None = Field(default=None, description="The same for qa.")
    database_referral: str | None = Field(default=None, description="PostgreSQL URL; none: SQLite below `var`.")
    database_allocation: str | None = Field(default=None, description="The same for allocation.")
    database_planning: str | None = Field(default=None, description="The same for planning.")
    database_qa: str | None = Field(default=None, description="The same for qa.")
    bootstrap: str | None = Field(
        default=None, description="Kafka bootstrap servers; none: letters stay in this process."
    )
    issuer: str = Field(default="https://toldonce.invalid/dev", description="Issuer that access tokens must name.")
    jwks_url: str | None = Field(
        default=None, description="The issuer's JWKS; none: the development issuer below `var`."
    )
    rate_per_minute: int = Field(default=600, description="Requests that one caller may send in a minute.")
    tick_seconds: float = Field(default=1.0, description="How often clocks are looked at, in real time.")
    packs: str = Field(default="", description="More folders of protocol packs, before the product's own.")
    topics: Path = Field(default=HERE / "topics.toml", description="Kafka's topics and their partitions.")
    stores: Path = Field(default=HERE / "stores.toml", description="Which store keeps which authority's record.")

    def port_of(self, service: str) -> int:
        """Where a service listens when each is a process of its own."""
        return int(getattr(self, f"{service}_port"))

    def url_of(self, service: str) -> str:
        """The address that the other services reach it at."""
        told = getattr(self, f"{service}_url")
        if told:
            return str(told).rstrip("/")
        port = self.port_of(service) if self.bootstrap else self.port
        return f"http://{self.host}:{port}"

    def database_of(self, service: str) -> str | None:
        """Its PostgreSQL URL, or None for SQLite."""
        return getattr(self, f"database_{service}")

    @property
    def key_folder(self) -> Path:
        """Where key-encryption keys and signing keys are kept."""
        return self.keys or self.var / "keys"

    @property
    def signing_folder(self) -> Path:
        """Where each service's private key lies in a folder of its own, and the public ones of all in another."""
        return self.key_folder / "signing"

    @cached_property
    def topic_table(self) -> dict[str, Topic]:
        """Each service's topic. Over no broker every topic has one partition: there is one reader."""
        read = tomllib.loads(self.topics.read_text())
        return {
            service: Topic(
                f"{service}.events.v1",
                read["topics"][f"{service}.events.v1"]["partitions"] if self.bootstrap else 1,
                {name: str(value) for name, value in read.get("settings", {}).items()},
            )
            for service in SERVICES
        }
