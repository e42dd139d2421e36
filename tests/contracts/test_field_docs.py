"""Texts below the fields of models, read from their source."""

from __future__ import annotations

from pydantic import BaseModel, Field, create_model

from contracts.field_docs import described_schema, field_docs


class Base(BaseModel):
    """What others inherit."""

    kept: int
    """Said above."""
    told: int
    """Said above, and again below."""


class Inner(BaseModel):
    """A part."""

    silent: int
    size: int = Field(alias="bigness")
    """How big,
    in metres."""


class Outer(Base):
    """A whole."""

    class Nested(BaseModel):
        """A part of its own."""

        deep: int
        """Far below."""

    told: int
    """Said below."""
    part: Inner
    """Where the size is."""
    own: int = Field(description="Said by the field.")
    """Said below the field."""


def test_texts_are_those_of_the_nearest_class_when_a_model_inherits() -> None:
    assert field_docs(Outer) == {
        "kept": "Said above.",
        "told": "Said below.",
        "part": "Where the size is.",
        "own": "Said below the field.",
    }


def test_texts_are_without_indentation_when_they_have_several_lines() -> None:
    assert field_docs(Inner) == {"size": "How big,\nin metres."}


def test_texts_are_found_when_a_class_stands_inside_another() -> None:
    assert field_docs(Outer.Nested) == {"deep": "Far below."}


def test_no_text_is_found_when_a_model_has_no_source() -> None:
    assert field_docs(create_model("Made", field=(int, ...))) == {}


def test_schema_holds_the_texts_of_every_model_when_parts_are_references() -> None:
    schema = described_schema(Outer, "validation")

    assert schema["properties"]["part"] == {"$ref": "#/$defs/Inner", "description": "Where the size is."}
    assert schema["$defs"]["Inner"]["properties"]["bigness"]["description"] == "How big,\nin metres."


def test_schema_keeps_the_description_that_a_field_gives_itself() -> None:
    assert described_schema(Outer, "validation")["properties"]["own"]["description"] == "Said by the field."
