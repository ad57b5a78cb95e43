"""Addresses. Each leads to a screen behind the gate, or is named in ``PUBLIC`` or comes with allauth."""

from __future__ import annotations

from typing import Final

from allauth.account import views as account_views
from allauth.usersessions import views as session_views
from django.urls import URLPattern, URLResolver, include, path, register_converter

from dalil.web.screens import (
    accounts,
    bulk,
    consent,
    entry,
    estimation,
    exports,
    figures,
    home,
    integrity,
    jobs,
    linking,
    loads,
    record,
    reports,
    review,
    search,
    sheets,
    sources,
    standing,
)

PUBLIC: Final = frozenset({"language", "theme", "account_login", "account_logout"})
"""Routes that anyone may ask; the two choices, signing in and out."""


class LedgerPosition:
    """A position of the ledger in an address: no sign, no leading zeros, no more than fits."""

    regex = "0|[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        """Read it."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write it."""
        return str(value)


register_converter(LedgerPosition, "position")

screens: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("theme/", home.theme, name="theme"),
    path("search/", search.search, name="search"),
    path("search/save/", search.save, name="search_save"),
    path("search/<int:pk>/forget/", search.forget, name="search_forget"),
    path("records/<str:subject>/", record.record, name="record"),
    path("records/<str:subject>/standing/", standing.standing, name="standing"),
    path("records/<str:subject>/standing/decide/", standing.decide_standing, name="standing_decide"),
    path("records/<str:subject>/standing/undo/<position:entry>/", standing.undo_standing, name="standing_undo"),
    path("records/<str:subject>/consent/", consent.record_consents, name="consent"),
    path("records/<str:subject>/consent/record/", consent.record_answered, name="consent_record"),
    path("entries/<position:position>/consent/", consent.account_consents, name="account_consent"),
    path("entries/<position:position>/consent/record/", consent.account_answered, name="account_consent_record"),
    path("sources/<position:position>/", sources.source, name="source"),
    path("entries/<position:position>/", sources.entry, name="entry"),
    path("enter/", entry.entries, name="entries"),
    path("enter/<str:form>/", entry.enter, name="enter"),
    path("enter/drafts/<str:name>/drop/", entry.drop, name="draft_drop"),
    path("records/<str:subject>/update/", entry.update, name="update"),
    path("loads/", loads.sheets, name="loads"),
    path("loads/upload/", loads.upload, name="load_upload"),
    path("loads/sheets/<str:upload>/", sheets.map_sheet, name="load_map"),
    path("loads/sheets/<str:upload>/use/", sheets.use_mapping, name="load_use_mapping"),
    path("loads/sheets/<str:upload>/throw-away/", sheets.throw_away, name="load_throw_away"),
    path("loads/<int:pk>/", loads.load_job, name="load_job"),
    path("loads/<int:pk>/mapping/", loads.mapping_file, name="load_mapping_file"),
    path("loads/<int:pk>/receipt/", loads.receipt, name="load_receipt"),
    path("loads/<int:pk>/take/", loads.take, name="load_take"),
    path("loads/<int:pk>/refused/", loads.refused, name="load_refused"),
    path("loads/<str:load>/withdraw/", loads.withdraw, name="load_withdraw"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<str:name>/", figures.figure, name="figure"),
    path("figures/<str:name>/members/", figures.members, name="figure_members"),
    path("figures/<str:name>/compare/", figures.compare, name="figure_compare"),
    path("exports/new/", exports.new_export, name="export_new"),
    path("exports/start/", exports.start_export, name="export_start"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.download, name="export_download"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("bulk/done/", bulk.done, name="bulk_done"),
    path("bulk/undo/", bulk.undo, name="bulk_undo"),
    path("reports/", reports.reports, name="reports"),
    path("reports/jobs/<int:pk>/", reports.report_job, name="report_job"),
    path("reports/jobs/<int:pk>/<str:language>/", reports.draft_file, name="report_draft"),
    path("reports/<str:code>/", reports.report, name="report"),
    path("reports/<str:code>/check/", reports.check_report, name="report_check"),
    path("reports/<str:code>/make/", reports.make_report, name="report_make"),
    path("reports/<str:code>/files/<str:language>/", reports.report_file, name="report_file"),
    path("estimates/", estimation.estimates, name="estimates"),
    path("estimates/ask/", estimation.ask, name="estimate_ask"),
    path("estimates/<int:pk>/", estimation.estimate, name="estimate"),
    path("review/", review.queue, name="review"),
    path("review/<str:key>/", review.pair, name="review_pair"),
    path("review/<str:key>/decide/", review.decide, name="review_decide"),
    path("review/undo/<position:entry>/", review.undo, name="review_undo"),
    path("linking/", linking.linking, name="linking"),
    path("linking/start/", linking.start_linking, name="linking_start"),
    path("linking/<position:entry>/withdraw/", linking.withdraw_run, name="linking_withdraw"),
    path("integrity/", integrity.integrity, name="integrity"),
    path("integrity/verify/", integrity.verify, name="verify"),
    path("integrity/deeds/", integrity.deeds, name="deeds"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new_account, name="account_new"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("accounts/<int:pk>/change/", accounts.change_account, name="account_change"),
    path("account/", accounts.own_account, name="own_account"),
    path("account/sign-out-elsewhere/", accounts.sign_out_elsewhere, name="sign_out_elsewhere"),
]

# Of allauth only what is needed: nobody signs up here, nothing is mailed.
signing_in: list[URLPattern | URLResolver] = [
    path("account/login/", account_views.login, name="account_login"),
    path("account/logout/", account_views.logout, name="account_logout"),
    path("account/inactive/", account_views.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account_views.password_change, name="account_change_password"),
    path("account/sessions/", session_views.list_usersessions, name="usersessions_list"),
    path("account/2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [*screens, *signing_in]

handler400 = "dalil.web.screens.troubles.refused"
handler403 = "dalil.web.screens.troubles.forbidden"
handler404 = "dalil.web.screens.troubles.not_found"
handler500 = "dalil.web.screens.troubles.broken"
