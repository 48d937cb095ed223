"""Addresses of accounts. The log-in flow keeps allauth's names, because allauth asks for them."""

from django.urls import include, path

from crm.accounts.views import login, passwords, people, profile, registration

flow = [
    path("login/", login.LoginView.as_view(), name="account_login"),
    path("login/code.png", login.CaptchaView.as_view(), name="account_captcha"),
    path("logout/", login.LogoutView.as_view(), name="account_logout"),
    path("register/", registration.RegistrationView.as_view(), name="account_signup"),
    path(
        "password/change/",
        passwords.ChangePasswordView.as_view(),
        name="account_change_password",
    ),
    path("password/reset/", passwords.ResetRequestView.as_view(), name="account_reset_password"),
    path(
        "password/reset/confirm/",
        passwords.ResetCodeView.as_view(),
        name="account_confirm_password_reset_code",
    ),
    path(
        "password/reset/complete/",
        passwords.ResetPasswordView.as_view(),
        name="account_complete_password_reset",
    ),
    path(
        "password/reset/done/",
        passwords.ResetDoneView.as_view(),
        name="account_password_reset_completed",
    ),
]

pages = [
    path("password/first/", passwords.FirstPasswordView.as_view(), name="password_first"),
    path("me/", profile.ProfileView.as_view(), name="profile"),
    path("me/avatar/", profile.AvatarUploadView.as_view(), name="avatar_upload"),
    path("me/sessions/end/", profile.SessionsEndView.as_view(), name="sessions_end"),
    path("me/theme/", profile.ThemeView.as_view(), name="theme"),
    path("me/language/", profile.LanguageView.as_view(), name="language"),
    path("me/page-size/", profile.PageSizeView.as_view(), name="page_size"),
    path("me/nav/", profile.NavStateView.as_view(), name="nav_state"),
    path("people/", people.PeopleView.as_view(), name="people"),
    path("people/options/", people.PersonOptionsView.as_view(), name="person_options"),
    path("people/<int:pk>/avatar/", people.AvatarView.as_view(), name="avatar"),
]

urlpatterns = [*flow, path("", include((pages, "accounts")))]
