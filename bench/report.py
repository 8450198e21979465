"""The results as tables, in the terminal and in docs/benchmarks.md."""

from pathlib import Path
from statistics import median

from bench.goals import GOALS, LEADING, Results
from bench.scenarios import SCENARIOS, Scenario
from bench.toolchain import ROOT

DOCUMENT, README = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"
BEGIN, END = "<!-- figures: `make bench WRITE=1` writes what follows -->", "<!-- end of the figures -->"
PICTURE = "![Deliveries a second in one room of 200 connections, everybody served: Hubbub, Socket.IO and others]({})"
# measure: its heading, and its number of decimals
COLUMNS = {
    "deliveries": ("deliveries/s", 0),
    "posts": ("posts/s", 0),
    "capacity": ("capacity, posts/s", 0),
    "server_us": ("server's µs a delivery", 1),
    "server_us_a_connection": ("server's µs a connection", 0),
    "server_busy": ("server's cores", 2),
    "generator_busy": ("load's cores", 2),
    "bytes": ("bytes a delivery", 0),
    "p50_ms": ("p50, ms", 2),
    "p99_ms": ("p99, ms", 2),
    "max_ms": ("slowest, ms", 1),
    "mib_a_connection": ("MiB a hostile connection", 2),
    "kib_a_connection": ("KiB a connection", 1),
    "mib_before": ("MiB before", 0),
    "mib_grown": ("MiB grown", 1),
    "end": ("its end", -1),
    "handshakes": ("handshakes/s", 0),
    "open_ms": ("open, ms", 1),
    "middle_ms": ("middle, ms", 1),
    "catch_up_ms": ("catch up, ms", 1),
}


def spread(values: list[float], digits: int) -> str:
    """Return the median, and the range where there are several: 1,200 (1,100–1,300)."""
    if digits < 0:  # a code and not a quantity: list all values
        return ", ".join(f"{value:.0f}" for value in sorted(set(values))) if any(values) else ""
    middle = f"{median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f}–{max(values):,.{digits}f})"


def scenario_rows(scenario: Scenario, results: Results) -> list[list[str]]:
    """Return the table of a scenario, with its heading first."""
    rows = [["case", "server", *(COLUMNS[name][0] for name in scenario.columns)]]
    found = {key: measures for key, measures in results.items() if key[0] == scenario.name}
    cases = list(dict.fromkeys(case for _, case, _ in found))
    for case in cases:
        for contestant in scenario.contestants:
            measures = found.get((scenario.name, case, contestant.name))
            if measures:
                figures = [spread(measures[name], COLUMNS[name][1]) for name in scenario.columns]
                rows.append([case, contestant.label, *figures])
    return rows


def goal_rows(results: Results) -> list[list[str]]:
    rows = [["goal", "wanted", "found", ""]]
    for goal in GOALS:
        values = goal.values(results)
        if values:
            reached = {True: "reached", False: "not reached", None: ""}[goal.is_reached(values)]
            rows.append([goal.title, goal.wanted, spread(values, 2), reached])
    return rows


def readme_rows(results: Results) -> list[list[str]]:
    """Return the medians of Hubbub beside those of the better Socket.IO."""
    rows = [["", "Hubbub", "Socket.IO", "ratio"]]
    for goal in LEADING:
        if values := goal.values(results):
            heading, digits = COLUMNS[goal.measure]
            ours, theirs = (f"{median(figures):,.{digits}f}" for figures in goal.figures(results))
            title, unit = goal.title.partition(", against")[0], heading.rpartition(", ")[2]
            rows.append([f"{title} ({unit})", ours, theirs, f"{median(values):.2f} ×"])
    return rows


def tree_rows(results: Results) -> list[list[str]]:
    """Compare this working tree with the other one, by the first two columns of each scenario, within a round."""
    rows = [["case", "figure", "this tree / the other"]]
    columns = {scenario.name: scenario.columns[:2] for scenario in SCENARIOS}
    for (scenario, case, contestant), theirs in results.items():
        ours = results.get((scenario, case, "hubbub"))
        if contestant == "hubbub-other" and ours:
            for measure in columns[scenario]:
                ratios = [mine / other for mine, other in zip(ours[measure], theirs[measure], strict=True) if other]
                rows.append([case, COLUMNS[measure][0], spread(ratios, 2)])
    return rows


def scenario_as_text(scenario: Scenario, results: Results) -> str:
    return f"\n{scenario.title}\n{as_text(scenario_rows(scenario, results))}"


def goals_as_text(results: Results) -> str:
    return f"\nWhat Hubbub wants to reach (ratios within a round)\n{as_text(goal_rows(results))}"


def trees_as_text(results: Results) -> str:
    return f"\nThis working tree beside the other one (ratios within a round)\n{as_text(tree_rows(results))}"


def as_text(rows: list[list[str]]) -> str:
    """Lay a table out in columns: words left-aligned, figures right-aligned."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  "
        + "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def as_markdown(rows: list[list[str]], words: int = 2) -> str:
    """Return a table in Markdown, of which the first columns are words."""
    rule = ["---"] * words + ["---:"] * (len(rows[0]) - words)
    return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])


def machine_as_text(machine: dict[str, str]) -> str:
    hardware = f"{machine['processor']}, {machine['cores']} cores, {machine['memory']}, {machine['kernel']}"
    rest = ("processor", "cores", "memory", "kernel")
    return f"{hardware}; " + ", ".join(f"{name} {value}" for name, value in machine.items() if name not in rest) + "."


def write_document(found: dict, results: Results) -> None:
    """Write the figures into docs/benchmarks.md, between its two marks."""
    put_between_marks(DOCUMENT, document(found, results))


def write_readme(results: Results) -> None:
    """Write the leading figures and the chart into README.md."""
    table = as_markdown(readme_rows(results), words=1)
    put_between_marks(README, f"{PICTURE.format('docs/benchmarks.svg')}\n\n{table}")


def put_between_marks(page: Path, text: str) -> None:
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def document(found: dict, results: Results) -> str:
    when = f"Measured on {found['measured']} in {found['minutes']:g} minutes: {machine_as_text(found['machine'])}"
    parts = [
        f"{when} Medians, with the least and the most of the rounds; ratios are made within a round.",
        PICTURE.format("benchmarks.svg"),
        "### Wanted and found",
        as_markdown(goal_rows(results)),
    ]
    for scenario in SCENARIOS:
        parts += [f"### {scenario.title}", as_markdown(scenario_rows(scenario, results))]
    return "\n\n".join(parts)
