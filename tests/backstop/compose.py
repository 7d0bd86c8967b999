"""docker-compose.yml as compose reads it."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
REFERENCE = re.compile(r"(?<!\$)\$\{(\w+):\?[^}]*\}")
# What an operator fills in, for tests.
FILLED = {
    "BACKSTOP_COUNTY": "990121000000",
    "BACKSTOP_KEYRING_FILE": "./keyring.json",
    "BACKSTOP_FIELD_KEYS_FILE": "./field-keys.json",
    "KAFKA_CLUSTER_ID": "bQx5ZkFjQkVDREVGR0hJSg",
}


def example() -> dict[str, str]:
    """Name and value of every line of .env.example."""
    return dict(line.split("=", 1) for line in EXAMPLE.splitlines() if re.match(r"\w+=", line))


def filled(**more: str) -> dict[str, str]:
    """.env.example with every empty place filled in: each secret another one."""
    return {name: value or f"made-up-{name}" for name, value in example().items()} | FILLED | more


def interpolated(values: dict[str, str]) -> dict[str, Any]:
    """The file's content with its variables in place; `KeyError` when one is missing."""
    return _with(yaml.safe_load(TEXT), values)


def _with(node: Any, values: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _with(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_with(value, values) for value in node]
    if isinstance(node, str):
        return REFERENCE.sub(lambda found: values[found[1]], node).replace("$$", "$")
    return node


RAW: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = RAW["services"]
