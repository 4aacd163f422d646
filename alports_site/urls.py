"""The URLs of the site: the app at the root, Django's admin below /admin/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("portmatrix.urls")),
]

handler400 = "portmatrix.pages.errors.bad_request"
handler403 = "portmatrix.pages.errors.forbidden"
handler404 = "portmatrix.pages.errors.not_found"
handler500 = "portmatrix.pages.errors.server_error"
