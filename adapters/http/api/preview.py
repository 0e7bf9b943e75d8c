"""Trying the settings out: their gaps, and what would become of a message that nobody writes."""

from fastapi import APIRouter

from adapters.documents.preview import PreviewDocument, ReplayDocument, parse_preview_json, parse_replay_json
from adapters.documents.urgency import RedFlagTrialDocument, parse_red_flag_trial_json
from adapters.http.api.examples import PREVIEWS, REPLAYS
from adapters.http.api.examples_urgency import RED_FLAG_TRIAL
from adapters.http.api.views.departures import show_gaps, show_vacancies
from adapters.http.api.views.messaging import FormRefusalView, GapPageView, PreviewView
from adapters.http.api.views.replay import ReplayView
from adapters.http.api.views.trace import ResolutionView
from adapters.http.api.views.urgency import RedFlagTrialView
from adapters.http.auth import AdminCaller
from adapters.http.description import problems, takes
from adapters.http.flows import FlowsOfApp
from adapters.http.forms import render_form
from adapters.http.limits import RequestBody, SettingsBody
from router.flows.administrator.preview import PreviewResult

routes = APIRouter(tags=["messaging"])


@routes.get(
    "/v1/messaging/gaps",
    operation_id="listGaps",
    summary="List the gaps",
    responses=problems(),
)
def list_gaps(caller: AdminCaller, flows: FlowsOfApp) -> GapPageView:
    """Every enabled topic, by site, whose messages would now go to the catch-all, to one person, or to nobody.

    `patients_without_choice` is the number of patients there who couldn't choose a provider. `vacancies` are the duties
    that nobody present has: being on call, and reading what administrators are alerted of.
    """
    found = flows.preview.gaps(caller.practice, caller.actor)
    vacant = flows.preview.vacancies(caller.practice)
    return GapPageView(items=show_gaps(found), vacancies=show_vacancies(vacant), next=None)


@routes.post(
    "/v1/messaging/preview",
    operation_id="previewMessage",
    summary="Preview a message",
    responses=problems(404, 413),
    openapi_extra=takes(PreviewDocument, examples=PREVIEWS),
)
def preview_message(caller: AdminCaller, body: SettingsBody, flows: FlowsOfApp) -> PreviewView:
    """What a patient would see, who would get their message, and why. Nothing is sent.

    `messaging` tries settings that are not saved. Invalid settings are refused, just as when saving.
    """
    return _show(flows.preview.preview(caller.practice, parse_preview_json(body), caller.actor))


@routes.post(
    "/v1/messaging/replay",
    operation_id="replayMessages",
    summary="Replay recent messages",
    responses=problems(413),
    openapi_extra=takes(ReplayDocument, examples=REPLAYS),
)
def replay_messages(caller: AdminCaller, body: SettingsBody, flows: FlowsOfApp) -> ReplayView:
    """What the settings would have done with recent messages, based on their metadata.

    No text is read, and nothing changes. At most 100,000 messages are included, newest first.
    """
    draft, days = parse_replay_json(body)
    return ReplayView.of(flows.ladders.look(caller.practice, draft, caller.actor, days))


@routes.post(
    "/v1/messaging/red_flags/trial",
    operation_id="previewRedFlags",
    summary="Try red-flag phrases",
    responses=problems(413, 429),
    openapi_extra=takes(RedFlagTrialDocument, examples=RED_FLAG_TRIAL),
)
def try_red_flags(caller: AdminCaller, body: RequestBody, flows: FlowsOfApp) -> RedFlagTrialView:
    """Count the messages of the last 30 days that these phrases would have made urgent. Nothing is saved.

    Returns one number for the whole practice, or, below 10, only `fewer_than`. At most 20 trials a day, all audited.
    """
    red_flags, languages = parse_red_flag_trial_json(body)
    return RedFlagTrialView.of(flows.red_flag_trials.run(caller.practice, red_flags, languages, caller.actor))


def _show(previewed: PreviewResult) -> PreviewView:
    return PreviewView(
        draft=previewed.drafted,
        form=render_form(previewed.form),
        to=previewed.to,
        refusal=FormRefusalView.of(previewed.refusal) if previewed.refusal else None,
        resolution=ResolutionView.of(previewed.resolution, previewed.names),
    )
