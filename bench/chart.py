"""The chart of docs/benchmarks.md: deliveries a second in one room, as an SVG for light and dark pages."""

from html import escape
from statistics import median

from bench import contestants
from bench.goals import EVERYBODY, Results
from bench.toolchain import ROOT

CHART = ROOT / "docs" / "benchmarks.svg"
FAST = (contestants.HUBBUB, contestants.FLOOR, contestants.WS, contestants.SOCKETIO, contestants.SOCKETIO_NO_ACKS)
SHOWN = {
    "1 in flight": ("1 post in flight", FAST),
    "4 in flight": ("4 posts in flight", (*FAST, contestants.HUBBUB_DAPHNE, contestants.TUTORIAL)),
    "32 in flight": ("32 posts in flight", FAST),
}
WIDTH, LEFT, RIGHT, TOP = 760, 172, 92, 74
BAR, GAP, PANEL_GAP, TITLE = 20, 7, 26, 26
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #3f3f46 }
  .head { font-size: 17px; font-weight: 650; fill: #18181b } .sub { fill: #71717a }
  .panel { font-weight: 600; fill: #18181b } .name { text-anchor: end } .ours { font-weight: 650; fill: #18181b }
  .value { font-variant-numeric: tabular-nums } .bar { fill: #c4c4cc } .bar.hubbub { fill: #3853b6 }
  .rail { fill: #f1f1f4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #c4c4cc } .head, .panel, .ours { fill: #fafafa } .sub { fill: #a1a1aa }
    .bar { fill: #63636e } .bar.hubbub { fill: #88a7fd } .rail { fill: #26262b }
  }
"""


def write(results: Results) -> None:
    CHART.write_text(draw(results))


def draw(results: Results) -> str:
    """Return the chart of the results for one room; each panel has its own scale, from zero."""
    parts, y = [], TOP
    for case, (panel_title, entrants) in SHOWN.items():
        found = [(one, figure(results, f"{EVERYBODY}, {case}", one.name)) for one in entrants]
        shown = sorted(((one, value) for one, value in found if value), key=lambda pair: -pair[1])
        if shown:
            parts.append(panel(panel_title, shown, y))
            y += TITLE + len(shown) * (BAR + GAP) + PANEL_GAP
    height = y - PANEL_GAP + 12
    title = "Deliveries a second in one room of 200 connections"
    note = "A post is done when all 200 have it. Only Hubbub stores every message first. Each group has its own scale."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title)}">\n<style>{STYLE}</style>\n'
        f'<text class="head" x="16" y="30">{escape(title)}</text>\n'
        f'<text class="sub" x="16" y="51">{escape(note)}</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def figure(results: Results, case: str, name: str) -> float:
    values = results.get(("room", case, name), {}).get("deliveries")
    return median(values) if values else 0


def panel(title: str, shown: list[tuple[contestants.Contestant, float]], y: int) -> str:
    most = max(value for _, value in shown)
    lines = [f'<text class="panel" x="16" y="{y + 13}">{escape(title)}</text>']
    for row, (contestant, value) in enumerate(shown):
        lines.append(bar(contestant, value, value / most, y + TITLE + row * (BAR + GAP)))
    return "\n".join(lines)


def bar(contestant: contestants.Contestant, value: float, share: float, y: int) -> str:
    room = WIDTH - LEFT - RIGHT
    width = max(2, round(room * share))
    ours = contestant.name.startswith("hubbub")
    middle = y + BAR / 2 + 4.5
    return (
        f'<text class="name{" ours" if ours else ""}" x="{LEFT - 10}" y="{middle:g}">{escape(contestant.label)}</text>'
        f'<rect class="rail" x="{LEFT}" y="{y}" width="{room}" height="{BAR}" rx="4"/>'
        f'<rect class="bar{" hubbub" if ours else ""}" x="{LEFT}" y="{y}" width="{width}" height="{BAR}" rx="4"/>'
        f'<text class="value{" ours" if ours else ""}" x="{WIDTH - RIGHT + 10}" y="{middle:g}">{value:,.0f}</text>'
    )
