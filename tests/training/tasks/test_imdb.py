import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from lstm_viz.training.downloads import DownloadError, Source, place
from lstm_viz.training.task import Array, Batch, TaskData
from lstm_viz.training.tasks import imdb, imdb_cache
from lstm_viz.training.tasks.imdb import TASK
from lstm_viz.training.tasks.imdb_archive import EACH, Review, read_reviews
from lstm_viz.training.tasks.imdb_batches import Cut, Epochs, split
from lstm_viz.training.tasks.imdb_cache import load_reviews
from lstm_viz.training.tasks.imdb_words import RESERVED, UNKNOWN, Reviews, number_words, tokenise
from tests.training.server import sends, serving

EACH_HERE = 5
GOOD, BAD = "A wonderful film,<br />it is moving and never dull.", "A dull film!"


def quiet(_text: str, _done: float | None) -> None:
    pass


def text_of(part: str, kind: str, number: int) -> str:
    return f"{GOOD if kind == 'pos' else BAD} Number {number} of the {part}ing." + " really" * number


def members(each: int = EACH_HERE) -> dict[str, str]:
    return {
        f"aclImdb/{part}/{kind}/{number}_{9 if kind == 'pos' else 2}.txt": text_of(part, kind, number)
        for part in ("test", "train")
        for kind in ("pos", "neg")
        for number in range(each)
    }


def pack(path: Path, files: dict[str, str], mode: Literal["w", "w:gz"] = "w:gz") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:
        for name, text in files.items():
            content = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LSTM_VIZ_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(imdb_cache.PATH_VARIABLE, raising=False)
    return tmp_path / "home"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return pack(tmp_path / "reviews.tar.gz", members())


@pytest.fixture
def reviews(archive: Path) -> Reviews:
    return number_words(read_reviews(archive, quiet, EACH_HERE))


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's GREAT!<br /><br />Really?", ["it's", "great", "!", "really", "?"]),
        ("don’t -- 'quoted' 8/10", ["don’t", "quoted", "8", "10"]),
        ("naïve_café", ["naïve", "café"]),
        ("...", []),
    ],
)
def test_a_review_becomes_words(text: str, words: list[str]) -> None:
    assert tokenise(text) == words


def test_words_are_numbered_by_how_often_the_training_part_has_them() -> None:
    reviews = number_words(
        [
            Review("test", True, "0.txt", "unseen unseen unseen b"),
            Review("train", True, "0.txt", "b b a c"),
            Review("train", False, "0.txt", "b a d"),
        ]
    )
    assert reviews.words == ("b", "a", "c", "d")
    assert [reviews.review(k).tolist() for k in range(3)] == [[2, 3, 5], [2, 2, 3, 4], [UNKNOWN] * 3 + [2]]
    assert reviews.positive.tolist() == [False, True, True]
    assert reviews.train == 2


def test_the_order_in_the_archive_makes_no_difference(reviews: Reviews, tmp_path: Path) -> None:
    turned = pack(tmp_path / "turned.tar.gz", dict(reversed(members().items())))
    other = number_words(read_reviews(turned, quiet, EACH_HERE))
    assert other.words == reviews.words
    np.testing.assert_array_equal(other.tokens, reviews.tokens)
    np.testing.assert_array_equal(other.positive, reviews.positive)


# The archive


def test_an_archive_is_read_with_its_progress(archive: Path) -> None:
    shares: list[float | None] = []
    found = list(read_reviews(archive, lambda _text, done: shares.append(done), EACH_HERE))
    assert {(r.part, r.positive, r.text) for r in found} == {
        (part, kind == "pos", text_of(part, kind, number))
        for part in ("train", "test")
        for kind in ("pos", "neg")
        for number in range(EACH_HERE)
    }
    assert shares
    assert all(share is not None and 0 <= share <= 1 for share in shares)


def test_what_else_an_archive_holds_is_left_alone(tmp_path: Path) -> None:
    files = {**members(), "aclImdb/train/unsup/0_0.txt": "no label", "aclImdb/imdb.vocab": "the", "/x": "y"}
    path = pack(tmp_path / "more.tar.gz", files)
    with tarfile.open(tmp_path / "link.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("aclImdb/train/pos/99_9.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)
    for each in (path, tmp_path / "link.tar.gz"):
        assert len(list(read_reviews(each, quiet, EACH_HERE))) == 4 * EACH_HERE


