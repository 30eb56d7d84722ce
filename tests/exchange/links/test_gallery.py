import pytest

from lstm_viz.exchange.links.gallery import KEYS, from_query, to_query
from lstm_viz.settings.gallery import Choice


@pytest.mark.parametrize("cells", [(), ("LSTM",), ("LSTM 1997", "GRU before", "RG-LRU", "sLSTM")])
def test_a_choice_comes_back_from_its_link(cells: tuple[str, ...]) -> None:
    query = to_query(Choice(cells))
    assert set(query) <= set(KEYS)
    assert from_query(query) == Choice(cells)


@pytest.mark.parametrize("text", ["nonsense", "LSTM~LSTM", "", "LSTM~GRU~V~NIG~NFG", "LSTM~" * 99])
def test_a_damaged_link_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="The link is damaged"):
        from_query({"with": text})
