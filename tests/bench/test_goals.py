"""What the benchmark makes of its figures: medians, ratios within a round, tables, a chart."""

import re

import pytest

from bench import chart, report
from bench.goals import GOALS, LEADING, Goal
from bench.scenarios import SCENARIOS

CASE = "everybody served, 4 in flight"
OURS, THEIRS, NO_ACKS = (("room", CASE, name) for name in ("hubbub", "socketio", "socketio-no-acks"))
MEASURES = {"deliveries": [300.0, 100.0, 200.0]}


def goal(**bounds):
    return Goal("faster", "deliveries", OURS, (THEIRS, NO_ACKS), **bounds)


def results(theirs):
    return {OURS: MEASURES, THEIRS: {"deliveries": theirs}}


def test_a_ratio_is_made_within_a_round():
    assert goal().values(results([100.0, 200.0, 100.0])) == [3.0, 0.5, 2.0]


def test_what_was_not_measured_has_no_ratio():
    assert goal().values({OURS: MEASURES}) == []


def test_of_several_others_the_best_of_each_round_counts():
    found = results([100.0, 200.0, 100.0]) | {NO_ACKS: {"deliveries": [150.0, 100.0, 100.0]}}
    assert goal(at_least=1).values(found) == [2.0, 0.5, 2.0]
    assert goal(at_most=1).values(found) == [3.0, 1.0, 2.0]


def test_the_median_reaches_a_goal_or_not():
    assert goal(at_least=2).is_reached([3.0, 0.5, 2.0]) is True
    assert goal(at_least=2.1).is_reached([3.0, 0.5, 2.0]) is False
    assert goal(at_most=2).is_reached([3.0, 0.5, 2.0]) is True
    assert goal(at_most=1.9).is_reached([3.0, 0.5, 2.0]) is False
    assert goal().is_reached([1.0]) is None


def test_a_difference_is_no_ratio():
    assert goal(difference=True).values(results([100.0, 200.0, 150.0])) == [200.0, -100.0, 50.0]
    assert goal(difference=True, at_most=2).wanted == "≤ 2 MiB"


def test_a_case_is_found_by_how_it_begins():
    found = {
        ("idle", "5000 connections", "hubbub"): {"kib_a_connection": [30.0]},
        ("idle", "5000 connections", "x"): {"kib_a_connection": [20.0]},
    }
    assert Goal("", "kib_a_connection", ("idle", "…", "hubbub"), (("idle", "…", "x"),)).values(found) == [1.5]


@pytest.mark.parametrize("each", GOALS, ids=lambda each: each.title)
def test_every_goal_compares_what_is_measured(each):
    scenarios = {scenario.name: scenario for scenario in SCENARIOS}
    for name, _, contestant in (each.ours, *each.theirs):
        assert each.measure in scenarios[name].columns
        assert contestant in [one.name for one in scenarios[name].contestants]


@pytest.mark.parametrize("each", LEADING, ids=lambda each: each.title)
def test_what_leads_counts_everybody_and_the_better_socketio(each):
    assert each.ours[1].startswith("everybody served") or each.ours[0] in ("latency", "capacity")
    assert [contestant for _, _, contestant in each.theirs] == ["socketio", "socketio-no-acks"]


def test_every_column_has_a_heading():
    assert {column for scenario in SCENARIOS for column in scenario.columns} <= set(report.COLUMNS)


def test_figures_are_told_as_a_median_and_its_range():
    assert report.spread([1100.0, 1300.0, 1200.0], 0) == "1,200 (1,100–1,300)"
    assert report.spread([1.234], 1) == "1.2"
    assert report.spread([4008, 4008, 1006], -1) == "1006, 4008"
    assert report.spread([0, 0], -1) == ""


def test_a_table_says_whether_a_goal_is_reached():
    rows = report.goal_rows(room_results() | results([200.0, 100.0, 100.0]))
    assert [f"{CASE}, against Socket.IO", "≥ 1.6 ×, aim 2", "1.50 (1.00–2.00)", "not reached"] in rows
    assert [f"{CASE}, against the tutorial", "≥ 20 ×", "3.00", "not reached"] in rows


def test_two_working_trees_are_compared_within_a_round():
    ours, theirs = (
        {"deliveries": [200.0, 300.0], "posts": [4.0, 4.0]},
        {"deliveries": [100.0, 200.0], "posts": [4.0, 2.0]},
    )
    rows = report.tree_rows({OURS: ours, ("room", CASE, "hubbub-other"): theirs, THEIRS: ours})
    assert rows[1:] == [
        [CASE, "deliveries/s", "1.75 (1.50–2.00)"],
        [CASE, "posts/s", "1.50 (1.00–2.00)"],
    ]


def test_a_table_is_markdown():
    rows = [["case", "who", "posts/s"], ["all", "Hubbub", "1,200"]]
    assert report.as_markdown(rows) == "| case | who | posts/s |\n| --- | --- | ---: |\n| all | Hubbub | 1,200 |"


def test_the_document_keeps_what_stands_around_its_figures(tmp_path, monkeypatch):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"Before.\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n")
    monkeypatch.setattr(report, "DOCUMENT", page)
    machine = {"processor": "P", "cores": "2", "memory": "8 GiB", "kernel": "Linux 6", "Python": "3.13.0"}
    report.write_document({"measured": "2026-11-20", "minutes": 12.0, "machine": machine}, room_results())
    text = page.read_text()
    assert text.startswith("Before.")
    assert text.endswith("After.\n")
    assert "old" not in text
    assert f"| {CASE} | Channels tutorial |" in text


def test_the_readme_tells_the_better_socketio(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text(f"Before.\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n")
    monkeypatch.setattr(report, "README", page)
    latency = {
        ("latency", "25 posts/s", name): {"p50_ms": [value]} for name, value in (("hubbub", 3.0), ("socketio", 2.0))
    }
    report.write_readme(room_results() | {NO_ACKS: {"deliveries": [160.0]}} | latency)
    text = page.read_text()
    assert f"| {CASE} (deliveries/s) | 200 | 160 | 1.25 × |" in text
    assert "| p50 at 25 posts/s (ms) | 3.00 | 2.00 | 1.50 × |" in text
    assert "(docs/benchmarks.svg)" in text
    assert text.startswith("Before.")
    assert text.endswith("After.\n")


@pytest.mark.parametrize("page", [report.DOCUMENT, report.README], ids=lambda page: page.name)
def test_the_documentation_has_a_place_for_the_figures(page):
    text = page.read_text()
    assert text.count(report.BEGIN) == text.count(report.END) == 1


def test_the_chart_shows_the_fastest_first_and_to_scale():
    drawn = chart.draw(room_results())
    assert re.findall(r'class="name[^>]*>([^<]+)<', drawn) == ["Hubbub", "Socket.IO 4 rooms", "Channels tutorial"]
    assert re.findall(r'class="value[^>]*>([^<]+)<', drawn) == ["200", "150", "100"]
    widths = [int(width) for width in re.findall(r'class="bar[^>]* width="(\d+)"', drawn)]
    assert widths == [widths[0], round(widths[0] * 0.75), round(widths[0] * 0.5)]


def room_results():
    figures = {"hubbub": 200.0, "socketio": 150.0, "tutorial": 100.0}
    [columns] = [scenario.columns for scenario in SCENARIOS if scenario.name == "room"]
    others = {column: [1.0] for column in columns}
    return {("room", CASE, name): others | {"deliveries": [value]} for name, value in figures.items()}
