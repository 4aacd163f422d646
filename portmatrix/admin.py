"""Django's admin: overrides with their history and API tokens can be managed, catalogue and deployments looked at.

The catalogue comes from its files, so a change made here would be undone by the next load.
"""

from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404
from simple_history.admin import SimpleHistoryAdmin

from .models import (
    ApiToken,
    Assumption,
    Component,
    ComponentAlias,
    Connection,
    Deployment,
    Endpoint,
    Port,
    PortOverride,
    Statement,
)
from .overrides.service import OverridesRefused, judge, remove_overrides

admin.site.site_header = admin.site.site_title = "alports"
admin.site.index_title = "Administration"
admin.site.site_url = f"{settings.PATH_PREFIX}/"


class HistoryAdmin(SimpleHistoryAdmin):
    """Shows the history of a row, and 404 where the address names none."""

    def history_view(self, request, object_id, extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        return super().history_view(request, object_id, extra_context)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows what is stored, to those who may view it, and changes nothing."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AliasInline(admin.TabularInline):
    """What else a component is called; from the files as well, so there is nothing to change."""

    model = ComponentAlias
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Component)
class ComponentAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "kind", "host", "group", "platform", "fqdn"]
    list_filter = ["kind", "file_share", "always_in_use"]
    list_select_related = ["host", "group", "platform"]
    search_fields = ["name", "slug", "aliases__name"]
    inlines = [AliasInline]


@admin.register(Port)
class PortAdmin(ReadOnlyAdmin):
    list_display = ["slug", "number", "transport", "application", "component"]
    list_filter = ["transport", "application"]
    list_select_related = ["component"]
    search_fields = ["slug", "component__name"]


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ["source", "destination", "activity", "traffic_class"]
    list_filter = ["traffic_class"]
    list_select_related = ["source", "destination"]
    search_fields = ["slug", "activity"]


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ["section", "position", "source", "destination", "activity", "ports", "text"]
    list_filter = ["section"]


@admin.register(Assumption)
class AssumptionAdmin(ReadOnlyAdmin):
    list_display = ["question", "basis"]
    list_filter = ["basis"]


@admin.register(Deployment)
class DeploymentAdmin(ReadOnlyAdmin, HistoryAdmin):
    """Deployments are judged as a whole, so they are changed on their pages or over the API; here is their history."""

    list_display = ["name", "slug", "encrypted_only"]
    list_filter = ["encrypted_only"]
    search_fields = ["name", "slug"]
    history_list_display = ["name", "encrypted_only"]


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin, HistoryAdmin):
    """Where components of deployments run; changed with their deployment."""

    list_display = ["deployment", "component", "name", "address"]
    list_filter = ["deployment"]
    list_select_related = ["deployment", "component"]
    search_fields = ["name", "address", "component__slug"]
    history_list_display = ["name", "address"]


class OverrideForm(ModelForm):
    """Judges the override among all ports of its host. The admin's view is one transaction, so the lock holds until it
    is saved.
    """

    class Meta:
        model = PortOverride
        fields = ["port", "number", "reason"]

    def clean(self):
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        for name, value in cleaned.items():
            setattr(self.instance, name, value)
        try:
            judge([self.instance])
        except OverridesRefused as refused:
            for fault in refused.faults[0]:
                self.add_error(fault.field, fault.message)
        return cleaned


@admin.register(PortOverride)
class PortOverrideAdmin(HistoryAdmin):
    form = OverrideForm
    list_display = ["port", "default_number", "number", "reason"]
    list_select_related = ["port__component"]
    search_fields = ["port__component__name", "number", "reason"]
    history_list_display = ["number", "reason"]

    @admin.display(description="default", ordering="port__number")
    def default_number(self, override):
        return override.port.number

    def delete_view(self, request, object_id, extra_context=None):
        return self._unless_refused(request, lambda: super(PortOverrideAdmin, self).delete_view(request, object_id))

    def changelist_view(self, request, extra_context=None):
        return self._unless_refused(request, lambda: super(PortOverrideAdmin, self).changelist_view(request))

    def delete_model(self, request, obj):
        remove_overrides([obj])

    def delete_queryset(self, request, queryset):
        remove_overrides(list(queryset.select_related("port__component")))

    def _unless_refused(self, request, view):
        """Run a view that may delete; if the domain refuses, say why and go back with nothing changed."""
        try:
            with transaction.atomic():
                return view()
        except OverridesRefused as refused:
            messages.error(request, str(refused))
            return self.response_post_save_change(request, None)


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    """Tokens are made by `manage.py create_token`, which shows them once; here they are seen and revoked."""

    list_display = ["name", "user", "token_key", "read_only", "created", "expiry"]
    list_filter = ["read_only"]
    list_select_related = ["user"]
    readonly_fields = ["name", "user", "token_key", "read_only", "created", "expiry"]
    exclude = ["digest"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
