"""The figures as bars: how far each is from its floor (the first line) to its goal (the second)."""

from collections.abc import Sequence
from html import escape

from bench.figures import HIGHER, Result

WIDTH, ROW, LEFT = 760, 34, 400
FLOOR_AT, GOAL_AT = 480, 660


def plot(results: Sequence[Result]) -> str:
    """An SVG document."""
    height = ROW * len(results) + 40
    bars = "".join(_bar(result, ROW * place + 30) for place, result in enumerate(results))
    lines = "".join(
        f'<line x1="{x}" y1="20" x2="{x}" y2="{height - 8}" stroke="#888" stroke-dasharray="3 3"/>'
        f'<text x="{x}" y="14" text-anchor="middle">{word}</text>'
        for x, word in ((FLOOR_AT, "floor"), (GOAL_AT, "goal"))
    )
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">{lines}{bars}</svg>\n'
    )


def _bar(result: Result, top: int) -> str:
    figure = result.figure
    # One scale for all: floor and goal stand at the same place whatever they are.
    share = (result.ratio - figure.floor) / (figure.goal - figure.floor)
    end = min(max(FLOOR_AT + share * (GOAL_AT - FLOOR_AT), LEFT + 2), WIDTH - 50)
    colour = "#2a7" if result.reaches_floor else "#c43"
    sign = "" if figure.better == HIGHER else " (lower is better)"
    name = escape(f"{figure.name}{sign}")
    return (
        f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">{name}</text>'
        f'<rect x="{LEFT}" y="{top + 2}" width="{end - LEFT:.0f}" height="16" fill="{colour}"/>'
        f'<text x="{end + 6:.0f}" y="{top + 14}">{result.ratio:.3g}</text>'
    )
