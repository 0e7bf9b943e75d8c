"""Checks of the settings before they are saved, naming the wrong fields."""

from collections.abc import Callable, Collection, Iterator, Sequence

from router.errors import FieldError
from router.messaging import hours_rules, ladder_rules, red_flag_rules, timing_rules
from router.messaging.proposal import Proposal
from router.messaging.settings import MessagingSettings, TopicSet
from router.practice.availability import Staffing
from router.text import problem_with

DISPLAY_NAME_LIMIT = 80
DISCLAIMER_LIMIT = 2_000
MOST_DAILY_CONVERSATIONS = 1_000


def check(proposal: Proposal) -> list[FieldError]:
    """Everything that prevents saving, in the order of the rules; empty if the settings can be saved."""
    return [error for rule in RULES for error in rule(proposal)]


def _texts(proposal: Proposal) -> Iterator[FieldError]:
    wrong = problem_with(proposal.after.disclaimer, DISCLAIMER_LIMIT, lines=True)
    if wrong:
        yield FieldError("disclaimer", wrong)
    for path, _, topics in proposal.after.sets():
        for topic, settings in topics.topics.items():
            wrong = problem_with(settings.display_name, DISPLAY_NAME_LIMIT)
            if wrong:
                yield FieldError(f"{path}.topics.{topic}.display_name", wrong)


def _sites(proposal: Proposal) -> Iterator[FieldError]:
    for site in sorted(proposal.after.sites):
        if site not in proposal.sites:
            yield FieldError(f"sites.{site}", "is not a site of the practice")
    visible = [site for site in proposal.sites.values() if not site.hidden]
    turned_on = proposal.after.by_site and not proposal.before.by_site
    if turned_on and len(visible) < 2:  # noqa: PLR2004 - distribution by site needs several of them.
        yield FieldError("by_site", "can be on only if the practice has more than one site")


def _staff(proposal: Proposal) -> Iterator[FieldError]:
    yield from _people("catch_all", proposal.after.catch_all, proposal.before.catch_all, proposal.staffing)
    yield from _people("on_call", proposal.after.on_call, proposal.before.on_call, proposal.staffing)
    for path, site, topics in proposal.after.sets():
        before = _set_before(proposal.before, site)
        for topic, settings in topics.topics.items():
            field = f"{path}.topics.{topic}.recipients"
            yield from _people(field, settings.recipients, before[topic].recipients, proposal.staffing)


def _set_before(before: MessagingSettings, site: str | None) -> TopicSet:
    return before.practice if site is None else before.sites.get(site, before.practice)


def _people(field: str, named: Sequence[str], before: Collection[str], staffing: Staffing) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, staff in enumerate(named):
        if staff in seen:
            yield FieldError(f"{field}.{index}", "is named twice")
        elif staff not in staffing.members:
            yield FieldError(f"{field}.{index}", "is not on the staff of the practice")
        elif not staffing.is_active(staff) and staff not in before:
            yield FieldError(f"{field}.{index}", "is no longer active and can't be added")
        seen.add(staff)


def _somebody_to_catch(proposal: Proposal) -> Iterator[FieldError]:
    if not proposal.after.messaging_enabled or proposal.before.messaging_enabled:
        return
    caught = any(proposal.staffing.is_active(staff) for staff in proposal.after.catch_all)
    if not caught and not proposal.staffing.administrators():
        yield FieldError(
            "messaging_enabled",
            "can't be turned on while nobody is active on the catch-all: add somebody active to catch_all, "
            "or make somebody a portal administrator",
        )


def _daily_conversations(proposal: Proposal) -> Iterator[FieldError]:
    limit = proposal.after.daily_conversations
    if not 0 <= limit <= MOST_DAILY_CONVERSATIONS:
        yield FieldError("daily_conversations", f"must be between 0 and {MOST_DAILY_CONVERSATIONS}")


RULES: tuple[Callable[[Proposal], Iterator[FieldError]], ...] = (
    _texts,
    _sites,
    _staff,
    _somebody_to_catch,
    _daily_conversations,
    hours_rules.check,
    timing_rules.check,
    ladder_rules.check,
    red_flag_rules.check,
)
