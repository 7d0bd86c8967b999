"""docs/operations.md and the files below deploy/ say what the code does: settings, metrics,
alerts.
"""

import json
import re
from types import NoneType
from typing import Any, get_args

import yaml
from prometheus_client import REGISTRY

from backstop.settings import Settings
from kit import telemetry
from tests.backstop.compose import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load(
        (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
    )["groups"]
    for rule in group["rules"]
]
BOARD = json.loads((ROOT / "deploy/grafana/dashboards/backstop.json").read_text(encoding="utf-8"))
SUFFIXES = {
    "counter": ("_total",),
    "histogram": ("_bucket", "_sum", "_count"),
    "gauge": ("",),
    "info": ("_info",),
    "summary": ("_sum", "_count"),
}
PROMETHEUS_OWN = {"up", "ALERTS"}


def test_the_table_of_settings_is_the_settings():
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = (
            ",".join(map(str, field.default)) if isinstance(field.default, tuple) else field.default
        )
        shown = (
            ""
            if default is None
            else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        )
        rows.append(f"| `BACKSTOP_{name.upper()}` | {shown} | {field.description} |")
    table = "\n".join(rows)
    assert table in OPERATIONS, f"docs/operations.md should have this table:\n{table}"
    assert all(
        NoneType in get_args(field.annotation)
        for field in Settings.model_fields.values()
        if field.default is None
    )


def exported() -> set[str]:
    """Every metric's name as a process of ours exports it."""
    telemetry.broker_middlewares("county")
    return {
        family.name + suffix
        for family in REGISTRY.collect()
        for suffix in SUFFIXES.get(family.type, ("",))
    }


def asked(expression: str) -> set[str]:
    """Names of the metrics in a PromQL expression."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(?:by|on)\s*\([^)]*\)', " ", expression)
    words = set(re.findall(r"\b[A-Za-z_]\w*\b(?!\s*\()", bare))
    return words - {"and", "or", "unless", "by", "on", "sum", "max", "min"}


def test_dashboard_and_alerts_ask_only_for_what_a_process_exports():
    there = exported() | PROMETHEUS_OWN
    panels = [target["expr"] for panel in BOARD["panels"] for target in panel["targets"]]
    assert len(panels) > 10
    for expression in [*panels, *(rule["expr"] for rule in ALERTS)]:
        names = asked(expression)
        assert names, expression
        assert names <= there, (expression, names - there)
    assert asked("max by (service) (backstop_no_such_thing) > 0") - there == {
        "backstop_no_such_thing"
    }


def test_each_gauge_of_ours_is_on_the_dashboard():
    shown = {
        name
        for panel in BOARD["panels"]
        for target in panel["targets"]
        for name in asked(target["expr"])
    }
    assert {f"backstop_{name}" for name in telemetry.GAUGES} <= shown


def test_every_alert_is_explained():
    section = OPERATIONS.partition("## Alerts")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == {
        rule["alert"] for rule in ALERTS
    }


def test_debezium_is_told_columns_that_the_outbox_has():
    block = re.search(r"```properties\n(.*?)```", OPERATIONS, re.DOTALL)
    assert block
    said = dict(line.split("=", 1) for line in block[1].splitlines() if "=" in line)
    sql = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "kit/database/tables").glob("*.sql"))
    )
    columns = set(
        re.findall(
            r"^    (\w+) ", sql.partition("CREATE TABLE outbox")[2].partition(");")[0], re.MULTILINE
        )
    )
    columns |= set(re.findall(r"ALTER TABLE outbox ADD COLUMN (\w+)", sql))
    fields = {
        value
        for name, value in said.items()
        if ".table.field." in name or name.endswith("route.by.field")
    }
    placed = {
        part.split(":")[0]
        for part in said["transforms.outbox.table.fields.additional.placement"].split(",")
    }
    assert fields | placed <= columns
    assert "tracingspancontext" in columns
