"""All deployments; making a new one, and the example."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from ...deployments import service
from ...deployments.document import DocumentRefused
from ...deployments.example import SLUG as EXAMPLE
from ...deployments.example import example
from ...filters import DeploymentFilter
from ...forms.deployments import DeploymentForm
from ...history.deployments import with_last_changes
from ...models import Deployment
from ...permissions import edits_deployments
from ..listing import ListingView
from .base import REFUSED


class DeploymentListing(ListingView):
    """Deployments with how much each describes and when it was changed last."""

    filterset_class = DeploymentFilter
    noun = "Deployments"
    template_name = "deployments/list.html"
    api_name = "api:deployment-list"
    is_private = True
    columns = (
        ("Name", "", "name"),
        ("Components", "n", ""),
        ("Addresses", "n", ""),
        ("Moved ports", "n", ""),
        ("Ports", "", ""),
        ("Changed", "", ""),
    )
    sorted_by = "name"

    def get_queryset(self):
        return Deployment.objects.with_sizes()

    def list_rows(self, filterset, total):
        return with_last_changes(super().list_rows(filterset, total))

    def get_rows(self, filterset, urls, total):
        context = super().get_rows(filterset, urls, total)
        are_all = not filterset.active and len(context["rows"]) == total
        return context | {
            "is_empty": not total and not filterset.active,
            "edits": edits_deployments(self.request.user),
            "has_example": any(row.slug == EXAMPLE for row in context["rows"]) or (not are_all and _has_example()),
        }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    """Name a new deployment, and go on to its components."""
    form = DeploymentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = {"slug": form.cleaned_data["slug"] or slugify(form.cleaned_data["name"]), **form.columns}
        try:
            deployment = service.create(data, request.user)
        except DocumentRefused as refused:
            form.refuse(refused.faults)
        except service.SlugTaken:
            form.add_error("slug", f"There is a deployment '{data['slug']}' already. Choose another short name.")
        else:
            return redirect("deployment-components", deployment.slug)
    status = REFUSED if form.is_bound else 200
    return render(request, "deployments/new.html", {"form": form}, status=status)


@require_POST
def load_example(request):
    """Make the example, or go to it if it exists."""
    try:
        service.create(example(), request.user)
    except service.SlugTaken:
        messages.info(request, "The example is here already.")
    return redirect("deployment", EXAMPLE)


def _has_example():
    return Deployment.objects.filter(slug=EXAMPLE).exists()
