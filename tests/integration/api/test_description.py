"""The API describes itself, for machines and for people."""

from typing import Any

from tests.integration.api.conftest import Service


def _references(value: Any) -> set[str]:  # noqa: ANN401 - JSON is what it is.
    if isinstance(value, list):
        return {reference for inner in value for reference in _references(inner)}
    if isinstance(value, dict):
        found = {reference for inner in value.values() for reference in _references(inner)}
        return found | ({value["$ref"]} if isinstance(value.get("$ref"), str) else set())
    return set()


def test_the_description_is_whole(service: Service) -> None:
    """Every call has a summary, words, problems, and whatever it refers to is there."""
    described = service.client_with("").get("/openapi.json").json()

    names = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert _references(described) <= names
    for path, calls in described["paths"].items():
        for method, call in calls.items():
            assert call["summary"], path
            assert call["description"], path
            assert method == "get" or call.get("security"), path
            if call.get("security"):
                assert {"401", "403", "422", "503"} <= set(call["responses"])


def test_problems_are_described_as_such(service: Service) -> None:
    """Problems have their own media type, and bodies their documents."""
    described = service.client_with("").get("/openapi.json").json()
    call = described["paths"]["/v1/messages"]["post"]

    assert list(call["responses"]["409"]["content"]) == ["application/problem+json"]
    schema = call["requestBody"]["content"]["application/json"]["schema"]
    documents = ("MessageDocument", "PatientReplyDocument")
    assert schema == {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in documents]}
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert call["security"] == [{"key": ["portal"]}]
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_the_page_loads_nothing_from_elsewhere(service: Service) -> None:
    """It shows every call, and its policy allows nothing but itself."""
    page = service.client_with("").get("/docs")

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "://" not in page.text
    assert page.text.count("<details>") == sum(len(calls) for calls in service.app.openapi()["paths"].values())


def test_the_page_shows_backticks_as_code(service: Service) -> None:
    """Descriptions are Markdown in the document; on the page no backtick is left."""
    assert "`" in service.client_with("").get("/openapi.json").text
    page = service.client_with("").get("/docs").text

    assert "`" not in page.partition("<script>")[0]
