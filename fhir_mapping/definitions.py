"""What R4 says of an element by its path: whether it is a code, from which closed list, and what it may refer to.

Read from the models of fhir.resources, which know bindings and reference types and enforce neither.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple, get_args

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from fhir_core.fhirabstractmodel import FHIRAbstractModel
from fhir_core.types import Code


class Definition(NamedTuple):
    """An element.

    Attributes:
        model: the type of its members (`ClaimItem`, `Reference`); empty for a primitive.
        is_code: whether it is of the primitive type `code`.
        codes: the closed list that it is bound to; empty where it is bound to none.
        targets: types of resources that it may refer to; empty for any, and where it is no reference.
    """

    model: str
    is_code: bool
    codes: frozenset[str]
    targets: frozenset[str]


@cache
def definition(path: str) -> Definition | None:
    """The element at a path such as `Claim.item.quantity`; None where R4 has none of that name.

    The underscore of a primitive's extensions (`_birthDate`) leads to an Element.
    """
    parent, _, name = path.rpartition(".")
    if not parent:
        return _of_model(name) if is_resource(name) else None
    above = definition(parent)
    if above is None or not above.model:
        return None
    if name.startswith("_"):
        return _of_model("Element")
    for known, field in model_of(above.model).model_fields.items():
        if name == (field.alias or known):
            extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
            kind = _innermost(field.annotation)
            klass = getattr(kind, "_model_klass", "")
            return Definition(
                model=(klass if isinstance(klass, str) else klass.__name__).rpartition(".")[2],
                is_code=_holds_code(field.annotation),
                # A list that ends in `+` is not the whole of it.
                codes=frozenset(() if "+" in (listed := extra.get("enum_values", ())) else listed),
                targets=frozenset(extra.get("enum_reference_types", ())) - {"Resource"},
            )
    return None


@cache
def model_of(name: str) -> type[FHIRAbstractModel]:
    """The model of a resource or data type.

    Raises:
        LookupError, ValueError: R4 has none of the name.
    """
    found: type[FHIRAbstractModel] = get_fhir_model_class(name)
    return found


def is_resource(name: str) -> bool:
    """Whether R4 has a resource of the name."""
    try:
        return issubclass(model_of(name), FHIRResourceModel)
    except (LookupError, ValueError):
        return False


def _of_model(model: str) -> Definition:
    return Definition(model, is_code=False, codes=frozenset(), targets=frozenset())


def _innermost(annotation: Any) -> Any:
    """The type in `Optional[List[...]]`."""
    inner = [kind for kind in get_args(annotation) if kind is not type(None)]
    return _innermost(inner[0]) if inner and not hasattr(annotation, "__metadata__") else annotation


def _holds_code(annotation: Any) -> bool:
    found = _innermost(annotation)
    return any(isinstance(mark, Code) for mark in getattr(found, "__metadata__", ()))
