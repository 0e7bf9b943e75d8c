"""Topics and their words."""

from router.practice.topics import Topic


def test_topics_have_labels_and_default_names() -> None:
    assert next((topic.label, topic.default_display_name) for topic in Topic) == ("Medical", "Medical Team")
