import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lstm_viz.analysis import clip_by_norm


def test_clipping_limits_the_norm_and_keeps_the_direction() -> None:
    gradient = np.array([[3.0, 4.0], [0.0, 12.0]])
    clipped = clip_by_norm(gradient, 1.0)
    assert np.linalg.norm(clipped) == pytest.approx(1.0)
    np.testing.assert_allclose(clipped / np.linalg.norm(clipped), gradient / np.linalg.norm(gradient))
    np.testing.assert_array_equal(clip_by_norm(gradient, 20.0), gradient)
    parameter = torch.nn.Parameter(torch.zeros(2, 2, dtype=torch.float64))
    parameter.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_([parameter], 1.0)
    np.testing.assert_allclose(clipped, parameter.grad.numpy(), rtol=1e-6)


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
def test_a_norm_whose_square_is_no_number_is_measured(size: float) -> None:
    gradient = size * np.array([3.0, 4.0])
    np.testing.assert_allclose(clip_by_norm(gradient, size), size * np.array([0.6, 0.8]), rtol=1e-14)
    assert clip_by_norm(gradient, 6.0 * size) is gradient


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=4), elements=st.floats(-1e300, 1e300)))
def test_a_clipped_gradient_is_no_longer_than_asked_for(gradient: np.ndarray) -> None:
    clipped = clip_by_norm(gradient, 1.0)
    assert np.linalg.norm(clipped) <= 1.0 + 1e-12
    np.testing.assert_array_equal(np.sign(clipped) * np.sign(gradient) >= 0.0, True)


@pytest.mark.parametrize("largest", [-1.0, float("nan")])
def test_a_largest_norm_that_is_none_is_refused(largest: float) -> None:
    with pytest.raises(ValueError, match="largest must be at least 0, got"):
        clip_by_norm(np.ones(2), largest)
