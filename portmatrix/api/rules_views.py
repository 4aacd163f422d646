"""What follows from a deployment: its rules, and whether it needs a packet."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from ..choices import PORT_MAX, PORT_MIN
from ..deployments.evaluate import evaluate
from ..exports.rules import RULES, rows_of
from ..filters.explain import TRANSPORTS, ExplainForm
from ..rules import explain
from ..workload import LIGHT_RULES_ENDPOINTS
from .base import ExportMixin, StrictQueryMixin
from .negotiation import FORMAT
from .permissions import MayReadDeployments
from .rules_serializers import ExplanationSerializer, RulesSerializer


class EvaluationView(StrictQueryMixin, APIView):
    """An address that answers from a deployment, or from several. `form` judges its query, if it takes one."""

    permission_classes = [MayReadDeployments]
    most = LIGHT_RULES_ENDPOINTS  # endpoints that are not too much work for the interpreter that answers everybody
    form = None
    asked: dict[str, Any]  # what the query asks for: the form's cleaned data

    def judge_query(self, request):
        if self.form is None:
            super().judge_query(request)
            return
        query = request.query_params.copy()
        query.pop(FORMAT, None)  # judged by the negotiation
        form = self.form_of(query)
        if not form.is_valid():
            raise ValidationError({name: list(messages) for name, messages in form.errors.items()})
        self.asked = form.cleaned_data

    def form_of(self, query):
        """The form that judges a query."""
        return self.form(query)

    def evaluation(self, slug):
        """The `Evaluation` of a deployment, or `NotFound`."""
        return evaluate(slug, self.most)

    def rendered(self, serializer_class, answer):
        """A response with what a serializer makes of an answer about the deployment at this address."""
        context = {"request": self.request, "deployment": self.kwargs["slug"]}
        return Response(serializer_class(answer, context=context).data)


class RulesView(ExportMixin, EvaluationView):
    """The firewall rules that a deployment needs."""

    table = RULES

    @extend_schema(operation_id="deployments_rules", responses=RulesSerializer)
    def get(self, request, slug):
        """Its rules, those that lack an address, and what is worth knowing beside them. In a file, rules alone."""
        self.evaluated = self.evaluation(slug)
        return self.export() or self.rendered(RulesSerializer, self.evaluated)

    def rows(self):
        return rows_of(self.evaluated.rules.all)

    def title(self):
        return f"Firewall rules of {self.evaluated.document.name}"

    def filename(self):
        return f"alports-{self.evaluated.document.slug}-rules"


ADDRESS = {"type": "string", "minLength": 1, "maxLength": 300}
PACKET = {
    "source": ADDRESS,
    "destination": ADDRESS,
    "transport": {"type": "string", "enum": [*TRANSPORTS]},
    "port": {"type": "integer", "minimum": PORT_MIN, "maximum": PORT_MAX},
}


def parameters_of(form, shapes, required=False):
    """The parameters of a form for the schema; `shapes` maps their names to their schemas."""
    return [
        OpenApiParameter(name, shape, description=form.base_fields[name].help_text, required=required)
        for name, shape in shapes.items()
    ]


class ExplainView(EvaluationView):
    """Whether a deployment needs a packet."""

    form = ExplainForm

    @extend_schema(
        operation_id="deployments_explain",
        parameters=parameters_of(ExplainForm, PACKET, required=True),
        responses=ExplanationSerializer,
    )
    def get(self, request, slug):
        """By which rules a packet is needed, and for what reason; or, if by none, what comes nearest. DHCP's broadcasts
        are needed without a rule; of ICMP, and of what may be a DHCP relay's, nothing is known.
        """
        evaluation = self.evaluation(slug)
        explanation = explain(evaluation.installation, evaluation.rules, **self.asked)
        return self.rendered(ExplanationSerializer, explanation)
