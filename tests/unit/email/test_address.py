"""What SMTP_URL may be."""

import pytest

from adapters.email.address import SmtpAddress, parse


@pytest.mark.parametrize(
    ("url", "scheme", "port"),
    [
        ("smtp://relay.example", "smtp", 25),
        ("smtp+starttls://relay.example", "smtp+starttls", 587),
        ("smtps://relay.example/", "smtps", 465),
        ("smtps://relay.example:2465", "smtps", 2465),
    ],
)
def test_each_scheme_has_its_port_unless_one_is_named(url: str, scheme: str, port: int) -> None:
    assert parse(url) == SmtpAddress(scheme, "relay.example", port)


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert parse("smtp://[::1]:2525") == SmtpAddress("smtp", "::1", 2525)


def test_user_information_is_percent_decoded() -> None:
    address = parse("smtps://user%40x.example:p%2Fw%3A%40@relay.example")

    assert (address.username, address.password) == ("user@x.example", "p/w:@")


def test_a_file_of_certificates_can_be_named() -> None:
    assert parse("smtps://relay.example?ca=/etc/ssl/relay.pem").ca == "/etc/ssl/relay.pem"


def test_the_password_is_not_shown() -> None:
    assert "hunter2" not in repr(parse("smtps://ann:hunter2@relay.example"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "catch:",
        "relay.example",
        "http://relay.example",
        "smtp://",
        "smtp://ann:hunter2@",
        "smtp://ann:hunter2@relay.example:0",
        "smtp://ann:hunter2@relay.example:port",
        "smtp://ann:hunter2@relay.example:99999",
        "smtp://ann:hunter2@[relay.example",
        "smtp://ann:hunter2/secret@relay.example",
        "smtp://ann:25#hunter2@relay.example",
        "smtp://ann@relay.example",
        "smtp://:hunter2@relay.example",
        "smtp://ann:hunter2@relay.example/path",
        "smtps://ann:hunter2@relay.example?verify=no",
        "smtps://ann:hunter2@relay.example?ca=",
        "smtp://ann:hunter2@relay.example?ca=relay.pem",
    ],
)
def test_anything_else_is_refused_in_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"\ASMTP_URL [^\n]+\Z") as refused:
        parse(url)

    assert "hunter2" not in str(refused.value)
