"""The report says of a goal whether it was met, and stands in bench/results/ as the JSON files give
it.
"""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import plots, report
from bench.contest import RESULTS, Figure, Goal

CONSUME = Figure(
    "consume",
    "consume → commit",
    "events/s",
    {"raw": [20_000, 10_000, 20_000], "ours": [18_000, 8_500, 8_000], "naive": [200, 100, 200]},
    [Goal("ours", "raw", 0.8), Goal("ours", "naive", 88)],
)
HOP = Figure(
    "one-hop",
    "one hop",
    "ms",
    {"raw chain": [4.0, 4.0, 4.0], "ours": [5.0, 5.2, 9.0]},
    [Goal("ours", "raw chain", 1.3, at_most=True)],
    {"p99_ms": 12.34, "raw_p99_ms": 8.0},
)
MEMORY = Figure(
    "memory",
    "memory",
    "MB",
    {"services": [351.0, 360.0, 300.0], "Kafka": [200.0, 210.0, 220.0]},
    [Goal("services", "", 350, at_most=True), Goal("Kafka", "", 450, at_most=True)],
)
FLOW = Figure(
    "flow",
    "flow",
    "events/s",
    {"1": [40.0, 42.0, 41.0], "2": [60.0, 61.0, 59.0]},
    more={"first leg": {"1": 80.0, "2": 118.0}},
)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    for figure in (MEMORY, FLOW, HOP, CONSUME):
        figure.keep(tmp_path)
    return tmp_path


def verdicts(figure: Figure) -> list[bool | None]:
    return [row.met for row in report.rows([figure])]


def test_a_goal_is_met_by_the_median_of_the_paired_ratios():
    # 18/20, 8.5/10, 8/20: the medians alone would say 8.5/20
    assert [row.measured for row in report.rows([CONSUME])] == [
        "0.850 (0.400–0.900)",
        "85.0 (40.0–90.0)",
    ]
    assert verdicts(CONSUME) == [True, False]


def test_a_time_must_stay_below_its_goal():
    assert verdicts(HOP) == [True]
    assert verdicts(
        Figure("x", "x", "ms", HOP.rounds, [Goal("ours", "raw chain", 1.29, at_most=True)])
    ) == [False]


def test_a_limit_of_one_contestant_has_the_unit():
    rows = report.rows([MEMORY])
    assert [row.met for row in rows] == [False, True]
    assert (rows[0].goal, rows[0].measured) == ("≤ 350 MB", "351 (300–360) MB")


def test_without_a_goal_nothing_is_met():
    assert verdicts(FLOW) == [None]


def test_the_readme_has_every_figure_in_the_order_of_the_table_and_names_what_is_missing(
    results: Path,
):
    text = report.markdown(report.read(results))
    places = [
        text.index(f"| {title} |") for title in ("consume → commit", "one hop", "flow", "memory")
    ]
    assert places == sorted(places)
    assert "| 85.0 (40.0–90.0) | no |" in text
    assert "| 0.850 (0.400–0.900) | yes | raw 20,000 · ours 8,500 · naive 200 events/s |" in text
    assert "Not measured yet: relay, two-hops, imports, start." in text
    assert "p99 12.3 ms; raw p99 8.00 ms" in text
    machine = json.loads((results / "flow.json").read_text())["machine"]
    assert machine["cpu"] in text
    assert machine["measured_at"][:10] in text


def test_what_is_read_is_what_was_kept(results: Path):
    assert [figure for figure, _ in report.read(results)] == [CONSUME, HOP, FLOW, MEMORY]


def test_the_plots_are_svg_and_show_missed_goals_in_red():
    pictures = plots.of([CONSUME, HOP, FLOW, MEMORY])
    assert list(pictures) == ["goals.svg", "flow.svg"]
    for picture, _ in pictures.values():
        assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert plots.MISSED in pictures["goals.svg"][0]
    assert plots.MISSED not in plots.of([HOP])["goals.svg"][0]


def test_what_is_committed_is_what_the_json_files_give():
    kept = report.read(RESULTS)
    assert (RESULTS / "README.md").read_text(encoding="utf-8") == report.markdown(kept)
    pictures = plots.of([figure for figure, _ in kept])
    assert {path.name for path in RESULTS.glob("*.svg")} == set(pictures)
    for name, (picture, _) in pictures.items():
        assert (RESULTS / name).read_text(encoding="utf-8") == picture
