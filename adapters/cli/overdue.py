"""`careroute overdue`: what waits for too long. Ids only."""

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import JsonOption, PracticeOption, moment, practice_of, print_json, print_table
from router.actors import COMMAND
from router.flows.administrator.overdue import OverdueList


def add_overdue_command(root: typer.Typer, flows: Open) -> None:
    """Add the command."""

    @root.command()
    def overdue(practice: PracticeOption = None, *, as_json: JsonOption = False) -> None:
        """List messages that nobody has answered in time, and who has them."""
        opened = flows()
        found = opened.overdue.list(practice_of(opened.roster, practice), COMMAND)
        if as_json:
            print_json(_document(found))
            return
        rows = [
            [
                str(one.message),
                one.topic.label,
                one.site or "",
                moment(one.answer_by) if one.answer_by else "",
                moment(one.alerted_at) if one.alerted_at else "",
                ", ".join(one.holders),
            ]
            for one in found.items
        ]
        print_table(["message", "topic", "site", "answer by", "alerted", "with"], rows, "Nothing is overdue.")


def _document(found: OverdueList) -> dict[str, object]:
    return {
        "items": [
            {
                "message": one.message,
                "topic": one.topic.value,
                "site": one.site,
                "accepted_at": one.accepted_at,
                "answer_by": one.answer_by,
                "alerted_at": one.alerted_at,
                "owner": one.owner,
                "holders": list(one.holders),
            }
            for one in found.items
        ],
        "more": found.more,
    }
