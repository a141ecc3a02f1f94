"""What is asked when somebody signs in, and when they change how."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template import loader
from wagtail.admin.forms.auth import PasswordResetForm as WagtailPasswordResetForm

from sites.domain import second_factor
from sites.models import User
from sites.outbox_mail import sender_of

# Asked again within this time, the mail on its way is the one.
_ONE_RESET_SECONDS = 15 * 60


class CodeForm(forms.Form):
    """A code of the telephone, or a backup code."""

    code = forms.CharField(
        label="验证码",
        max_length=32,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "off",
                "spellcheck": "false",
                "autofocus": "",
            }
        ),
    )


class PasswordAndCodeForm(CodeForm):
    """The same with the password, for changes by which somebody at a desk left open could take the account over."""

    password = forms.CharField(
        label="现在的密码",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("password", "code")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        del self.fields["code"].widget.attrs["autofocus"]

    def clean_password(self) -> str:
        """Check it as at sign-in, with the same limits."""
        password: str = self.cleaned_data["password"]
        assert isinstance(self.request.user, User)
        if authenticate(self.request, username=self.request.user.get_username(), password=password) is None:
            raise forms.ValidationError("密码不对。")
        return password


class PasswordForm(PasswordAndCodeForm):
    """The password alone."""

    code = None  # type: ignore[assignment]

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        self.request = request


class DemandForm(forms.Form):
    """The roles that must have the second factor."""

    roles = forms.MultipleChoiceField(
        label="这些角色必须用两步验证",
        required=False,
        choices=[(one.role, one.label) for one in second_factor.DEMANDS],
        widget=forms.CheckboxSelectMultiple,
        help_text="勾上以后，还没有设置的人下次打开后台时会先被带到设置页，设好了才能继续。",
    )


class PasswordResetForm(WagtailPasswordResetForm):
    """Sends at most one mail a quarter of an hour to an account, by way of the outbox: whether there is an account shows
    neither in the answer nor in waiting for a mail server."""

    def send_mail(
        self,
        subject_template_name: str,
        email_template_name: str,
        context: dict[str, Any],
        from_email: str | None,
        to_email: str,
        html_email_template_name: str | None = None,
    ) -> None:
        subject = "".join(loader.render_to_string(subject_template_name, context).splitlines())
        body = loader.render_to_string(email_template_name, context)
        mail = EmailMultiAlternatives(subject, body, sender_of(None), [to_email])
        quarter = int(time.time()) // _ONE_RESET_SECONDS
        mail.outbox_key = f"password-reset:{context['user'].pk}:{quarter}"  # type: ignore[attr-defined]
        mail.send()
