"""What the models of the language know at a place: their keys, names that a person chooses, or items of a list."""

from __future__ import annotations

from typing import Any, TypeGuard, get_args, get_origin

from pydantic import BaseModel

from scenarios.quantities.fields import Place


def container_at(place: Place, top: type[BaseModel]) -> Any:
    """The model, mapping or list at `place`: the fields' types are followed down from the model `top`. None where
    there is none, or where a short form stands that only its reader knows."""
    here: Any = top
    for part in place:
        if is_model(here):
            field = next((field for name, field in here.model_fields.items() if part in (name, field.alias)), None)
            here = _container(field.annotation) if field is not None else None
        else:
            here = _container(get_args(here)[-1]) if get_args(here) else None
    return here


def has_chosen_names(container: Any) -> bool:
    """Whether what stands in it is called as a person likes: stations, journeys, objectives."""
    return get_origin(container) is dict


def known_keys(container: Any) -> list[str]:
    """The keys of a model; none of anything else."""
    return [field.alias or name for name, field in container.model_fields.items()] if is_model(container) else []


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Whether it is a type of Pydantic's."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _container(annotation: Any) -> Any:
    """The model, mapping or list within an annotation such as `Annotated[X, …] | None`."""
    if is_model(annotation) or get_origin(annotation) in (dict, list):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _container(inner)) is not None), None)
