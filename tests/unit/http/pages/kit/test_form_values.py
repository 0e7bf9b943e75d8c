"""What templates put into the fields of forms, and what they show."""

import pytest

from adapters.http.pages.kit.render import PAGES

OPEN = "Pat \u202eeoD"
CLOSED = f"{OPEN}\u202c"


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ('<input value="{{ text }}">', f'<input value="{OPEN}">'),
        ('<button value="do:{{ text }}">{{ text }}</button>', f'<button value="do:{OPEN}">{CLOSED}</button>'),
        ('<input value="{% if text %}{{ text }}{% endif %}">', f'<input value="{OPEN}">'),
        ('<body data-whose="{{ text }}">', f'<body data-whose="{OPEN}">'),
        (
            '<textarea{% if text %} rows="2"{% endif %}>\n{{ text }}</textarea>',
            f'<textarea rows="2">\n{OPEN}</textarea>',
        ),
        (
            '{% macro a(one) %}<p><input value="{{ one }}"></p>{% endmacro %}{{ a(text) }}',
            f'<p><input value="{OPEN}"></p>',
        ),
        ('<input value="{{ text if text else "" }}">', f'<input value="{OPEN}">'),
    ],
)
def test_fields_hold_what_was_written(template: str, made: str) -> None:
    assert PAGES.from_string(template).render(text=OPEN) == made


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ text }}</p>",
        '<input value="1"> {{ text }}',
        '<textarea rows="2"></textarea><p title="{{ text }}">',
        '<div data-said="1">{{ text }}</div>',
    ],
)
def test_what_is_shown_ends_its_direction(template: str) -> None:
    assert CLOSED in PAGES.from_string(template).render(text=OPEN)


def test_fields_are_escaped() -> None:
    page = PAGES.from_string('<input value="{{ text }}"><textarea>{{ text }}</textarea>').render(
        text='"></textarea><b>'
    )

    assert "<b>" not in page
