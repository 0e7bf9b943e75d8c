"""Promises 2, 5 and 8 of the pure policy, over any practice."""

from hypothesis import given
from hypothesis import strategies as st

from router.messages.cascade import Step, StepOutcome, resolve
from router.messages.compose import ChooseTo, FixedTo, FormRefused, check, compose_form
from router.messages.explanation import step_in_words, why
from router.messaging.snapshot import PracticeSnapshot
from router.practice.availability import represent
from tests.builders import CLINIC, NOON
from tests.unit.router import strategies as any_


@given(any_.questions(), any_.distributions, any_.staffings(), any_.moments)
def test_promise_2_nobody_is_found_only_when_nobody_of_the_last_resort_is_active(
    question, settings, staffing, at
) -> None:
    found = resolve(question, settings, staffing, at)

    last = [*settings.catch_all, *staffing.administrators(), *question.care_team]
    somebody = any(staffing.is_active(staff) for staff in last)
    if somebody:
        assert found.recipients
    if not found.recipients:
        assert not somebody


@given(any_.questions(), any_.distributions, any_.staffings(), any_.moments)
def test_promise_2_whoever_gets_it_is_active_and_gets_it_once(question, settings, staffing, at) -> None:
    found = resolve(question, settings, staffing, at)

    ids = [recipient.staff for recipient in found.recipients]
    assert all(staffing.is_active(staff) for staff in ids)
    assert len(ids) == len(set(ids))


@given(any_.questions(), any_.distributions, any_.staffings(), any_.moments)
def test_promise_8_the_trace_explains_every_recipient_and_nothing_after_the_match(
    question, settings, staffing, at
) -> None:
    found = resolve(question, settings, staffing, at)

    taken = {person.taken_by for step in found.trace[-1:] for person in step.considered} - {None}
    assert taken == {recipient.staff for recipient in found.recipients}
    assert [step.step for step in found.trace] == list(Step)[: len(found.trace)]
    assert all(step.outcome is not StepOutcome.MATCHED for step in found.trace[:-1])
    names = {staff: f"Name of {staff}" for staff in any_.STAFF_IDS}
    for step in found.trace:
        words = step_in_words(step, names)
        assert all(names[person.staff] in words for person in step.considered)
    assert all(why(recipient, names).endswith(".") for recipient in found.recipients)


@given(any_.staffings(), st.sampled_from(any_.STAFF_IDS), any_.moments)
def test_covers_are_followed_to_somebody_available_and_never_in_a_circle(staffing, staff, at) -> None:
    found = represent(staff, staffing, at)

    assert len(found.covers) == len(set(found.covers))
    assert staff not in found.covers
    if found.taken_by is not None:
        assert staffing.is_active(found.taken_by)
        assert staffing.absence_of(found.taken_by, at) is None


@given(any_.patients, any_.distributions, any_.staffings(), any_.sites, st.sampled_from([None, *any_.SITE_IDS]))
def test_promise_5_a_fixed_to_never_holds_a_staff_name(patient, settings, staffing, sites, site) -> None:
    form = compose_form(patient, None, site, PracticeSnapshot(CLINIC, settings, staffing, sites, NOON))

    chosen_from = {member.staff for member in patient.care_team}
    shown = {option.id for topic in form.topics if isinstance(topic.to, ChooseTo) for option in topic.to.options}
    assert shown <= {staff for staff in chosen_from if staffing.is_active(staff)}
    for topic in form.topics:
        if isinstance(topic.to, FixedTo):
            assert not any(name in topic.to.display_name for name in any_.NAMES.values())


@given(any_.patients, any_.distributions, any_.staffings(), any_.sites, any_.questions())
def test_promise_2_what_the_form_lets_through_finds_an_owner(patient, settings, staffing, sites, question) -> None:
    practice = PracticeSnapshot(CLINIC, settings, staffing, sites, NOON)
    form = compose_form(patient, None, None, practice)
    try:
        check(form, question.topic, None, question.chosen)
    except FormRefused:
        return

    team = tuple(member.staff for member in patient.care_team)
    asked = type(question)(question.topic, form.site, None, question.chosen, team)
    assert resolve(asked, settings, staffing, NOON).recipients
