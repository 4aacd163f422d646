"""The pages of overrides: which ports are overridden, by whom and why; and the forms to add, change and remove one."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ..filters import OverrideFilter
from ..forms.overrides import OverrideForm, RemoveForm
from ..history.overrides import changes, with_last_change
from ..models import Connection, Deployment, PortOverride
from ..naming import UnknownName
from ..overrides.service import OverridesRefused, faults_of, remove_overrides, save_overrides
from ..permissions import edits_deployments, edits_overrides
from .listing import ListingView

LATEST = 100  # changes on the overview, and on a page of the history
LONGEST_KEY = 18  # digits; a longer number fits no database's key
GONE = "There is no such override any more: somebody took it back."
REFUSED = 422  # nothing was written; the form comes back with what was typed


class OverrideListing(ListingView):
    """The overrides that hold now, and the latest changes."""

    filterset_class = OverrideFilter
    noun = "Overrides"
    template_name = "overrides/list.html"
    api_name = "api:override-list"
    is_private = True

    def get_queryset(self):
        return with_last_change(PortOverride.objects.with_related().seen_by(self.request.user))

    def get_rows(self, filterset, urls, total):
        user = self.request.user
        latest = list(changes(user)[: LATEST + 1])
        return super().get_rows(filterset, urls, total) | {
            "edits": edits_overrides(user),
            "history": latest[:LATEST],
            "more": len(latest) > LATEST,
        }


@require_safe
def history(request):
    """Every change so far, in pages (`?page=`); 404 for a page that does not exist."""
    try:
        page = Paginator(changes(request.user), LATEST).page(request.GET.get("page", 1))
    except InvalidPage as error:
        raise Http404("There is no such page of the history.") from error
    return render(request, "overrides/history.html", {"changes": page})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """Override a port, everywhere or in the deployment `?deployment=<slug>`. `?port=<slug>` chooses the port
    beforehand; if it is overridden already, that leads to its override.
    """
    if request.method == "POST":
        return _save(request, OverrideForm(request.POST, user=request.user), "overrides/add.html")
    form = OverrideForm(user=request.user, initial={name: request.GET.get(name) for name in ("port", "deployment")})
    if "deployment" in request.GET:
        form.override.deployment = _deployment(request, request.GET["deployment"])
    if "port" in request.GET:
        try:
            port = form.find_port(request.GET["port"])
        except UnknownName:
            raise BadRequest("There is no such listener.") from None
        if stored := port.overrides.filter(deployment=form.override.deployment).first():
            return redirect("override-edit", stored.pk)
        form.override.port = port
        form.initial["port"] = port.slug
    return render(request, "overrides/add.html", _form_context(form))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk):
    """Give an override another number or reason."""
    override = _to_change(request, pk)
    if request.method == "POST":
        return _save(request, OverrideForm(request.POST, user=request.user, override=override), "overrides/edit.html")
    return render(request, "overrides/edit.html", _form_context(OverrideForm(user=request.user, override=override)))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, pk):
    """Remove an override, so that its port has the number again that it has without it."""
    override = _to_change(request, pk)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            remove_overrides([override], reason=form.cleaned_data["reason"])
        except OverridesRefused as refused:
            form.add_error(None, [fault.message for fault in refused.faults[0]])
        else:
            messages.success(request, f"Taken back: {override}.")
            return _to_list_of(override)
    context = {"form": form, "override": override, "followers": _followers(override)}
    return render(request, "overrides/remove.html", context, status=REFUSED if form.is_bound else 200)


@require_safe
def check(request):
    """While typing: what the override would collide with, or which connections would follow it. A fragment for htmx."""
    if not request.htmx:
        return redirect("override-add")
    override = _override(request, request.GET["override"]) if "override" in request.GET else None
    form = OverrideForm(request.GET, user=request.user, override=override)
    form.is_valid()
    if typed := form.as_typed():
        form.refuse(faults_of(typed))
    return render(request, "overrides/_check.html", _form_context(form, form.messages(typing=True)))


def _save(request, form, template):
    """Save a form's override, or show the form again with the faults on their fields."""
    if form.is_valid():
        try:
            [override] = save_overrides([form.as_typed()])
        except OverridesRefused as refused:
            form.refuse(refused.faults[0])
        else:
            messages.success(request, f"{override.port} moved to {override.number}.")
            return _to_list_of(override)
    return render(request, template, _form_context(form, form.messages()), status=REFUSED)


def _to_change(request, pk):
    """As `_override`; that of a deployment is changed by who may change the deployment."""
    override = _override(request, pk)
    if override.deployment and not edits_deployments(request.user):
        raise PermissionDenied("Your account may see deployments, not change them.")
    return override


def _to_list_of(override):
    """Go to the list of the override: its deployment's, or that of all."""
    if override.deployment is None:
        return redirect("overrides")
    return redirect("deployment-overrides", override.deployment.slug)


def _deployment(request, slug):
    """The deployment of a slug; `BadRequest` when there is none that the user may change."""
    deployment = Deployment.objects.filter(slug=slug).first()
    if deployment is None or not edits_deployments(request.user):
        raise BadRequest("There is no such deployment.")
    return deployment


def _form_context(form, faults=()):
    """The form, what is wrong with it, and, when the port is known, which connections follow the override."""
    return {
        "form": form,
        "override": form.override,
        "faults": faults,
        "is_free": form.is_bound and "number" in form.cleaned_data and not faults,
        "followers": _followers(form.override) if form.override.port_id else [],
    }


def _followers(override):
    """The connections that use the port and so follow its override."""
    return list(Connection.objects.filter(ports=override.port_id).with_ends())


def _override(request, pk):
    """An override by its key (an int, or foreign text); `Http404` when it does not exist for the user, or no more."""
    if not str(pk).isdecimal() or len(str(pk)) > LONGEST_KEY:
        raise Http404(GONE)
    override = PortOverride.objects.with_related().seen_by(request.user).filter(pk=pk).first()
    if override is None:
        raise Http404(GONE)
    return override
