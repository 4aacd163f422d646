"""The environment variables of alports: their names, their defaults, and how their values are judged."""

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import dj_database_url
from environs import Env, EnvValidationError, ValidationError

from . import databases, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

# README.md and docs/operations.md document the same names and defaults; tests compare them. Time-outs are in seconds.
DEFAULTS: dict[str, Any] = {
    "ALPORTS_DATA_DIR": "data",
    "DATABASE_URL": "",
    "ALPORTS_BIND": "127.0.0.1:8000",
    "ALPORTS_SECRET_KEY": "",
    "ALPORTS_ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "ALPORTS_PUBLIC_MATRIX": True,
    "ALPORTS_DEBUG": False,
    "ALPORTS_PATH_PREFIX": "",
    "ALPORTS_HTTPS": False,
    "ALPORTS_HSTS_SUBDOMAINS": False,
    "ALPORTS_HSTS_PRELOAD": False,
    "ALPORTS_ADMIN_USERNAME": "",
    "ALPORTS_ADMIN_PASSWORD": "",
    "ALPORTS_WORKERS": "",
    "ALPORTS_TIME_ZONE": "UTC",
    "ALPORTS_TRUSTED_PROXIES": "127.0.0.1,::1",
    "ALPORTS_TRUSTED_ORIGINS": "",
    "ALPORTS_LOG_FORMAT": "text",
    "ALPORTS_LOAD_CATALOGUE": True,
    "ALPORTS_HEAVY_JOBS": 1,
    "ALPORTS_MAX_BODY_BYTES": 2_621_440,
    "ALPORTS_BODY_TIMEOUT": 30,
    "ALPORTS_QUEUE_TIMEOUT": 10,
    "ALPORTS_REQUEST_TIMEOUT": 30,
    "ALPORTS_HEAVY_TIMEOUT": 120,
    "ALPORTS_CONNECT_TIMEOUT": 5,
    "ALPORTS_LOCK_TIMEOUT": 5,
    "ALPORTS_STATEMENT_TIMEOUT": 15,
    "ALPORTS_START_TIMEOUT": 60,
    "ALPORTS_STOP_TIMEOUT": 30,
}

LOG_FORMATS = ("text", "json")
MOST_WORKERS = 64
# Two workers on two processors answer twice as many requests as one, on both databases. Each takes some 70 MiB.
MOST_DEFAULT_WORKERS = 4
# (least, most) of the numbers. A time-out above an hour is a typing error, and so is a body of a gigabyte.
BOUNDS = {
    "ALPORTS_HEAVY_JOBS": (1, 16),
    "ALPORTS_MAX_BODY_BYTES": (65_536, 104_857_600),
    **{name: (1, 3600) for name in DEFAULTS if name.endswith("_TIMEOUT")},
}


IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class EnvironmentFaults(Exception):
    """The environment can't be used; `faults` lists all faults as (variable, what is wrong with it)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        lines = [f"  {name}: {fault}" for name, fault in faults]
        super().__init__("\n".join(["alports cannot start, its environment is at fault:", *lines]))


@dataclass(frozen=True)
class Environment:
    """The values of the environment, in the types that the settings use. An empty secret key means: make one."""

    data_dir: Path
    database: dict | None
    bind: tuple[str, int]
    secret_key: str
    allowed_hosts: list[str]
    public_matrix: bool
    debug: bool
    path_prefix: str
    https: bool
    hsts_subdomains: bool
    hsts_preload: bool
    admin_username: str
    admin_password: str
    workers: int
    time_zone: str
    trusted_proxies: tuple[IPNetwork, ...]
    trusted_origins: list[str]
    log_format: str
    load_catalogue: bool
    heavy_jobs: int
    max_body_bytes: int
    body_timeout: int
    queue_timeout: int
    request_timeout: int
    heavy_timeout: int
    start_timeout: int
    stop_timeout: int
    database_timeouts: databases.Timeouts


def read() -> Environment:
    """Read the environment of this process.

    Raises `EnvironmentFaults` with all faults if a value or a name is not understood: a misspelt name must not leave
    the default in force.
    """
    env = Env(eager=False)
    parsers = (_data_dir, _database, _bind, _hosts, _path_prefix, _time_zone, _proxies, _origins, _log_format, _workers)
    for parser in parsers:
        env.add_parser(parser.__name__.strip("_"), parser)
    environment = _values(env)
    faults = _unknown_names()
    try:
        env.seal()
    except EnvValidationError as error:
        messages_by_name = cast(Mapping[str, list[str]], error.error_messages)
        faults += [(name, " ".join(messages)) for name, messages in messages_by_name.items()]
    faults += _contradictions(environment)
    if faults:
        raise EnvironmentFaults(faults)
    return environment


def _values(env: Any) -> Environment:
    """Read each variable. One that can't be read is None here; `env` reports it in `seal()`."""

    def boolean(name: str) -> bool:
        return env.bool(name, DEFAULTS[name], error_messages={"invalid": "'{input}' is neither true nor false."})

    def number(name: str) -> int:
        invalid = {"invalid": "'{input}' is not a whole number."}
        return env.int(name, DEFAULTS[name], validate=_between(*BOUNDS[name]), error_messages=invalid)

    return Environment(
        data_dir=env.data_dir("ALPORTS_DATA_DIR", DEFAULTS["ALPORTS_DATA_DIR"]),
        database=env.database("DATABASE_URL", DEFAULTS["DATABASE_URL"]),
        bind=env.bind("ALPORTS_BIND", DEFAULTS["ALPORTS_BIND"]),
        secret_key=env.str("ALPORTS_SECRET_KEY", DEFAULTS["ALPORTS_SECRET_KEY"]),
        allowed_hosts=env.hosts("ALPORTS_ALLOWED_HOSTS", DEFAULTS["ALPORTS_ALLOWED_HOSTS"]),
        public_matrix=boolean("ALPORTS_PUBLIC_MATRIX"),
        debug=boolean("ALPORTS_DEBUG"),
        path_prefix=env.path_prefix("ALPORTS_PATH_PREFIX", DEFAULTS["ALPORTS_PATH_PREFIX"]),
        https=boolean("ALPORTS_HTTPS"),
        hsts_subdomains=boolean("ALPORTS_HSTS_SUBDOMAINS"),
        hsts_preload=boolean("ALPORTS_HSTS_PRELOAD"),
        admin_username=env.str("ALPORTS_ADMIN_USERNAME", DEFAULTS["ALPORTS_ADMIN_USERNAME"]),
        admin_password=env.str("ALPORTS_ADMIN_PASSWORD", DEFAULTS["ALPORTS_ADMIN_PASSWORD"]),
        workers=env.workers("ALPORTS_WORKERS", DEFAULTS["ALPORTS_WORKERS"]),
        time_zone=env.time_zone("ALPORTS_TIME_ZONE", DEFAULTS["ALPORTS_TIME_ZONE"]),
        trusted_proxies=env.proxies("ALPORTS_TRUSTED_PROXIES", DEFAULTS["ALPORTS_TRUSTED_PROXIES"]),
        trusted_origins=env.origins("ALPORTS_TRUSTED_ORIGINS", DEFAULTS["ALPORTS_TRUSTED_ORIGINS"]),
        log_format=env.log_format("ALPORTS_LOG_FORMAT", DEFAULTS["ALPORTS_LOG_FORMAT"]),
        load_catalogue=boolean("ALPORTS_LOAD_CATALOGUE"),
        heavy_jobs=number("ALPORTS_HEAVY_JOBS"),
        max_body_bytes=number("ALPORTS_MAX_BODY_BYTES"),
        body_timeout=number("ALPORTS_BODY_TIMEOUT"),
        queue_timeout=number("ALPORTS_QUEUE_TIMEOUT"),
        request_timeout=number("ALPORTS_REQUEST_TIMEOUT"),
        heavy_timeout=number("ALPORTS_HEAVY_TIMEOUT"),
        start_timeout=number("ALPORTS_START_TIMEOUT"),
        stop_timeout=number("ALPORTS_STOP_TIMEOUT"),
        database_timeouts=databases.Timeouts(
            connect=number("ALPORTS_CONNECT_TIMEOUT"),
            lock=number("ALPORTS_LOCK_TIMEOUT"),
            statement=number("ALPORTS_STATEMENT_TIMEOUT"),
        ),
    )


def _unknown_names() -> list[tuple[str, str]]:
    """Find misspelt names: with a misspelt ALPORTS_HTTPS a server would run unprotected."""
    faults = []
    for name in sorted(os.environ):
        if name.startswith("ALPORTS_") and name not in DEFAULTS:
            nearest = difflib.get_close_matches(name, DEFAULTS, n=1)
            faults.append((name, "is not a variable of alports." + (f" Did you mean {nearest[0]}?" if nearest else "")))
    return faults


def _contradictions(environment: Environment) -> list[tuple[str, str]]:
    """Find values that are valid each alone but not together."""
    faults = []
    if bool(environment.admin_username) != bool(environment.admin_password):
        missing = "ALPORTS_ADMIN_PASSWORD" if environment.admin_username else "ALPORTS_ADMIN_USERNAME"
        faults.append((missing, "is missing: the first administrator needs a name and a password."))
    if environment.hsts_preload and not environment.hsts_subdomains:
        faults.append(("ALPORTS_HSTS_SUBDOMAINS", "must be true when ALPORTS_HSTS_PRELOAD is: the lists take no less."))
    if environment.hsts_subdomains and not environment.https:
        faults.append(("ALPORTS_HTTPS", "must be true when ALPORTS_HSTS_SUBDOMAINS is: HSTS is sent over TLS alone."))
    if environment.https:
        faults += _production_faults(environment)
    return faults


