"""Everything that ever changed in a deployment, newest first."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ...history.deployments import writes_of
from .base import deployment_context

PAGE = 50  # writes on a page


@require_safe
def history(request, slug):
    """The writes of a deployment in pages (`?page=`), each with all that it changed."""
    context = deployment_context(request, slug, "deployment-history")
    try:
        context["writes"] = Paginator(writes_of(context["deployment"]), PAGE).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("There is no such page of the history.") from error
    return render(request, "deployments/history.html", context)
