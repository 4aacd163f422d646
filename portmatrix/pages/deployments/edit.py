"""The settings of a deployment: its name, its description, encrypted ports only; and removing it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from ...deployments import service
from ...deployments.document import DocumentRefused
from ...forms.deployments import DeploymentForm
from .base import REFUSED, deployment_or_404, missing_is_404


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, slug):
    """Name, description and encrypted ports only; the slug stays, since scripts and tickets hold it."""
    deployment = deployment_or_404(slug)
    form = DeploymentForm(request.POST if request.method == "POST" else None, deployment=deployment)
    if form.is_valid():
        try:
            with missing_is_404():
                service.change(slug, lambda data: data.update(form.columns), request.user)
        except DocumentRefused as refused:
            form.refuse(refused.faults)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is saved.")
            return redirect("deployment", slug)
    context = {"form": form, "deployment": deployment}
    return render(request, "deployments/edit.html", context, status=REFUSED if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, slug):
    """Ask whether a deployment is to be removed with all that it has, and remove it."""
    deployment = deployment_or_404(slug)
    if request.method != "POST":
        sizes = type(deployment).objects.with_sizes().get(pk=deployment.pk)
        return render(request, "deployments/remove.html", {"deployment": sizes})
    with missing_is_404():
        service.delete(slug, request.user)
    messages.success(request, f"{deployment} is removed. Its history stays.")
    return redirect("deployments")
