"""`careroute messaging gaps` and `preview`: trying the settings out from a terminal."""

import json
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.flows import Open
from adapters.cli.terminal import JsonOption, PracticeOption, console, fail, moment, practice_of, print_json
from adapters.documents.preview import parse_preview
from router.actors import COMMAND
from router.coverage.gaps import Gap
from router.flows.administrator.preview import PreviewResult
from router.messages.care_team_options import Option
from router.messages.compose import ChooseTo, ComposeForm, OfferedTopic
from router.messages.explanation import step_in_words
from router.practice.topics import Topic


def add_preview_commands(group: typer.Typer, flows: Open) -> None:
    """What a portal administrator can check before patients are affected."""
    _gaps(group, flows)
    _preview(group, flows)


def _gaps(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def gaps(practice: PracticeOption = None, as_json: JsonOption = False) -> None:  # noqa: FBT002 - an option.
        """List the topics whose new messages would go to the catch-all, one person, or nobody."""
        opened = flows()
        tenant = practice_of(opened.roster, practice)
        found = opened.preview.gaps(tenant, COMMAND)
        if as_json:
            print_json([_gap(gap) for gap in found])
            return
        for gap in found:
            console.print(gap.message)
        if not found:
            console.print("There are no gaps.")
        for vacancy in opened.preview.vacancies(tenant):
            console.print(vacancy.message)


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "site": gap.site,
        "topic": gap.topic,
        "kind": gap.kind,
        "owners": gap.owners,
        "patients_without_choice": gap.patients_without_choice,
        "message": gap.message,
    }


def _preview(group: typer.Typer, flows: Open) -> None:
    @group.command()
    def preview(  # noqa: PLR0913, PLR0917 - these are what a preview is asked.
        patient: Annotated[str, typer.Option(help="The patient's id.")],
        topic: Annotated[Topic, typer.Option(help="The topic of the message.")],
        site: Annotated[str | None, typer.Option(help="One of the patient's sites; by default the home site.")] = None,
        to: Annotated[
            str | None, typer.Option(help="The id of the chosen care-team member, where there is a choice.")
        ] = None,
        at: Annotated[
            str | None, typer.Option(help="When it would be sent, such as 2026-03-02T12:00:00Z; by default now.")
        ] = None,
        file: Annotated[
            Path | None, typer.Option("--file", metavar="FILE", help="Settings to try, as `export` prints them.")
        ] = None,
        practice: PracticeOption = None,
    ) -> None:
        """Show what a patient would see, and who would get their message. Nothing is sent."""
        opened = flows()
        draft = None if file is None else _draft(file)
        told = {"patient": patient, "topic": topic.value, "site": site, "to": to, "at": at, "messaging": draft}
        asked = parse_preview({name: value for name, value in told.items() if value is not None})
        tenant = practice_of(opened.roster, practice)
        for line in preview_in_words(opened.preview.preview(tenant, asked, COMMAND)):
            console.print(line)


def _draft(file: Path) -> object:
    try:
        read: object = json.loads(file.read_bytes())
    except (OSError, ValueError):
        fail("FILE can't be read as JSON")
    if not isinstance(read, dict):
        fail("FILE contains no settings")
    return read


def preview_in_words(previewed: PreviewResult) -> list[str]:
    """What was found as sentences: the form, whether it would take the message, and who would get it."""
    lines = _form_in_words(previewed.form)
    if previewed.refusal is not None:
        wrong = previewed.refusal.errors[0]
        lines.append(f"The form would refuse it ({previewed.refusal.reason}): {wrong.field}: {wrong.message}")
    else:
        lines.append(f"The form would accept it, To: {previewed.to}")
    resolution, names = previewed.resolution, previewed.names
    by = "the draft" if previewed.drafted else f"version {resolution.distribution_version} of the settings"
    lines.append(f"{'If it were accepted' if previewed.refusal else 'Routed'} at {moment(resolution.at)}, by {by}:")
    lines += [f"  {number}. {step_in_words(step, names)}" for number, step in enumerate(resolution.trace, start=1)]
    owners = ", ".join(names[one.staff] for one in resolution.recipients)
    return [*lines, f"It would reach {owners}." if owners else "It would reach nobody and be parked: no_active_staff."]


def _form_in_words(form: ComposeForm) -> list[str]:
    if not form.enabled:
        return [f"The form is closed: {form.reason}."]
    here = next((site.name for site in form.sites if site.id == form.site), "no site")
    return [f"The form at {here}:", *(f"  {_topic_in_words(topic)}" for topic in form.topics)]


def _topic_in_words(offered: OfferedTopic) -> str:
    if isinstance(offered.to, ChooseTo):
        return f"{offered.topic.label}, choice: {'; '.join(_option_in_words(one) for one in offered.to.options)}"
    return f"{offered.topic.label}, To: {offered.to.display_name}"


def _option_in_words(option: Option) -> str:
    away = f", away until {moment(option.away_until)}" if option.away_until else ""
    cover = f", covered by {option.covered_by}" if option.covered_by else ""
    return f"{option.name} ({option.id}), {option.role}{away}{cover}"
