"""Somebody on the Train page, without a browser."""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from streamlit.testing.v1 import AppTest

from tests.pages.visitor import APP

CSV = b"year,sheep\n" + b"".join(b"%d,%d\n" % (1900 + k, 50 + k % 7) for k in range(120))


class TrainVisitor:
    """One session on the Train page. Controls are called as their keys are, without "train_" and revision."""

    def __init__(self, **query: str) -> None:
        self.app = AppTest.from_file(APP, default_timeout=60)
        self.app.run()
        self.follow(**query)

    def follow(self, **query: str) -> None:
        """Come by a link."""
        self.app.query_params = query
        self.app.switch_page("pages/train.py").run()
        assert not self.app.exception

    def press(self, key: str) -> None:
        self.app.button(key=f"train_{key}").click().run()
        assert not self.app.exception

    def look(self) -> None:
        """Let some time pass."""
        self.app.run()
        assert not self.app.exception

    def control(self, kind: str, name: str) -> Any:
        """The control of that name as it is now."""
        [found] = [each for each in getattr(self.app, kind) if _name(each.key) == name]
        return found

    def controls(self, kind: str) -> set[str]:
        """The names of all controls of a kind."""
        return {name for each in getattr(self.app, kind) if (name := _name(each.key))}

    def enter(self, name: str, value: object) -> None:
        """Enter a number."""
        self._set("text_input", name, str(value))

    def entered(self, name: str) -> str:
        """What stands in the field of a number."""
        return str(self.control("text_input", name).value)

    def pick(self, name: str, value: object) -> None:
        self._set("selectbox", name, value)

    def picked(self, name: str) -> Any:
        return self.control("selectbox", name).value

    def pick_cell(self, cell: str) -> None:
        """Pick one of PyTorch's cells, or "other" for any by its equations."""
        self._set("button_group", "cell", cell)

    def label(self, key: str) -> str:
        """What stands on a button."""
        return str(self.app.button(key=f"train_{key}").label)

    def paste(self, text: str) -> None:
        [box] = self.app.text_area
        box.set_value(text).run()
        assert not self.app.exception

    def tick(self, name: str) -> None:
        self._set("checkbox", name, True)

    def upload(self, name: str, content: bytes) -> None:
        self.uploader.set_value((name, content, "text/csv")).run()
        assert not self.app.exception

    @property
    def uploader(self) -> Any:
        [found] = self.app.get("file_uploader")
        return found

    def _set(self, kind: str, name: str, value: object) -> None:
        self.control(kind, name).set_value(value).run()
        assert not self.app.exception

    def sent(self, key: str) -> Any:
        """What a component was sent last."""
        [found] = [each.proto for each in self.app._tree.get("bidi_component") if each.key == f"train_{key}"]
        return orjson.loads(found.bytes)

    def shows(self, key: str) -> bool:
        return any(each.key == f"train_{key}" for each in self.app._tree.get("bidi_component"))

    @property
    def timeline(self) -> Any:
        return self.sent("timeline")

    @property
    def query(self) -> dict[str, str]:
        params = self.app.query_params
        return {key: value[0] if isinstance(value, list) else value for key, value in params.items()}

    @property
    def markdown(self) -> str:
        """All text that is rendered as Markdown, with what escapes signs in it."""
        app = self.app
        texts = [*app.markdown, *app.warning, *app.info, *app.caption, *app.title]
        labels = [*(each.label for each in app.button), *(each.label for each in app.expander)]
        return "\n".join([*(text.value for text in texts), *labels])

    @property
    def html(self) -> str:
        """All HTML of the page's own."""
        return "\n".join(each.proto.body for each in self.app._tree.get("html"))

    @property
    def said(self) -> str:
        """All text on the page, without what escapes signs in it."""
        code = [each.value for each in self.app.code]
        return "\n".join([self.markdown.replace("\\", ""), self.html, *code])

    def link(self, label: str) -> dict[str, str]:
        """The query of a link on the page."""
        [found] = [each.proto for each in self.app._tree.get("page_link") if label in each.proto.label]
        return dict(parse_qsl(found.query_string))


def _name(key: str | None) -> str:
    """The name of a control by its key."""
    found = re.fullmatch(r"train_(\w+?)_\d+", key or "")
    return found[1] if found else ""
