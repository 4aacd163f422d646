"""What drf-spectacular can't find out by itself: tokens, failures, exports, and what needs no login."""

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.permissions import SAFE_METHODS

from .negotiation import CsvRenderer, OneFormat, XlsxRenderer
from .override_serializers import MOST_AT_ONCE
from .permissions import MayReadMatrix

DETAIL = {
    "type": "object",
    "properties": {"detail": {"type": "string"}},
    "required": ["detail"],
}
FAULTS = {
    "type": "object",
    "description": "Messages by the name of the parameter or field that they are about. For a list of objects the "
    "answer is a list of these, one for each object; it is empty for an object without faults.",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
FILES = {
    CsvRenderer.media_type: {"schema": {"type": "string"}},
    XlsxRenderer.media_type: {"schema": {"type": "string", "format": "binary"}},
}


class TokenScheme(OpenApiAuthenticationExtension):
    """How a token is sent."""

    target_class = "portmatrix.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word “Token”, a space and the token.",
        }


class Schema(AutoSchema):
    """The description of one operation."""

    def get_operation(self, *args, **kwargs):
        operation = super().get_operation(*args, **kwargs)
        if operation:
            action = getattr(self.view, "action", None)
            if getattr(self.view, "is_exportable", False):
                operation["responses"]["200"]["content"].update(FILES)
            if action == "create" and self.view.takes_several:
                _allow_list(operation["requestBody"])
                _allow_list(operation["responses"]["201"])
            operation["responses"].update(self.failures())
        return operation

    def _postprocess_serializer_schema(self, schema, serializer, direction):
        schema = super()._postprocess_serializer_schema(schema, serializer, direction)
        return schema | {"additionalProperties": False} if direction == "request" else schema

    def get_auth(self):
        public = settings.PUBLIC_MATRIX and MayReadMatrix in self.view.permission_classes
        return [*super().get_auth(), *([{}] if public else [])]

    def _get_format_parameters(self):
        parameters = super()._get_format_parameters()
        for parameter in parameters:
            parameter["description"] = "The format of the answer; it goes before the Accept header."
        return parameters

    def failures(self):
        """The responses of this operation when something is wrong, by status."""
        writes = self.method not in SAFE_METHODS
        is_private = MayReadMatrix not in self.view.permission_classes
        detail, faults = self.reference("Detail", DETAIL), self.reference("Faults", FAULTS)
        bodies = [detail, faults, {"type": "array", "items": faults}] if self.method == "POST" else [detail, faults]
        failures = {
            "400": _failure("Something in the request is wrong; nothing was done.", {"anyOf": bodies}),
            "401": _failure("The token is not valid, or a login is needed.", detail),
        }
        if writes:
            failures["403"] = _failure("Reading is allowed, writing is not; or the CSRF token is missing.", detail)
        if is_private or "{" in self.path:
            failures["404"] = _failure("There is no such object, or the user may not see it.", detail)
        if self.view.content_negotiation_class is not OneFormat:
            failures["406"] = _failure("The Accept header allows no format that this address has.", detail)
        if writes and self.method != "DELETE":
            failures["413"] = _failure("The body is too long.", detail)
            failures["415"] = _failure("The body is not application/json.", detail)
        failures["503"] = _failure("Not now: the header Retry-After says when to try again.", detail)
        return failures

    def reference(self, name, schema):
        """A reference to a named schema, which is registered when it is first used."""
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, object=name, schema=schema)
        self.registry.register_on_missing(component)
        return component.ref


def _failure(description, schema):
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _allow_list(body):
    """Describe a body as one object or a list of such objects."""
    content = body["content"]["application/json"]
    item = content["schema"]
    content["schema"] = {"anyOf": [item, {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_AT_ONCE}]}
