"""The production shape: valid, without a password, complete; its proxy, its image and its Kafka
agree with the code.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from backstop.engines.departments import Address, listener
from backstop.services import NAMES
from backstop.settings import Settings
from tests.backstop.compose import (
    RAW,
    REFERENCE,
    ROOT,
    SERVICES,
    TEXT,
    example,
    filled,
    interpolated,
)

LASTING = {name: one for name, one in SERVICES.items() if one.get("restart") != "no"}
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|CLUSTER_ID")
NGINX = "\n".join(
    (ROOT / "deploy/nginx" / name).read_text(encoding="utf-8")
    for name in ("nginx.conf", "doors.conf")
)
CONTAINERFILE = (ROOT / "Containerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", [[], ["--profile", "observe"]])
def test_compose_itself_accepts_it_and_demands_every_secret(
    profile: list[str], tmp_path: Path, tool
):
    def config(values: dict[str, str]) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "env"
        path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
        bare = {name: value for name, value in os.environ.items() if name not in values}
        return subprocess.run(
            [
                tool("docker-compose"),
                "--project-directory",
                str(ROOT),
                "-f",
                str(ROOT / "docker-compose.yml"),
                "--env-file",
                str(path),
                *profile,
                "config",
            ],
            capture_output=True,
            text=True,
            env=bare,
            check=False,
        )

    accepted = config(filled())
    assert accepted.returncode == 0, accepted.stderr
    assert set(yaml.safe_load(accepted.stdout)["services"]) >= {
        *NAMES,
        "front",
        "proxy",
        "kafka",
        "postgres",
    }
    assert "WARNING" not in accepted.stderr
    for name in (
        "POSTGRES_PASSWORD",
        "KAFKA_ADMIN_PASSWORD",
        "COUNTY_PASSWORD",
        "BACKSTOP_KEYRING_FILE",
        "BACKSTOP_FIELD_KEYS_FILE",
    ):
        refused = config(filled(**{name: ""}))
        assert refused.returncode != 0, name
        assert "set it in .env" in refused.stderr


def test_every_variable_is_demanded_and_explained():
    assert (
        set(re.findall(r"(?<!\$)\$\{?(\w+)", TEXT))
        == set(REFERENCE.findall(TEXT))
        == set(example())
    )


def in_a_volume(one: dict[str, Any], value: str) -> bool:
    """Whether it is the path of a file in one of the service's own named volumes: no secret itself."""
    mounted = [volume.split(":")[:2] for volume in one.get("volumes", [])]
    return any(value.startswith(f"{path}/") for name, path in mounted if name in RAW["volumes"])


