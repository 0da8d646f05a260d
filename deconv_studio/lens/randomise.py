"""A network with the weights of its upper layers shuffled: does a picture of a unit depend on what was
learned?

Adebayo et al. 2018, "Sanity checks for saliency maps": a method whose pictures stay the same shows the
input's edges, not what the network knows.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from deconv_studio.lens.graph import Graph


def randomised(graph: Graph, layer: str, seed: int = 0) -> onnx.ModelProto:
    """Return a copy of the network whose weights from a layer upwards are shuffled.

    Parameters
    ----------
    graph : Graph
        Never changed.
    layer : str
        The lowest layer that is shuffled; every operator that is computed from it or makes it counts as
        above.
    seed : int

    Returns
    -------
    onnx.ModelProto
        Each shuffled tensor has its own values in another order, so their distribution is the same. Tensors
        of one value, and those that layers below use too, stay.
    """
    name = graph.find(layer)
    above = graph.since(name).dependent
    rng = np.random.default_rng(seed)
    upper: set[str] = set()
    lower: set[str] = set()
    for node in graph.nodes:
        side = upper if any(output in above for output in node.outputs) else lower
        side.update(graph.root(item) for item in node.inputs if item and graph.is_constant(item))
    model = onnx.ModelProto()
    model.CopyFrom(graph.model)
    for tensor in model.graph.initializer:
        if tensor.name in upper - lower and tensor.data_type == onnx.TensorProto.FLOAT:
            value = numpy_helper.to_array(tensor)
            if value.size > 1:
                shuffled = rng.permutation(value.ravel()).reshape(value.shape)
                tensor.CopyFrom(numpy_helper.from_array(shuffled, tensor.name))
    return model