def _production_faults(environment: Environment) -> list[tuple[str, str]]:
    """Find settings that are unsafe on a network. ALPORTS_HTTPS=true says that alports serves one."""
    faults = []
    if environment.debug:
        faults.append(
            ("ALPORTS_DEBUG", "must be false when ALPORTS_HTTPS is true: debug pages show settings and code.")
        )
    if "*" in (environment.allowed_hosts or []):
        faults.append(("ALPORTS_ALLOWED_HOSTS", "must name the hosts when ALPORTS_HTTPS is true, '*' names none."))
    weakness = environment.secret_key and secret_key.weakness(environment.secret_key)
    if weakness:
        hint = "Leave the variable out to have a key made, or give at least 50 random characters."
        faults.append(("ALPORTS_SECRET_KEY", f"{weakness}. {hint}"))
    return faults


def _data_dir(text: str) -> Path:
    """Return the directory; a relative one starts at the repository, not at the current directory."""
    if not text.strip():
        raise ValidationError("is empty: name a directory.")
    return BASE_DIR / Path(text).expanduser()


def _database(text: str) -> dict | None:
    """Return Django's settings for the database of a URL, None for the SQLite file in the data directory.

    Messages never repeat the URL: it may contain a password.
    """
    if not text:
        return None
    if urlsplit(text).scheme not in ("sqlite", "postgres", "postgresql"):
        raise ValidationError("must start with sqlite:///, postgres:// or postgresql://.")
    try:
        database = dj_database_url.parse(text, conn_max_age=60, conn_health_checks=True)
    except ValueError as error:
        raise ValidationError("is not a database URL: scheme://user:password@host:port/name.") from error
    if database["NAME"] in ("", ":memory:"):
        raise ValidationError("names no database: scheme://user:password@host:port/name.")
    is_sqlite = urlsplit(text).scheme == "sqlite"
    return databases.sqlite(BASE_DIR / database["NAME"]) if is_sqlite else dict(database)


def _bind(text: str) -> tuple[str, int]:
    """Split host:port; an IPv6 address has to be in brackets."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:\[\]]+)):([0-9]{1,5})", text)
    if not match or not 1 <= int(match[3]) <= 65535:
        raise ValidationError(f"'{text}' is not host:port, as in 127.0.0.1:8000, with a port from 1 to 65535.")
    return match[1] or match[2], int(match[3])


def _hosts(text: str) -> list[str]:
    hosts = [host.strip() for host in text.split(",")]
    wrong = [host for host in hosts if not re.fullmatch(r"\*|\.?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]", host)]
    if wrong:
        raise ValidationError(f"'{wrong[0]}' is not a host name: names separated by commas, without scheme or port.")
    return hosts


def _path_prefix(text: str) -> str:
    """Return the path below which everything is served, without a slash at its end; an empty text for the root."""
    form = r"(/[A-Za-z0-9][A-Za-z0-9._~-]*)+"
    if text and not re.fullmatch(form, text):
        meant = "/" + text.strip().strip("/")
        fix = f"Write {meant}" if re.fullmatch(form, meant) else "Write it like /alports or /tools/alports"
        raise ValidationError(f"'{text}' is not a path that begins with a slash and ends without one. {fix}.")
    return text


def _time_zone(text: str) -> str:
    if text not in available_timezones():
        nearest = difflib.get_close_matches(text, available_timezones(), n=1)
        raise ValidationError(f"'{text}' is not a time zone." + (f" Did you mean {nearest[0]}?" if nearest else ""))
    return ZoneInfo(text).key


def _proxies(text: str) -> tuple[IPNetwork, ...]:
    """Return networks from addresses and networks separated by commas; an empty text trusts no proxy."""
    networks = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError:
            raise ValidationError(
                f"'{entry}' is neither an address nor a network: 10.0.0.5 or 10.0.0.0/24, separated by commas."
            ) from None
    return tuple(networks)


def _origins(text: str) -> list[str]:
    origins = [origin for origin in (part.strip() for part in text.split(",")) if origin]
    for origin in origins:
        if not re.fullmatch(r"https?://(\*\.)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", origin):
            raise ValidationError(
                f"'{origin}' is not an origin: https://ports.example.org or https://ports.example.org:8443, without a "
                "path, separated by commas."
            )
    return origins


def _log_format(text: str) -> str:
    if text not in LOG_FORMATS:
        raise ValidationError(f"'{text}' is neither {' nor '.join(LOG_FORMATS)}.")
    return text


def _workers(text: str) -> int:
    """Return a number of worker processes; by default one for each processor that this process may use, up to four."""
    if not text:
        usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return min(usable, MOST_DEFAULT_WORKERS)
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise ValidationError(f"'{text}' is not a whole number.")
    _between(1, MOST_WORKERS)(int(text))
    return int(text)


def _between(least: int, most: int) -> Callable[[int], None]:
    def validate(number: int) -> None:
        if number < least:
            raise ValidationError(f"'{number}' is less than {least}.")
        if number > most:
            raise ValidationError(f"'{number}' is more than {most}.")

    return validate
