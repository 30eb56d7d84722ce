"""Any cell as a PyTorch module: the same lines, step by step, with autograd. PyTorch is loaded only here."""

from typing import TYPE_CHECKING, Any

from lstm_viz.cells.expressions import Apply, Expression, Mean, Number, Product, Quantity, Vector

if TYPE_CHECKING:
    from lstm_viz.cells.cell import Cell


def module_of(cell: "Cell") -> Any:
    """Return a ``torch.nn.Module`` with the weights of a cell as parameters.

    Called with x, (time, [batch,] inputs), and with a mapping of first values or none, it returns every line
    by its name, (time, [batch,] size). It reads the equations and not the engine's graph.
    """
    import torch

    equations = cell.equations

    class EquationsModule(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name, array in cell.weights.items():
                self.register_parameter(name, torch.nn.Parameter(torch.tensor(array.copy())))

        def forward(self, x: Any, initial: Any = None) -> dict[str, Any]:
            before = {
                name: x.new_full((*x.shape[1:-1], cell.sizes[equations.sizes[name]]), start)
                for name, start in equations.starts.items()
            } | dict(initial or {})
            kept: dict[str, list[Any]] = {line.name: [] for line in equations.lines}
            for x_t in x:
                now = {"x": x_t}
                for line in equations.lines:
                    value = self._value(line.value, now, before)
                    # A line of numbers alone holds one for each unit.
                    shape = (*x.shape[1:-1], cell.sizes[line.size])
                    now[line.name] = torch.as_tensor(value, dtype=x.dtype).expand(shape)
                    kept[line.name].append(now[line.name])
                before = {name: now[name] for name in equations.states}
            return {name: torch.stack(values) for name, values in kept.items()}

        def _value(self, part: Expression, now: dict[str, Any], before: dict[str, Any]) -> Any:
            match part:
                case Number(value=value):
                    return value
                case Quantity(name=name, previous=previous):
                    return before[name] if previous else now[name]
                case Vector(parameter=parameter):
                    return self.get_parameter(parameter.name)
                case Product(parameter=parameter, operand=operand):
                    value = self._value(operand, now, before)
                    return value @ self.get_parameter(parameter.name).T
                case Mean(operand=operand):
                    value = self._value(operand, now, before)
                    if isinstance(value, float):
                        return value
                    return value.mean(dim=-1, keepdim=True).expand_as(value)
                case Apply(function=function, arguments=arguments):
                    values = [self._value(argument, now, before) for argument in arguments]
                    if not any(isinstance(value, torch.Tensor) for value in values):
                        values = [torch.tensor(value, dtype=now["x"].dtype) for value in values]
                    example = next(value for value in values if isinstance(value, torch.Tensor))
                    values = [torch.as_tensor(value, dtype=example.dtype) for value in values]
                    return function.module(torch)(*values)
            raise AssertionError(part)

    return EquationsModule()
