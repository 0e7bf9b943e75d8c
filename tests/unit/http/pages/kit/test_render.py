"""Values as templates show them."""

from adapters.http.pages.kit.render import breakable


def test_an_address_breaks_at_its_joints_and_stays_text() -> None:
    assert breakable("ann.lee@clinic.example") == "ann<wbr>.lee@<wbr>clinic.example"
    assert breakable("<b>@x") == "&lt;b&gt;@<wbr>x"
    assert breakable("none") == "<wbr>none"
