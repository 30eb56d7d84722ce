"""Keras's files, ``.keras``, ``.h5`` and ``.weights.h5``; Keras itself is never imported."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lstm_viz.cells.functions import Array
from lstm_viz.networks.layers import MERGES
from lstm_viz.networks.reading import archives, hdf5, limits
from lstm_viz.networks.reading.contents import Contents, Hints
from lstm_viz.networks.reading.naming import natural

_VARIABLES: Final = {0: "kernel", 1: "recurrent_kernel", 2: "bias"}
"""What Keras 3 numbers in a cell."""

_PASSED: Final = {
    "InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "Masking", "ActivityRegularization",
}  # fmt: skip
"""Layers that hand on what they are given, once a network is trained."""


def read_hdf5(data: bytes) -> Contents:
    """Return the weights of an ``.h5`` file, with what its configuration says where it has one.

    Raises
    ------
    ValueError
        If it is damaged, claims too much or refers to other files.
    """
    file = hdf5.read(data)
    return _contents(file, _parsed(file.texts.get("model_config")), file.texts.get("keras_version", ""))


def read_keras(data: bytes) -> Contents:
    """Return the weights of a ``.keras`` archive, with what its configuration says.

    Raises
    ------
    ValueError
        If it is damaged, claims too much or refers to other files.
    """
    with archives.opened(data) as archive:
        names = {name.rpartition("/")[2]: name for name in archive.namelist()}
        texts = {
            name: archives.unpacked(archive, names[name]).decode("utf-8", "replace")
            for name in ("config.json", "metadata.json")
            if name in names
        }
        weights = archives.unpacked(archive, names["model.weights.h5"])
    version = (_parsed(texts.get("metadata.json")) or {}).get("keras_version", "3")
    return _contents(hdf5.read(weights), _parsed(texts.get("config.json")), str(version))


def _parsed(text: str | None) -> dict[str, Any] | None:
    if text is None:
        return None
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("source: expected a configuration in JSON, got a damaged one") from None
    return tree if isinstance(tree, dict) else None


def _contents(file: hdf5.HDF5, config: Mapping[str, Any] | None, version: str) -> Contents:
    layers = list(_layers(config, 0)) if config else []
    hints = {name: hint for layer in layers for name, hint in _hints(layer, version.startswith("3"))}
    given = {f"layers.{path}": name for path, name in file.given_names.items()}
    # Without a configuration the names that Keras has made hold all that is left of the order.
    paths = {**_by_class(layers), **given} if layers else {}
    arrays = {_renamed(name, paths): array for name, array in file.arrays.items()}
    order = [_name(layer) for layer in layers] or file.layer_names
    ordered = _in_order(arrays, order)
    return Contents(
        "Keras", ordered, hints=hints, chains=_chains(layers), unordered=not order, notes=_masks(layers)
    )


def _layers(tree: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the configuration of every layer, those of models within models too."""
    limits.require_depth(depth)
    config = tree.get("config") if isinstance(tree, dict) else None
    listed = (
        config.get("layers") if isinstance(config, dict) else config if isinstance(config, list) else None
    )
    for layer in listed if isinstance(listed, list) else ():
        if isinstance(layer, dict) and isinstance(layer.get("config"), dict | list):
            if isinstance(layer["config"], dict) and "layers" not in layer["config"]:
                yield layer
            yield from _layers(layer, depth + 1)


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer["config"].get("name", layer.get("name", "")))


def _hints(layer: Mapping[str, Any], third: bool) -> Iterator[tuple[str, Hints]]:
    kind, config = str(layer.get("class_name", "")), layer["config"]
    if kind == "Bidirectional":
        inner = config.get("layer")
        if isinstance(inner, dict) and isinstance(inner.get("config"), dict):
            hint = dict(_of_cell(inner, third))
            backward = config.get("backward_layer")
            if isinstance(backward, dict) and isinstance(backward.get("config"), dict):
                hint["backward"] = {
                    key: value for key, value in _of_cell(backward, third).items() if key != "go_backwards"
                }
            hint["merge"] = config.get("merge_mode") if config.get("merge_mode") in MERGES else "concat"
            yield _name(layer), {**hint, "go_backwards": False}
    elif kind == "RNN" and isinstance(config.get("cell"), dict) and (cells := _cells(config["cell"])):
        for name, cell in zip(_modules(layer), cells, strict=True):
            said = {"go_backwards": config.get("go_backwards") is True} if len(cells) == 1 else {}
            yield name, {**_of_cell(cell, third), **said}
    else:
        yield _name(layer), _of_cell(layer, third)


