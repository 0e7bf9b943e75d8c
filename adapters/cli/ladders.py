"""`careroute messaging ladders` and `replay`: ladders from a terminal."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import JsonOption, PracticeOption, console, fail, practice_of, print_json
from adapters.documents.ladder import render_ladder
from adapters.documents.messaging import parse_messaging, render_messaging
from adapters.documents.preview import parse_replay
from router.actors import COMMAND
from router.flows.administrator.ladders import DAYS, OPEN_LIMIT, WouldBegin
from router.messaging.ladder import ladder_in_words, ready_made
from router.messaging.ladder_rules import ladders as all_ladders
from router.messaging.settings import MessagingSettings
from router.practice.topics import Topic


def add_ladder_commands(group: typer.Typer, flows: Open) -> None:
    """Add the commands."""
    _ladders(group, flows)
    _replay(group, flows)


def _ladders(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def ladders(  # noqa: PLR0913, PLR0917 - these are its options.
        practice: PracticeOption = None,
        topic: Annotated[Topic | None, typer.Option(help="The topic; by default the practice's own ladder.")] = None,
        site: Annotated[str | None, typer.Option(help="The id of a site that has topics of its own.")] = None,
        file: Annotated[
            Path | None,
            typer.Option(
                "--set", metavar="FILE", help="Save the steps in a file, in the format of --json; null inherits."
            ),
        ] = None,
        use_ready_made: Annotated[bool, typer.Option("--ready-made", help="Save the ready-made ladder.")] = False,  # noqa: FBT002 - a flag.
        as_json: JsonOption = False,  # noqa: FBT002 - a flag.
    ) -> None:
        """Show the ladders, or save one: what happens to a message that nobody opens or answers."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        current = opened.messaging.read(tenant, COMMAND).messaging
        if site is not None and (topic is None or site not in current.sites):
            fail("--site must be a site with topics of its own, together with --topic")
        if file is not None or use_ready_made:
            steps = (
                render_ladder(ready_made(has_catch_all=bool(current.catch_all))) if file is None else read_file(file)
            )
            document = render_messaging(current)
            _place(document, topic, site)["ladder"] = steps
            saved = opened.messaging.save(tenant, parse_messaging(document), current.version, COMMAND)
            current = saved.messaging
            for change in saved.changes or ("Nothing changed.",):
                console.print(change)
        elif as_json:
            print_json(_place(render_messaging(current), topic, site)["ladder"])
        else:
            _print(current)
        if not as_json:
            _tell(opened.ladders.would_begin(tenant))


def read_file(file: Path) -> Any:  # noqa: ANN401 - what JSON became.
    """The contents of a JSON file; exits with a one-line error if it can't be read."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        fail("FILE can't be read as JSON")


def _place(document: dict[str, Any], topic: Topic | None, site: str | None) -> dict[str, Any]:
    if topic is None:
        return document
    topics: dict[str, Any] = (document["practice"] if site is None else document["sites"][site])["topics"]
    place: dict[str, Any] = topics[topic.value]
    return place


def _print(messaging: MessagingSettings) -> None:
    for path, ladder in all_ladders(messaging):
        console.print(f"{path}: {ladder_in_words(ladder)}")


def _replay(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def replay(
        practice: PracticeOption = None,
        days: Annotated[int, typer.Option(help="How many days to look back.")] = DAYS,
        file: Annotated[
            Path | None, typer.Option("--file", metavar="FILE", help="Settings to try, as `export` prints them.")
        ] = None,
        as_json: JsonOption = False,  # noqa: FBT002 - a flag.
    ) -> None:
        """Show what settings would have done with recent messages, using only metadata. Nothing is changed."""
        opened = flows()
        asked = {"days": days} | ({} if file is None else {"messaging": read_file(file)})
        draft, looked_back = parse_replay(asked)
        found = opened.ladders.look(practice_of(opened.roster, practice), draft, COMMAND, looked_back)
        if as_json:
            reached = {do.value: count for do, count in found.replay.reached.items()}
            print_json({"days": found.days, "messages": found.replay.messages, "steps": reached})
            return
        said = ", ".join(found.replay.counts_in_words) or "done nothing"
        messages = f"{found.replay.messages:,} message{'' if found.replay.messages == 1 else 's'}"
        console.print(f"Of {messages} of the last {found.days} days it would have {said}.")
        for one in found.moved:
            place = f"{one.topic.label}, {one.site}" if one.site else one.topic.label
            before, after = (", ".join(staff) or "the patient's choice" for staff in (one.before, one.after))
            console.print(f"{place}: {one.messages:,} would have gone to {after} instead of {before}.")
        _tell(found.would_begin)


def _tell(found: WouldBegin) -> None:
    """How many messages have another ladder, if any; of a great many the newest are counted."""
    if not found.is_all:
        console.print(f"Only the newest {OPEN_LIMIT:,} messages that nobody has answered were counted.")
    if found.messages:
        console.print(f"{found.messages} messages waiting for an answer have a different ladder, or none.")
