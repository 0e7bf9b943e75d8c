"""Topics and their words."""

from router.messaging.timing_rules import GUIDANCE_LIMIT
from router.practice.topics import Topic


def test_topics_have_labels_and_default_names() -> None:
    assert next((topic.label, topic.default_display_name) for topic in Topic) == ("Medical", "Medical Team")


def test_each_topic_says_in_one_line_what_belongs_there() -> None:
    lines = [topic.default_guidance for topic in Topic]

    assert all(line.endswith(".") and len(line) <= GUIDANCE_LIMIT for line in lines)
    assert len(set(lines)) == len(Topic)
