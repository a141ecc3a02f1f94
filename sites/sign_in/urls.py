"""Addresses in place of Wagtail's, and the one between password and desk. They stand before Wagtail's own."""

from __future__ import annotations

from django.urls import path

from sites.sign_in import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="wagtailadmin_login"),
    path("login/code/", views.CodeView.as_view(), name="sign_in_code"),
    path(
        "password_reset/confirm/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="wagtailadmin_password_reset_confirm",
    ),
    path("account/", views.account_view, name="wagtailadmin_account"),
]
