"""Phone numbers as links that dial them."""

import pytest
from markupsafe import Markup

from adapters.http.pages.kit.telephone import address_of, with_links


@pytest.mark.parametrize(
    ("phone", "address"),
    [
        ("(555) 010-0142", "tel:5550100142"),
        ("+1 555.010.0142", "tel:+15550100142"),
        ("+44 (0)20 7946 0958", "tel:+442079460958"),
        ("555\u20110100", "tel:5550100"),
        ("555 0100 ext. 12", "tel:5550100,12"),
        ("555 0100x12", "tel:5550100,12"),
        ("555 0100, EXT 12", "tel:5550100,12"),
        ("Tel. 555 0100", ""),
        ("555 0100 or 555 0200", ""),
        ("988 (call or text)", ""),
        ("911", "tel:911"),
        ("*55", "tel:*55"),
        ("", ""),
        ("24/7", ""),
        ("your local emergency number", ""),
        ("1-800-FLOWERS", ""),
    ],
)
def test_a_number_is_dialled_however_it_is_written(phone: str, address: str) -> None:
    assert address_of(phone) == address


def test_a_text_links_the_number_wherever_it_is_named() -> None:
    link = '<a href="tel:5550100"><bdi>555-0100</bdi></a>'
    assert with_links("<b>Call</b> 555-0100, or 555-0100.", "555-0100") == (
        f"&lt;b&gt;Call&lt;/b&gt; {link}, or {link}."
    )
    assert with_links("Call 1555-01001.", "555-0100") == "Call 1555-01001."
    assert with_links("Call us.", "") == "Call us."


def test_a_number_that_can_not_be_dialled_is_no_link() -> None:
    assert with_links("Call 1-800-FLOWERS.", "1-800-FLOWERS") == Markup("Call <bdi>1-800-FLOWERS</bdi>.")


def test_a_text_that_has_its_links_keeps_them() -> None:
    linked = with_links("Call 555-0100", "555-0100")
    assert with_links(linked, "555-0100") is linked
