"""Each service a process of its own: the county's samples travel through all of them; health,
metrics and a trace.
"""

import asyncio
import json
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from google.protobuf import text_format
from openpyxl import load_workbook
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from backstop.engines.private import free_ports
from kit.access.passing import Minted
from kit.actor import Actor
from kit.clock import local_date, system_clock
from rulebook.months import month_of
from schemas.codes import Role
from tests.conftest import COUNTY
from tests.helpers.leaks import Heard, Known
from tests.helpers.town import Town
from tests.helpers.waiting import eventually

SAMPLES = Path(__file__).parents[1] / "samples"
CLERK = Actor("clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
MONTH = month_of(local_date(system_clock()))


class Collector(BaseHTTPRequestHandler):
    """An OTLP endpoint that keeps what it is sent."""

    spans: list = []

    def do_POST(self) -> None:
        body = ExportTraceServiceRequest.FromString(
            self.rfile.read(int(self.headers["content-length"]))
        )
        for resource in body.resource_spans:
            service = next(
                one.value.string_value
                for one in resource.resource.attributes
                if one.key == "service.name"
            )
            Collector.spans += [
                (service, span) for scope in resource.scope_spans for span in scope.spans
            ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def town(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    collector = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    made = Town(
        tmp_path_factory.mktemp("town"),
        COUNTY,
        settings={
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "BACKSTOP_LOG": "json",
        },
    )
    try:
        made.open()
        for place in made.places:
            eventually(lambda place=place: made.ready(*place))
        yield made
    finally:
        made.close()
        collector.shutdown()


def ask(town: Town, method: str, path: str, actor: Actor = CLERK, **how) -> httpx.Response:
    service = path.split("/")[1]
    eventually(lambda: town.knows(actor, service))
    return httpx.request(
        method, town.address(service) + path, headers=town.headers(actor), timeout=60, **how
    )


def test_the_front_takes_files_for_services_that_run_elsewhere(town: Town, monkeypatch):
    """`backstop run front` behind a reverse proxy: one address, the samples of one county."""
    from backstop.front import Front
    from backstop.portal import import_files, make_request

    for service, _ in town.places:
        eventually(lambda service=service: town.knows(CLERK, service))
    proxy = Proxy(town)
    try:
        front = Front(town.installation, proxy.address)
        files = [
            (path, path.name)
            for path in (SAMPLES / "organisation.xlsx", SAMPLES / "households.xlsx")
        ]
        reports = asyncio.run(
            import_files(
                front,
                CLERK,
                Minted(lambda: town.token(CLERK)),
                files,
                make_request(MONTH, False, False, "", ""),
            )
        )
    finally:
        proxy.close()
    assert [
        note
        for report in reports
        for sheet in report.sheets
        for note in sheet.notes
        if "没有" in note
    ] == []
    for service in ("village", "unit", "county"):
        work = ask(town, "GET", f"/{service}/api/work").json()
        assert (work["unsent"], work["lag"]) == (0, 0)


def test_one_trace_follows_a_finding_from_the_door_to_the_county(town: Town):
    village = "990121100201"
    clerk = Actor("village", "吕静", Role.VILLAGE_CLERK, village)
    households = ask(town, "GET", "/village/api/households", clerk).json()
    finding = {
        "household": households[0]["id"],
        "causes": ["ILLNESS"],
        "risk_point": "大病",
        "matter": "报销",
        "severity": "URGENT",
    }
    ids = "".join(f"{7:x}" for _ in range(32))
    found = ask(
        town,
        "POST",
        "/village/api/urgent-findings",
        clerk,
        json={"village": village, "month": MONTH, "finding": finding},
    )
    assert found.is_success, found.text
    head = Actor("head", "乡镇长", Role.TOWNSHIP_HEAD, "990121100000")
    path = f"/village/api/urgent-findings/{found.json()['id']}/signature"
    eventually(lambda: town.knows(head, "village"))
    signed = httpx.post(
        town.address("village") + path,
        timeout=60,
        headers=town.headers(head) | {"traceparent": f"00-{ids}-{'b' * 16}-01"},
    )
    assert signed.is_success, signed.text
    eventually(
        lambda: (
            {service for service, span in Collector.spans if span.trace_id.hex() == ids}
            >= {"backstop-village", "backstop-county"}
        )
    )
    names = {span.name for service, span in Collector.spans if span.trace_id.hex() == ids}
    assert any(name.startswith("village.") for name in names)
    assert not [name for name in names if households[0]["head_name"] in name]


def test_metrics_say_how_it_stands_and_logs_are_json_without_personal_data(town: Town):
    metrics = httpx.get(town.address("county") + "/metrics").text
    assert 'backstop_handling_seconds_count{service="county"}' in metrics
    assert "backstop_received_messages_total" in metrics
    eventually(
        lambda: (
            'backstop_lag{service="county"} 0.0'
            in httpx.get(town.address("county") + "/metrics").text
        ),
        40,
    )
    names = {
        one["head_name"]
        for one in ask(town, "GET", "/village/api/households", params={"q": "陈"}).json()
    }
    assert names
    assert not [name for name in names if name in metrics]
    for log in (town.home / "logs").glob("county-*.log"):
        for line in log.read_text().splitlines():
            assert not [name for name in names if name in line]
            if line.startswith("{"):
                assert {"time", "level", "logger", "message"} <= json.loads(line).keys()


def test_no_span_metric_log_or_file_name_names_one_of_the_register(town: Town):
    """Also where somebody looked for a name: what was asked stands in no span and no log."""
    known = _register()
    sought = next(name for name in sorted(known.names) if len(name) > 2)
    number = min(known.numbers, key=len)
    for word in (sought, number):
        ask(town, "GET", "/village/api/households", params={"q": word})
    before = len(Collector.spans)
    eventually(lambda: len(Collector.spans) > before)
    heard = Heard()
    heard.add(
        "trace", *(text_format.MessageToString(one, as_utf8=True) for _, one in Collector.spans)
    )
    heard.add("file name", *(str(path.relative_to(town.home)) for path in town.home.rglob("*")))
    for service, replica in town.places:
        heard.add("metrics", httpx.get(town.address(service, replica) + "/metrics").text)
    for log in (town.home / "logs").iterdir():
        heard.add("log", log.read_text(errors="replace"))
    assert heard.leaks(known) == {}
    for kind in heard.texts:
        seeded = Heard({kind: {*heard.texts[kind], f"q={sought}"}})
        assert seeded.leaks(known)[kind]


def _register() -> Known:
    """Everybody on the sheet that was handed in."""
    _, _, head, *rows = load_workbook(SAMPLES / "households.xlsx").active.iter_rows(
        values_only=True
    )
    name, number, phone = (head.index(title) for title in ("姓名", "身份证号码", "联系电话"))
    people = [
        (row[name], str(row[number] or ""), str(row[phone] or "")) for row in rows if row[name]
    ]
    return Known.of(people, {""})


def test_a_polite_stop_ends_in_order_and_another_start_goes_on(town: Town):
    assert town.kill("county", sign=signal.SIGTERM) == 0
    assert not town.ready("county")
    town.start("county")
    eventually(lambda: town.ready("county"))
    assert ask(town, "GET", "/county/api/cases").json()["cases"]


def _body(file, headers) -> bytes:
    """Also one whose length is not known beforehand: a sheet comes in pages."""
    if headers.get("transfer-encoding") != "chunked":
        return file.read(int(headers.get("content-length") or 0))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return body


class Proxy:
    """What the reverse proxy of docker-compose.yml does: the first part of a path chooses the
    service.
    """

    def __init__(self, town: Town) -> None:
        class Pass(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                service = self.path.split("/")[1]
                body = _body(self.rfile, self.headers)
                answer = httpx.request(
                    self.command,
                    town.address(service) + self.path,
                    content=body,
                    timeout=120,
                    headers={n: v for n, v in self.headers.items() if n.lower() != "host"},
                )
                self.send_response(answer.status_code)
                self.send_header(
                    "content-type", answer.headers.get("content-type", "application/json")
                )
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = handle_any  # noqa: N815 (the base class names them)

            def log_message(self, *words: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", free_ports(1)[0]), Pass)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
