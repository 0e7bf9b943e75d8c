"""Settings that are being edited: what the form says, and what its buttons do to them before they are saved."""

import json
from dataclasses import dataclass, replace

from adapters.documents.messaging import parse_messaging_json, render_messaging
from adapters.http.pages.kit.csrf import Posted
from adapters.http.pages.kit.typed import typed_line, typed_lines
from router.errors import Invalid
from router.messaging.settings import MessagingSettings, TopicSet, TopicSettings
from router.practice.topics import Topic

CATCH_ALL = "catch_all"
# The part of a form's field that names whom to add.
NEW = "new"


@dataclass(frozen=True, slots=True)
class SettingsDraft:
    """Settings on their way: made from the version `base`; `site` is the one being edited, None the practice's set."""

    base: int
    site: str | None
    messaging: MessagingSettings

    @property
    def has_own(self) -> bool:
        """Whether what is being edited is a set of its own, and not the practice's that a site uses."""
        return self.site is None or self.site in self.messaging.sites

    @property
    def topics(self) -> TopicSet:
        """The set that is being edited, or that the site uses."""
        if self.site is None:
            return self.messaging.practice
        return self.messaging.sites.get(self.site, self.messaging.practice)

    @property
    def path(self) -> str:
        """Where the set stands in the settings."""
        return f"sites.{self.site}" if self.site is not None and self.has_own else "practice"

    def with_topics(self, topics: TopicSet) -> "SettingsDraft":
        """With this set in place of the one being edited."""
        if self.site is None:
            return replace(self, messaging=replace(self.messaging, practice=topics))
        sites = {**self.messaging.sites, self.site: topics}
        return replace(self, messaging=replace(self.messaging, sites=sites))

    def without_own(self) -> "SettingsDraft":
        """The site uses the practice's set again."""
        sites = {site: topics for site, topics in self.messaging.sites.items() if site != self.site}
        return replace(self, messaging=replace(self.messaging, sites=sites))

    def people(self, area: str) -> tuple[str, ...]:
        """Who is named in one area: a topic, or the catch-all."""
        return self.messaging.catch_all if area == CATCH_ALL else self.topics[Topic(area)].recipients

    def with_people(self, area: str, people: tuple[str, ...]) -> "SettingsDraft":
        """With these people named there."""
        if area == CATCH_ALL:
            return replace(self, messaging=replace(self.messaging, catch_all=people))
        topic = Topic(area)
        settings = replace(self.topics[topic], recipients=people)
        return self.with_topics(TopicSet({**self.topics.topics, topic: settings}))

    def as_json(self) -> str:
        """The whole of it, for the form to carry."""
        return json.dumps(render_messaging(self.messaging))


def read_draft(form: Posted) -> SettingsDraft:
    """What the form says: the settings that it carries, with what stands in its fields. Raises Invalid."""
    carried = parse_messaging_json(form.get("draft", "").encode()).settings
    base = form.get("version", "")
    if not base.isdecimal() or len(base) > 9:  # noqa: PLR2004 - versions are small numbers.
        raise Invalid("The form is not valid. Open the page again and try again.")
    draft = SettingsDraft(int(base), form.get("editing") or None, _above(form, replace(carried, version=int(base))))
    if draft.has_own and f"{Topic.MEDICAL}.display_name" in form:
        draft = draft.with_topics(TopicSet({topic: _topic(form, topic, draft.topics[topic]) for topic in Topic}))
    return draft


def _above(form: Posted, carried: MessagingSettings) -> MessagingSettings:
    return replace(
        carried,
        messaging_enabled="messaging_enabled" in form,
        by_site="by_site" in form if "by_site_offered" in form else carried.by_site,
        care_team_fallback="care_team_fallback" in form,
        disclaimer=typed_lines(form, "disclaimer").strip(),
        catch_all=tuple(form.getlist(CATCH_ALL)),
    )


def _topic(form: Posted, topic: Topic, carried: TopicSettings) -> TopicSettings:
    return replace(
        carried,
        enabled=f"{topic}.enabled" in form,
        recipients=tuple(form.getlist(f"{topic}.recipients")),
        display_name=typed_line(form, f"{topic}.display_name").strip(),
    )


def areas() -> list[str]:
    """Everything that people can be added to."""
    return [*(topic.value for topic in Topic), CATCH_ALL]
