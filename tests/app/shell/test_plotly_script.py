import pytest

from lstm_viz.app.shell.plotly_script import official, plain_script, trimmed
from lstm_viz.components.chart import TRACES

OPENING = "(function(root, factory) { factory(); }(x ? self : this, () => {\nvar Plotly=(()=>{"
ENDING = "})();\nreturn Plotly;\n}));\n"


def kind(letter: str, name: str) -> str:
    """A kind of traces as the build of Plotly has it: an index that hands on the module behind it."""
    return (
        f'var {letter}I=W((a,b)=>{{"use strict";b.exports={letter}M()}});'
        f'var {letter}M=W((a,b)=>{{b.exports={{moduleType:"trace",name:"{name}"}}}});'
    )


def script(*names: str) -> str:
    letters = [f"{name[:2]}$" for name in names]
    modules = "".join(kind(letter, name) for letter, name in zip(letters, names, strict=True))
    return OPENING + modules + f"R.register([{','.join(f'{letter}I()' for letter in letters)}]);" + ENDING


def test_only_the_kinds_that_figures_have_are_registered() -> None:
    whole = script("pie", "heatmap", "mesh3d", "bar")
    short = trimmed(whole)
    assert "R.register([ba$I(),he$I()]);" in short
    assert "R.register([pi$I(),he$I(),me$I(),ba$I()]);" in whole


def test_the_frame_is_bracketed_so_that_it_is_parsed_once() -> None:
    whole = script("bar", "heatmap")
    assert trimmed(whole) == whole.replace(": this, () => {", ": this, (() => {").replace("}));", "})));")


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "console.log(1)",
        script("pie", "bar"),
        script("bar", "heatmap") + script("bar", "heatmap"),
        script("bar", "heatmap").replace('moduleType:"trace"', 'type:"trace"'),
        script("bar", "heatmap").replace(".exports=", ".other="),
    ],
)
def test_a_build_that_is_not_known_stays_as_it_is(whole: str) -> None:
    assert trimmed(whole) == whole


def test_of_the_official_script_nothing_else_is_touched() -> None:
    whole, short = official(), plain_script().decode()
    listed = whole.index(".register([", whole.rindex("moduleType:")) + len(".register([")
    frame = whole.index(": this, () =>") + len(": this, ")
    assert short.startswith(whole[:frame] + "(" + whole[frame:listed])
    calls = short[listed + 1 : short.index("])", listed)].split(",")
    assert len(calls) == len(TRACES) - 1
    assert all(call in whole for call in calls)
    assert short.endswith(whole[whole.index("])", listed) :].replace("}));", "})));"))