def test_no_file_holds_a_password():
    for name, value in example().items():
        assert not (SECRET.search(name) and value), name
    for service, one in SERVICES.items():
        for name, value in (one.get("environment") or {}).items():
            literal = REFERENCE.sub("", value)
            if SECRET.search(name):
                assert re.fullmatch(r"(\w+=,?)*", literal) or in_a_volume(one, value), (
                    service,
                    name,
                )
            assert not re.search(r"://[^@/]*:[^@/]+@", literal), (service, name)
    for path in (ROOT / "deploy").rglob("*"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                for given in re.findall(r"password\s*=\s*(\S+)", line, re.IGNORECASE):
                    assert "${env:" in given or "$ADMIN_PASSWORD" in given, (path, line)


def test_the_processes_are_told_only_what_settings_know():
    for service, one in SERVICES.items():
        for name in one.get("environment") or {}:
            if name.startswith("BACKSTOP_"):
                assert name.removeprefix("BACKSTOP_").lower() in Settings.model_fields, (
                    service,
                    name,
                )


def test_each_service_uses_its_own_role_and_its_own_principal():
    services = interpolated(filled())["services"]
    passwords = set()
    for name in NAMES:
        environment = services[name]["environment"]
        url = urlsplit(environment["BACKSTOP_DATABASE_URL"])
        assert (url.username, url.hostname, url.path) == (name, "postgres", f"/{name}")
        assert environment["BACKSTOP_KAFKA_USER"] == name
        assert services[name]["command"] == ["run", name]
        passwords |= {url.password, environment["BACKSTOP_KAFKA_PASSWORD"]}
    assert len(passwords) == len(NAMES)
    given = services["provision"]["environment"]["BACKSTOP_SERVICE_PASSWORDS"]
    assert dict(part.split("=") for part in given.split(",")).keys() == set(NAMES)
    assert passwords == {part.split("=")[1] for part in given.split(",")}
    assert (
        not {"BACKSTOP_DATABASE_URL", "BACKSTOP_KAFKA_USER"}
        & services["front"]["environment"].keys()
    )


def test_everything_that_lasts_has_a_health_check_and_comes_back():
    for name, one in LASTING.items():
        assert one["healthcheck"]["test"], name
        assert one["restart"] == "unless-stopped", name
    assert {name for name in SERVICES if name not in LASTING} == {"provision"}
    for name in (*NAMES, "front"):
        assert (
            SERVICES[name]["depends_on"]["provision"]["condition"]
            == "service_completed_successfully"
        )
    assert {name for name in NAMES if SERVICES[name].get("deploy", {}).get("replicas") == 2} == {
        "county",
        "dispatch",
    }


def test_data_lies_in_named_volumes_and_configuration_is_read_only():
    named = set()
    for name, one in SERVICES.items():
        for volume in one.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source.startswith("."):
                assert (ROOT / source).exists(), volume
                assert source.startswith("./deploy/"), volume
                assert rest.endswith(":ro"), (name, volume)
            else:
                named.add(source)
    assert named == set(RAW["volumes"])
    for name in ("postgres", "kafka"):  # where their images keep data
        mount = next(one for one in SERVICES[name]["volumes"] if one.startswith(f"{name}:"))
        assert (
            mount
            == {"postgres": "postgres:/var/lib/postgresql", "kafka": "kafka:/var/lib/kafka/data"}[
                name
            ]
        )


def test_a_stop_is_given_more_time_than_it_may_take():
    takes = sum(
        int(re.search(pattern, (ROOT / path).read_text(encoding="utf-8"))[1])  # type: ignore[index]
        for path, pattern in {
            "backstop/cli/server.py": r"timeout_graceful_shutdown=(\d+)",
            "kit/runtime.py": r"graceful_timeout=(\d+)",
        }.items()
    )
    for name in (*NAMES, "front"):
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > takes + 5


def test_postgres_has_a_connection_for_everybody_and_logs_no_values():
    command = SERVICES["postgres"]["command"]
    limit = next(int(one.rpartition("=")[2]) for one in command if "max_connections" in one)
    processes = sum(SERVICES[name].get("deploy", {}).get("replicas", 1) for name in NAMES)
    # Pools, overflow, relay; twice, while an upgrade changes over; the administrators' few besides.
    assert 2 * processes * (8 + 8 + 1) + 8 <= limit
    assert {"-clog_min_error_statement=panic", "-clog_error_verbosity=terse"} <= set(command)


def test_the_proxy_knows_every_service_and_no_other():
    assert re.search(r"\?<name>([\w|]+)\)", NGINX)[1].split("|") == list(NAMES)  # type: ignore[index]
    assert "default front;" in NGINX
    port = int(re.search(r"proxy_pass http://\$service:(\d+);", NGINX)[1])  # type: ignore[index]
    for name in (*NAMES, "front"):
        assert int(SERVICES[name]["environment"]["BACKSTOP_PORT"]) == port
        assert SERVICES[name]["environment"]["BACKSTOP_HOST"] == "0.0.0.0"
    listens = re.search(r"listen (\d+);", NGINX)[1]  # type: ignore[index]
    assert SERVICES["front"]["environment"]["BACKSTOP_ADDRESS"] == f"http://proxy:{listens}"
    assert SERVICES["proxy"]["ports"][0].endswith(f":{listens}")


def test_nginx_itself_accepts_the_proxys_configuration(tool, tmp_path: Path):
    """As it is shipped: plain http alone. With https: tests/flow/test_composed.py."""
    text = (ROOT / "deploy/nginx/nginx.conf").read_text(encoding="utf-8")
    for mounted, here in {
        "/etc/nginx/backstop/": f"{ROOT}/deploy/nginx/",
        "/etc/nginx/own/": f"{ROOT}/deploy/nginx/own/",
    }.items():
        assert mounted in text
        text = text.replace(mounted, here)
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [tool("nginx"), "-t", "-e", "/dev/stderr", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def properties(path: str) -> dict[str, str]:
    return parsed((ROOT / path).read_text(encoding="utf-8"))


def parsed(text: str) -> dict[str, str]:
    lines = text.splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_kafka_leaves_no_more_doors_open_than_the_small_house():
    """The same settings, those of the departments' listener among them, but for names, addresses,
    where passwords come from, and what only a small machine needs.
    """
    address, ports = Address("kafka.example", 9094), {"port": 9092, "controller_port": 9093}
    opened = listener(address, "/run/secrets/departments_certificate", ports)
    small = properties("backstop/engines/kafka-server.properties") | parsed(opened)
    large = properties("deploy/kafka/server.properties")
    different = {name for name in small | large if small.get(name) != large.get(name)}
    assert (
        different
        == {
            "config.providers",
            "config.providers.env.class",
            "controller.quorum.voters",
            "listeners",
            "advertised.listeners",
            "listener.name.client.scram-sha-512.sasl.jaas.config",
            "listener.name.controller.plain.sasl.jaas.config",
            "log.dirs",
            "num.network.threads",
            "num.io.threads",
            "background.threads",
            "group.coordinator.threads",
            "share.coordinator.threads",
            "log.cleaner.dedupe.buffer.size",
            "max.connections.per.ip",  # the small house's services are all at one address, which has more
            "max.connections.per.ip.overrides",
        }
    )
    assert large["allow.everyone.if.no.acl.found"] == "false"
    assert "CONTROLLER://localhost:" in large["listeners"]
    assert SERVICES["kafka"]["ports"] == ["${BACKSTOP_DEPARTMENTS_LISTEN:?set it in .env}:9094"]


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_special():
    code = "\n".join(line for line in CONTAINERFILE.splitlines() if not line.startswith("#"))
    assert re.search(
        r"pip install .*--require-hashes -r /build/requirements-production\.lock", code
    )
    assert set(re.findall(r"[\w-]+\.lock", code)) == {"requirements-production.lock"}
    for line in re.findall(r"pip install[^\n]*", code):
        assert "--require-hashes" in line or {"--no-index", "--no-deps"} <= set(line.split()), line
    assert not re.search(r"https?://|index-url|find-links", code)
    user = re.findall(r"^USER (\S+)", code, re.MULTILINE)
    assert user
    assert int(user[-1]) > 0
    assert f"--uid {user[-1]} " in code
    assert 'ENTRYPOINT ["backstop"]' in code


def test_the_image_gets_what_the_wheel_packs_and_nothing_else():
    import tomllib

    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)", CONTAINERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert set(wheel["packages"]) <= copied
    ignore = (ROOT / ".containerignore").read_text()
    assert ignore == (ROOT / ".dockerignore").read_text()
    lines = ignore.splitlines()
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == copied
    assert all((ROOT / one).exists() for one in copied)
    probe = SERVICES["county"]["healthcheck"]["test"][-1]
    assert f"COPY deploy/probe.py {Path(probe).parent}/" in CONTAINERFILE