def test_what_is_no_whole_archive_is_said(archive: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 0xFF
    missing = dict(list(members().items())[1:])
    long = {**members(), "aclImdb/train/pos/7_9.txt": "long " * 300_000}
    broken = {
        "half.tar.gz": content[: len(content) // 2],
        "flipped.tar.gz": bytes(flipped),
        "none.tar.gz": b"",
        "text.tar.gz": b"no archive at all",
        "plain.tar.gz": pack(tmp_path / "plain.tar", members(), "w").read_bytes(),
        "missing.tar.gz": pack(tmp_path / "missing.tar.gz", missing).read_bytes(),
        "long.tar.gz": pack(tmp_path / "long.tar.gz", long).read_bytes(),
    }
    for name, damaged in broken.items():
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(ValueError, match=name):
            list(read_reviews(tmp_path / name, quiet, EACH_HERE))


# Kept


Load = Callable[[], tuple[Reviews, list[str]]]


@pytest.fixture
def load() -> Load:
    """Loads the small archive; returns the reviews and what was reported."""

    def loaded() -> tuple[Reviews, list[str]]:
        heard: list[str] = []
        return load_reviews(lambda text, _done: heard.append(text), NOWHERE, EACH_HERE), heard

    return loaded


NOWHERE = Source("aclImdb_v1.tar.gz", "http://127.0.0.1:9/aclImdb_v1.tar.gz", sha256="0" * 64, bytes=7)


def test_an_archive_of_ones_own_is_named_in_the_environment(
    archive: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(imdb_cache.PATH_VARIABLE, str(archive))
    first, heard = load()
    assert any(text.startswith("Reading") for text in heard)
    again, heard = load()
    assert heard == ["Loading the reviews"]
    assert again.words == first.words
    np.testing.assert_array_equal(again.tokens, first.tokens)
    monkeypatch.setenv(imdb_cache.PATH_VARIABLE, str(archive) + ".not")
    with pytest.raises(ValueError, match="LSTM_VIZ_IMDB"):
        load()


def test_an_archive_packed_anew_is_found_in_the_folder_of_downloads(load: Load) -> None:
    pack(place(NOWHERE), members())
    assert len(load()[0].ends) == 4 * EACH_HERE


def test_half_an_archive_there_is_downloaded_anew(archive: Path, load: Load) -> None:
    place(NOWHERE).write_bytes(archive.read_bytes()[:200])
    with pytest.raises(DownloadError, match="could not be downloaded"):
        load()


def test_the_published_archive_is_downloaded_once(archive: Path) -> None:
    content = archive.read_bytes()
    with serving() as server:
        url = server.serves("/a.tar.gz", sends(content[:300], length=len(content)), sends(content))
        source = Source("a.tar.gz", url, hashlib.sha256(content).hexdigest(), bytes=len(content))
        first = load_reviews(quiet, source, EACH_HERE)
        place(source).unlink()
        again = load_reviews(quiet, source, EACH_HERE)
        assert server.asked["/a.tar.gz"] == 2
    np.testing.assert_array_equal(first.tokens, again.tokens)


@pytest.mark.parametrize("place_of_damage", [0.0, 0.2, 0.5, 0.8, 0.99])
def test_damage_to_what_was_kept_is_noticed_and_mended(
    archive: Path, load: Load, monkeypatch: pytest.MonkeyPatch, own_home: Path, place_of_damage: float
) -> None:
    monkeypatch.setenv(imdb_cache.PATH_VARIABLE, str(archive))
    first, _ = load()
    (kept,) = (own_home / "imdb").iterdir()
    content = kept.read_bytes()
    start = int(place_of_damage * len(content))
    kept.write_bytes(
        content[:start] + bytes(byte ^ 0xFF for byte in content[start:][:20]) + content[start + 20 :]
    )
    again, heard = load()
    assert any("damaged" in text for text in heard)
    np.testing.assert_array_equal(again.tokens, first.tokens)
    assert kept.read_bytes() == content
    kept.write_bytes(content[: len(content) // 2])
    np.testing.assert_array_equal(load()[0].tokens, first.tokens)
    assert list((own_home / "imdb").iterdir()) == [kept]


def test_no_room_to_keep_anything_stops_no_run(
    archive: Path, load: Load, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv(imdb_cache.PATH_VARIABLE, str(archive))
    monkeypatch.setattr(np, "savez", full)
    found, heard = load()
    assert len(found.ends) == 4 * EACH_HERE
    assert "No space left on device" in heard[-1]
    assert list((own_home / "imdb").iterdir()) == []


# Batches


def test_the_chosen_end_of_a_long_review_is_read(reviews: Reviews) -> None:
    whole = reviews.review(4)
    assert len(whole) > 6
    np.testing.assert_array_equal(Cut(reviews, 100, 6, "end").words(4), whole[-6:])
    np.testing.assert_array_equal(Cut(reviews, 100, 6, "start").words(4), whole[:6])
    rare = Cut(reviews, 5, 100, "end").words(4)
    np.testing.assert_array_equal(rare, np.where(whole < 5, whole, UNKNOWN))


def test_a_review_without_words_is_one_unknown_word() -> None:
    reviews = number_words([Review("train", True, "0.txt", "a"), Review("test", True, "0.txt", "...")])
    cut = Cut(reviews, 10, 10, "end")
    assert cut.words(1).tolist() == [UNKNOWN]
    assert cut.lengths(np.array([0, 1])).tolist() == [1, 1]


def test_padding_is_where_the_lengths_say_and_nowhere_else(reviews: Reviews) -> None:
    batch = Cut(reviews, 100, 12, "end").batch([0, 4, 9, 12])
    assert batch.lengths is not None
    np.testing.assert_array_equal(batch.x != 0, np.arange(len(batch.x))[:, None] < batch.lengths)
    assert len(batch.x) == batch.lengths.max()
    np.testing.assert_array_equal(batch.y[:, 0], reviews.positive[[0, 4, 9, 12]])


def test_an_epoch_shows_every_review_once_and_depends_on_the_seed_alone(reviews: Reviews) -> None:
    cut = Cut(reviews, 100, 40, "end")
    training, held_back = split(reviews, 2, seed=3)
    assert sorted([*training, *held_back]) == list(range(reviews.train))
    epochs = Epochs(cut, training, size=3, seed=3)
    assert len(epochs) == 3
    for epoch in (0, 1):
        seen = [epochs(epoch * 3 + k) for k in range(3)]
        sums = sorted(int(column.sum()) for batch in seen for column in batch.x.T)
        assert sums == sorted(int(cut.words(number).sum()) for number in training)
    late = Epochs(cut, training, size=3, seed=3)(4)
    np.testing.assert_array_equal(late.x, epochs(4).x)
    assert any(
        epochs(k).x.shape != epochs(k + 3).x.shape or (epochs(k).x != epochs(k + 3).x).any() for k in range(3)
    )


def test_a_share_of_the_words_is_hidden_and_never_padding(reviews: Reviews) -> None:
    cut = Cut(reviews, 100, 40, "end")
    numbers = np.arange(reviews.train)
    whole = Epochs(cut, numbers, size=10, seed=0)(0)
    hidden = Epochs(cut, numbers, size=10, seed=0, hidden=0.5)(0)
    changed = hidden.x != whole.x
    assert (hidden.x[changed] == UNKNOWN).all()
    assert (hidden.x[whole.x == 0] == 0).all()
    assert 0.3 < changed.sum() / (whole.x > UNKNOWN).sum() < 0.7


def test_batches_hold_reviews_of_about_the_same_length(reviews: Reviews) -> None:
    epochs = Epochs(Cut(reviews, 100, 40, "end"), np.arange(reviews.train), size=2, seed=0)
    for update in range(len(epochs)):
        lengths = epochs(update).lengths
        assert lengths is not None
        assert np.ptp(lengths) <= 2


# The task


@pytest.fixture
def small(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imdb, "load_reviews", lambda report: load_reviews(report, NOWHERE, EACH_HERE))
    monkeypatch.setattr(imdb, "HELD_BACK", 3)
    monkeypatch.setenv(imdb_cache.PATH_VARIABLE, str(archive))


@pytest.fixture
def data(request: pytest.FixtureRequest) -> TaskData:
    request.getfixturevalue("small")
    return TASK.prepare(replace(TASK.defaults, batch=4, options=()), None, quiet)


class Answers:
    """A network that answers yes where a word is read."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __call__(self, x: Array, lengths: Array | None = None) -> Array:
        assert lengths is not None
        assert (np.diff(lengths) >= 0).all()
        found: Array = (x == self.number).any(axis=0)
        return found.astype(np.float32)[:, None] - 0.5

    def step(self, x: Array, state: Any = None) -> tuple[Array, Any]:
        raise NotImplementedError


def test_the_official_test_is_measured_whole(data: TaskData, reviews: Reviews) -> None:
    (known,) = data.measure(Answers(reviews.words.index("moving") + RESERVED))
    assert (known.value, known.good) == (100.0, True)
    assert "10 of the 10" in known.note
    (guessed,) = data.measure(Answers(reviews.words.index("film") + RESERVED))
    assert (guessed.value, guessed.good) == (50.0, False)


def test_the_official_test_is_never_trained_on(data: TaskData, reviews: Reviews) -> None:
    assert data.epoch is not None
    training = reviews.words.index("training") + RESERVED
    for batch in (*(data.batch(update) for update in range(data.epoch)), data.test):
        assert (batch.x == training).any(axis=0).all()


def test_held_back_reviews_are_not_trained_on_and_sorted_by_length(data: TaskData) -> None:
    assert data.epoch is not None
    trained = {column.tobytes() for k in range(data.epoch) for column in padded(data.batch(k), 60)}
    held_back = {column.tobytes() for column in padded(data.test, 60)}
    assert len(trained) == 7
    assert len(held_back) == 3
    assert not trained & held_back
    assert data.test.lengths is not None
    assert (np.diff(data.test.lengths) >= 0).all()


def padded(batch: Batch, steps: int) -> Array:
    return np.pad(batch.x, ((0, steps - len(batch.x)), (0, 0))).T


def test_the_probe_shows_words_and_which_of_them_are_unknown(data: TaskData) -> None:
    probe = data.probe
    assert probe.x.shape == (len(probe.labels), 1)
    dull, hour = probe.labels.index("dull"), probe.labels.index("(hour)")
    assert dull in probe.marks
    assert probe.x[dull, 0] > UNKNOWN
    assert probe.x[hour, 0] == UNKNOWN


def test_examples_are_in_words(data: TaskData) -> None:
    outputs = np.where(data.test.y > 0.5, 3.0, 1.0).astype(np.float32)
    examples = data.examples(outputs, data.test, 2)
    assert len(examples) == 2
    for example, positive in zip(examples, data.test.y[:, 0] > 0.5, strict=False):
        assert example.target == ("positive" if positive else "negative")
        assert example.answer.startswith("positive (95 % sure)" if positive else "positive (73 % sure)")
        assert example.right == positive
        assert "film" in example.shown


@pytest.mark.usefixtures("small")
def test_options_are_kept_to() -> None:
    few = replace(TASK.defaults, options=(("keep", "the beginning"), ("length", 10), ("vocabulary", 12)))
    data = TASK.prepare(few, None, quiet)
    assert data.inputs == 12
    assert data.goal.solved == 0.70
    assert data.test.x.max() < 12
    assert len(data.test.x) == 10
    with pytest.raises(ValueError, match="Words known"):
        TASK.prepare(replace(few, options=(("vocabulary", 10**6),)), None, quiet)


def test_every_setting_offered_is_allowed() -> None:
    for settings in (TASK.defaults, *TASK.presets.values()):
        assert settings.task == TASK.key
        assert set(dict(settings.options)) <= set(TASK.options)
        for name, value in settings.options:
            option = TASK.options[name]
            assert value in option.choices or option.low <= value <= option.high  # type: ignore[operator]


def test_the_archive_of_the_test_material_is_whole(shared: Path) -> None:
    path = shared / "data" / "aclImdb_v1.tar.gz"
    if not path.is_file():
        pytest.skip("needs ../shared/data/aclImdb_v1.tar.gz")
    found = list(read_reviews(path, quiet))
    assert len(found) == 4 * EACH
    assert len({(review.part, review.positive, review.name) for review in found}) == 4 * EACH
    reviews = number_words(review for review in found if review.name.startswith("1"))
    assert "great" in reviews.words[:200]
