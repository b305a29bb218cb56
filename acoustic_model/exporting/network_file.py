"""Builds the model's file am/final.mdl from a network's layers."""

from acoustic_model.exporting import kaldi_format as kaldi
from local_voice.own_sounds.shipped_network import Affine


def _build_nodes(layers: list[Affine]) -> tuple[list[str], list[tuple[str, bytes]]]:
    coefficients = layers[0].weights.shape[1] // len(layers[0].offsets)
    lines = [f"input-node name=input dim={coefficients}"]
    components = []
    before = "input"
    for number, layer in enumerate(layers, start=1):
        seen = [f"Offset({before}, {o})" if o else before for o in layer.offsets]
        inputs = seen[0] if len(seen) == 1 else f"Append({', '.join(seen)})"
        name = f"tdnn{number}.affine"
        lines.append(f"component-node name={name} component={name} input={inputs}")
        components.append((name, kaldi.pack_affine(layer.weights, layer.bias)))
        last = number == len(layers)
        after = "logsoftmax" if last else f"tdnn{number}.relu"
        kind = "LogSoftmaxComponent" if last else "RectifiedLinearComponent"
        lines.append(f"component-node name={after} component={after} input={name}")
        components.append((after, kaldi.pack_nonlinear(kind, len(layer.bias))))
        before = after
    lines.append(f"output-node name=output input={before} objective=linear")
    return lines, components


def build_network_file(layers: list[Affine], transition_model: bytes) -> bytes:
    """Build the whole of am/final.mdl."""
    lines, components = _build_nodes(layers)
    before = -sum(layer.offsets[0] for layer in layers)
    after = sum(layer.offsets[-1] for layer in layers)
    made = kaldi.pack(kaldi.HEADER, transition_model, "<Nnet3>", b"\n")
    made += "".join(f"{line}\n" for line in lines).encode() + b"\n"
    made += kaldi.pack("<NumComponents>", len(components))
    for name, component in components:
        made += kaldi.pack("<ComponentName>", name, component)
    made += kaldi.pack("</Nnet3>", "<LeftContext>", before, "<RightContext>", after)
    return made + kaldi.pack("<Priors>", kaldi.pack_vector([]))