def _cells(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    config = cell.get("config")
    inner = config.get("cells") if isinstance(config, dict) else None
    cells = inner if isinstance(inner, list) and inner else [cell]
    return [one for one in cells if isinstance(one, dict) and isinstance(one.get("config"), dict)]


def _of_cell(layer: Mapping[str, Any], third: bool) -> Hints:
    config = layer["config"]
    said: dict[str, Any] = {"class": str(layer.get("class_name", ""))}
    for key in ("activation", "recurrent_activation"):
        if config.get(key) is not None:
            said[key] = _function(config[key], third)
    for key in ("reset_after", "go_backwards"):
        if isinstance(config.get(key), bool):
            said[key] = config[key]
    return said


def _function(said: Any, third: bool) -> str:
    """Return an activation by our name: a hard sigmoid is another one in Keras 3."""
    if isinstance(said, dict):
        inner = said.get("config")
        said = inner if isinstance(inner, str) else said.get("class_name", "")
    name = {"exponential": "exp", "swish": "silu"}.get(str(said), str(said))
    return "hard_sigmoid6" if name == "hard_sigmoid" and third else name


def _by_class(layers: list[dict[str, Any]]) -> dict[str, str]:
    """Return the names of layers by the paths of Keras 3: their class, and a number from the second on."""
    counts: dict[str, int] = {}
    paths = {}
    for layer in layers:
        kind = _snake(str(layer.get("class_name", "")))
        at = counts.get(kind, 0)
        counts[kind] = at + 1
        paths[f"layers.{kind}" + (f"_{at}" if at else "")] = _name(layer)
    return paths


def _snake(name: str) -> str:
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _renamed(name: str, paths: Mapping[str, str]) -> str:
    """Return a name with the layer's own in it, and with words for the numbers of Keras 3."""
    name = name.replace("\\", ".").replace("_layer_checkpoint_dependencies.", "layers.").removesuffix(":0")
    name = re.sub(r"(_\d+)?:\d+$", "", name)
    start = ".".join(name.split(".")[:2])
    if paths.get(start):
        name = paths[start] + name[len(start) :]
    match = re.fullmatch(r"(.*)\.vars\.(\d)", name)
    if not match or name.startswith("optimizer"):
        return name
    path, at = match[1], int(match[2])
    if re.search(r"(^|\.)(cell|.*_cell(_\d+)?)$", path):
        return f"{path}.{_VARIABLES.get(at, at)}"
    if "embedding" in start and at == 0:
        return f"{path}.embeddings"
    return f"{path}.{({0: 'kernel', 1: 'bias'}).get(at, at)}"


def _in_order(arrays: Mapping[str, Array], order: list[str]) -> dict[str, Array]:
    """Return arrays by the order of their layers, then by their names."""
    places = {name: at for at, name in reversed(list(enumerate(order)))}

    def key(name: str) -> tuple[int, list[tuple[bool, int, str]]]:
        named = [places[level] for level in name.split(".") if level in places]
        return min(named, default=len(order)), natural(name)

    return {name: arrays[name] for name in sorted(arrays, key=key)}


def _chains(layers: list[dict[str, Any]]) -> tuple[tuple[str, ...], ...]:
    """Return the recurrent layers that feed each other, with nothing between them that changes numbers."""
    handed_on: dict[str, str] = {}
    rows: list[list[dict[str, Any]]] = []
    before: str | None = None
    for layer in layers:
        name = _name(layer)
        sources = _sources(layer)
        read = before if sources is None else next(iter(sources), None)
        origin = handed_on.get(read or "")
        if _is_recurrent(layer):
            row = next((row for row in rows if origin == _name(row[-1])), None)
            if row is None:
                rows.append([layer])
            else:
                row.append(layer)
            handed_on[name] = name
        elif origin is not None and layer.get("class_name") in _PASSED:
            handed_on[name] = origin
        before = name
    return tuple(tuple(name for layer in row for name in _modules(layer)) for row in rows)


def _masks(layers: list[dict[str, Any]]) -> tuple[str, ...]:
    """Say which layers tell the recurrent ones what is padding; here the caller does, by a mask."""
    names = [
        _name(layer)
        for layer in layers
        if layer.get("class_name") == "Masking" or layer["config"].get("mask_zero") is True
    ]
    return tuple(f"{name} masks padding: here it is given as mask or lengths" for name in names)


def _is_recurrent(layer: Mapping[str, Any]) -> bool:
    return str(layer.get("class_name", "")) in _RECURRENT


_RECURRENT: Final = {"LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "Bidirectional", "RNN"}


def _modules(layer: Mapping[str, Any]) -> list[str]:
    """Return the names under which the weights of a layer are found: those of its cells."""
    cell = layer["config"].get("cell")
    cells = _cells(cell) if layer.get("class_name") == "RNN" and isinstance(cell, dict) else []
    return [str(one["config"].get("name", "")) for one in cells] if len(cells) > 1 else [_name(layer)]


def _sources(layer: Mapping[str, Any]) -> list[str] | None:
    """Return the layers that a layer reads; None in a model where each reads the one before."""
    nodes = layer.get("inbound_nodes")
    return list(_histories(nodes, 0)) if isinstance(nodes, list) else None


def _histories(tree: Any, depth: int) -> Iterator[str]:
    """Yield the layers of tensors: ["lstm", 0, 0, …] of Keras 2, and the history of each of Keras 3."""
    limits.require_depth(depth)
    if isinstance(tree, dict):
        history = tree.get("keras_history")
        if isinstance(history, list) and history:
            yield str(history[0])
        else:
            for value in tree.values():
                yield from _histories(value, depth + 1)
    elif isinstance(tree, list):
        if len(tree) >= 3 and isinstance(tree[0], str) and isinstance(tree[1], int):
            yield tree[0]
        else:
            for value in tree:
                yield from _histories(value, depth + 1)
